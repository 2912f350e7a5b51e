import type { EvaluationListener } from '../core/evaluation.ts';
import type { Branch } from '../core/branch.ts';
import type { Retained, Rule } from '../core/rule.ts';
import type { Expression } from '../core/scope.ts';
import type { Stage } from '../core/stage.ts';
import { condition } from '../core/stages/condition.ts';
import { inputs as inputsStage } from '../core/stages/inputs.ts';
import { lets, type Let } from '../core/stages/let.ts';
import { memory } from '../core/stages/memory.ts';
import { past } from '../core/stages/past.ts';
import { set } from '../core/stages/set.ts';
import type { Path } from '../spec/document.ts';
import { valueAt } from '../spec/value-at.ts';
import { compileBranch } from './actions.ts';
import { checkActions, checkBranches } from './check-actions.ts';
import { compileAggregates, gatheredLets, onlyAggregates } from './aggregate.ts';
import { compileAlert } from './alert.ts';
import { Alike } from './alike.ts';
import { compileCondition } from './condition.ts';
import { compileExpression } from './expression.ts';
import { compileDebounce, compileDistinct, compileThrottle } from './hold-back.ts';
import { compileInputs, type BrokerSettings } from './inputs.ts';
import { compileKey, keyLevels } from './key.ts';
import { compileLevel, compileSeeds } from './level.ts';
import { checkHiddenNames } from './hidden-names.ts';
import { isLevelRule } from './level-keys.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';
import { lifetime } from './lifetime.ts';
import type { RuleLimits } from './limits.ts';
import { compileLookups } from './lookups.ts';
import { compileMemory } from './memory.ts';
import { Names, type Place } from './names.ts';
import { checkName } from './own-name.ts';
import { planOf } from './plan.ts';
import type { PublishContext } from './publish.ts';
import type { Report } from './report.ts';
import { compileTimes, type TimeSettings } from './schedule.ts';
import { compileScripts } from './run-mode.ts';
import { fieldsReaching, type SentFields } from './sent-fields.ts';
import type { ReferenceLogic } from './reference.ts';
import { compileSequence, compileSteps } from './sequence.ts';
import { compileWindow } from './window.ts';
import type { WrittenRule } from './written-rule.ts';

/** What rules are compiled with, from the configuration. */
export interface CompileSettings extends TimeSettings, BrokerSettings {
  /** Every rule evaluates and counts, and does nothing. */
  readonly shadow: boolean;
  /** What a recording has in its payloads, as tests have in theirs. */
  readonly recorded?: readonly SentFields[];
  /** Expressions answer as json-logic-js does, by this; without it null is unknown. */
  readonly reference?: ReferenceLogic;
  /** Told of each look at a condition, with the value of every part of it: for tests. What runs has none. */
  readonly trace?: EvaluationListener;
  readonly limits: RuleLimits;
}

/** A rule with what is known of it beyond running it. */
export interface CompiledRule {
  readonly rule: Rule;
  /** What it can publish to, by broker: filters that match every topic its templates can make. */
  readonly outputs: readonly { readonly broker: string; readonly filter: string }[];
  /** `if` as JSON-logic; null without one. */
  readonly condition: unknown;
}

/** A rule with where it begins in the file. */
export interface LocatedRule extends CompiledRule {
  readonly line: number;
  readonly column: number;
}

/**
 * Compile one rule. Its problems go to the report; with errors there, the answer is not to be run. `sent` is what tests of
 * it send, `alike` what rules before it were compiled to.
 */
export function compileRule(
  written: WrittenRule,
  settings: CompileSettings,
  report: Report,
  sent: readonly SentFields[] = [],
  alike = new Alike(),
): CompiledRule {
  const { spec, pathOf, vars, id } = written;
  const { limits, brokers } = settings;
  const names = new Names(settings.zone, vars);
  names.rule = id;
  const timeSettings = spec.enabled === false ? somewhere(settings) : settings;
  names.location = timeSettings.location;
  names.reference = settings.reference ?? null;
  names.trace = settings.trace ?? null;
  const expression = (key: KeywordName, value: unknown, place: Place): Expression | null =>
    value === undefined ? null : compileExpression(value, pathOf(key), place, names, report).get;

  const heard =
    spec.sequence === undefined
      ? compileInputs(spec.on ?? [], pathOf('on'), retainedOf(spec), settings, report, spec.absent !== undefined)
      : compileSteps(written, settings, report);
  const { inputs, captures, partial, names: inputNames } = heard;
  const times = compileTimes(spec.on ?? [], pathOf('on'), timeSettings, report);
  const isLevel = isLevelRule(written, report);
  names.level = isLevel;
  names.alert = spec.alert !== undefined;
  names.hasWindow = valueAt(report.document.data, pathOf('window')) !== undefined; // It may be a wrong one.
  names.slides = spec.window?.sliding !== undefined;
  names.aggregates = Object.keys(spec.aggregate ?? {});
  names.onlyAggregates = onlyAggregates(spec.aggregate ?? {});
  names.captures = captures;
  names.partial = partial;
  names.inputs = inputNames;
  names.hasPayload = inputs.length > 0 || !times.tick;
  if (spec.foreach === undefined)
    names.sentFields = fieldsReaching(
      sent,
      inputs.map(({ filter }) => filter.text),
    );
  names.severalLevels = inputs.flatMap(({ filter }) =>
    filter.levels.at(-1) === '#' ? [filter.names.at(-1) ?? ''] : [],
  );
  const broker = inputs[0]?.broker ?? settings.defaultBroker;
  compileLookups(spec.with ?? {}, pathOf('with'), broker, brokers, names, report);
  names.memory = compileMemory(spec.memory ?? {}, pathOf('memory'), report);
  names.declaredLets = Object.keys(spec.let ?? {});
  names.gatheredLets = gatheredLets(spec);
  checkHiddenNames(spec, names, pathOf, report);
  const where =
    spec.where === undefined ? null : compileCondition(spec.where, pathOf('where'), 'message', names, report).get;
  const foreach = expression('foreach', spec.foreach, 'message');
  names.foreach = spec.foreach !== undefined;
  names.iteratesEntries = spec.by === undefined && iteratesEntries(spec.foreach);
  names.hasPayload ||= names.foreach;
  const key = compileKey(spec, pathOf('by'), names, report);
  names.keyLevels = keyLevels(key, inputs, times.tick);
  const letStages = compileLets(spec.let ?? {}, pathOf('let'), names, report);
  const { aggregation, stage: aggregateStage } = compileAggregates(
    spec.aggregate ?? {},
    pathOf('aggregate'),
    names,
    report,
  );
  const test = spec.if === undefined ? null : compileCondition(spec.if, pathOf('if'), 'rule', names, report);

  const outputs: { broker: string; filter: string }[] = [];
  const context: PublishContext = {
    names,
    report,
    broker,
    brokers,
    maxPayloadBytes: limits.maxPayloadBytes,
    waits: [],
    topics: [],
    publishes: (to, filter) => outputs.push({ broker: to, filter }),
  };
  const whenTrue = compileBranch('then', spec, pathOf, context);
  const within = (key: 'else' | 'end' | 'late' | 'on_error'): Branch | null => {
    const branch = spec[key];
    return branch === undefined ? null : compileBranch(key, branch, (inner) => [...pathOf(key), inner], context);
  };
  const whenFalse = within('else');
  const atEnd = within('end');
  names.inLate = true;
  const whenLate = within('late');
  names.inLate = false;
  const window = compileWindow(written, aggregation, isLevel, whenLate, names, report);
  names.inError = true;
  names.inScript = context.waits.length > 0; // What failed may stand behind a `wait_for`.
  const onError = within('on_error') ?? { name: 'on_error', set: [], actions: [], script: null };
  names.inScript = false;
  names.inError = false;
  const branches = [whenTrue, whenFalse, atEnd, whenLate].filter((branch) => branch !== null);
  const distinctStage = compileDistinct(spec, pathOf('distinct'), branches, names, report);
  checkActions(written, whenTrue, branches, report);
  checkBranches(written, report);

  const sets = branches.some(({ set }) => set.length > 0);
  const shadow = settings.shadow || spec.shadow === true;
  const alert =
    spec.alert === undefined
      ? null
      : compileAlert(written, spec.alert, {
          ...context,
          test,
          by: key?.map(({ logic }) => logic) ?? [],
          hasKeys: (key ?? inputs.flatMap((input) => input.key)).length > 0,
          shadow,
          start: whenTrue,
          end: atEnd,
        });
  const sequenceStage = compileSequence(written, names, report);
  const holdStage = isLevel
    ? (alert?.stage ?? compileLevel(written, test, whenTrue, atEnd, names, report))
    : condition(test?.get ?? null, whenTrue, whenFalse);
  // All expressions are compiled: what they measure of the past is known now.
  const measures = (perResult: boolean): boolean => names.measurements.some((one) => one.perResult === perResult);
  const chain: (Stage | null)[] = [
    inputNames.length > 0 ? inputsStage(inputNames) : null,
    letStages.perMessage,
    names.usesPrevious || measures(false) ? past(names.measurements) : null,
    window?.stage ?? null,
    aggregateStage,
    letStages.perResult,
    measures(true) ? past(names.measurements, true) : null,
    names.memory.length > 0 ? memory(names.memory) : null,
    sequenceStage,
    holdStage,
    sets ? set() : null,
    compileThrottle(spec),
    compileDebounce(spec, branches),
    distinctStage,
    compileScripts(written, [...branches, onError], report),
  ];
  const stages = chain.filter((stage) => stage !== null);
  const by = key?.map(({ get }) => get) ?? null;
  const plan = planOf({ where, foreach, by, onError }, stages, window?.time ?? null, names);
  const rule: Rule = {
    id,
    plan: alike.shared(written, names, broker, plan),
    shadow,
    topics: context.topics.slice(), // Without spare room: there is one for every rule.
    rate: compileRate(spec.rate_limit, limits.rate),
    alert: alert === null ? null : { ...alert.rule, place: stages.indexOf(alert.stage) },
    inputs: [...inputs, ...context.waits, ...(alert?.inputs ?? [])],
    schedules: times.schedules,
    onStart: times.onStart,
    lookups: [...names.lookups.values()].map((lookup) => lookup.spec),
    seeds: compileSeeds(written, inputs[0], report),
    maxKeys: spec.max_keys ?? limits.maxKeys,
    ttl: lifetime(spec, names.memory, inputs.length === 0 && times.tick, limits.ttl),
  };
  return { rule, outputs, condition: test?.logic ?? null };
}

/**
 * What retained messages do where `on` does not say. An alert says what is, so they count for it; but not as a sign of
 * life.
 */
function retainedOf({ alert, absent }: RuleSpec): Retained {
  return alert !== undefined && absent === undefined ? 'use' : 'prime';
}

/** `foreach: entries(payload)`, as an expression or as JSON-logic. */
function iteratesEntries(foreach: RuleSpec['foreach']): boolean {
  return /\bentries(?:\(|":)/.test(JSON.stringify(foreach ?? null));
}

/** A rule that does not run needs no place for its sun. */
function somewhere(settings: CompileSettings): CompileSettings {
  return { ...settings, location: settings.location ?? { latitude: 0, longitude: 0 } };
}

function compileLets(
  values: NonNullable<RuleSpec['let']>,
  path: Path,
  names: Names,
  report: Report,
): { readonly perMessage: Stage | null; readonly perResult: Stage | null } {
  const perMessage: Let[] = [];
  const perResult: Let[] = [];
  for (const [name, value] of Object.entries(values)) {
    const place = [...path, name];
    names.usesResult = false;
    const { readsPayload } = names;
    const { get } = compileExpression(value, place, 'rule', names, report);
    if (!names.usesResult) names.readsPayload = readsPayload; // It is worked out for the message, before a window.
    if (!checkName(name, place, report)) continue;
    if (names.usesResult) names.resultLets.add(name);
    const slot = names.lets.push(name) - 1;
    (names.usesResult ? perResult : perMessage).push({ slot, get });
  }
  const stage = (values: readonly Let[]): Stage | null => (values.length === 0 ? null : lets(values));
  return { perMessage: stage(perMessage), perResult: stage(perResult) };
}

/** What a `rate_limit` says. */
export function compileRate(spec: RuleSpec['rate_limit'], fallback: Rule['rate']): Rule['rate'] {
  if (spec === undefined) return fallback;
  if (spec === 'off') return null;
  return typeof spec === 'number'
    ? { perSecond: spec, burst: Math.max(1, spec * 10) }
    : { perSecond: spec.rate, burst: spec.burst };
}
