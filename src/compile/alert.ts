import type { Branch } from '../core/branch.ts';
import { UNKNOWN_TEXT, type AlertText, type AlertTexts } from '../core/alert/render.ts';
import { severityAlert, type Severity } from '../core/alert/severities.ts';
import { plainAlert, type AlertCourse } from '../core/alert/standing.ts';
import type { Input, RuleAlert } from '../core/rule.ts';
import type { Expression, Scope } from '../core/scope.ts';
import { NEVER, type Stage } from '../core/stage.ts';
import { alert as alertStage } from '../core/stages/alert.ts';
import { isFilter, parseFilter } from '../core/topics/filter.ts';
import type { Path } from '../spec/document.ts';
import { comparedValue } from './alert-value.ts';
import { compileCondition } from './condition.ts';
import { compileExpression, type CompiledExpression } from './expression.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';
import { implies } from './implies.ts';
import { compileCourse, compileUntil } from './level.ts';
import { lengthOf } from './level-keys.ts';
import type { PublishContext } from './publish.ts';
import { compileEntry, compileKnownText, compilePieces, refuseTemplateKey, renderKnown, wireText } from './template.ts';
import { compileTopic, type TopicTemplate } from './topic.ts';
import { variableName } from './variable-name.ts';
import type { WrittenRule } from './written-rule.ts';

type AlertSpec = NonNullable<RuleSpec['alert']>;

/** An alert, compiled. */
export interface CompiledAlert {
  readonly stage: Stage;
  /** Where messages acknowledge it. */
  readonly inputs: readonly Input[];
  readonly rule: Omit<RuleAlert, 'place'>;
}

/** What an alert needs to know of its rule. */
export interface AlertContext extends PublishContext {
  /** `if`. */
  readonly test: CompiledExpression | null;
  /** The parts of `by`, as JSON-logic. */
  readonly by: readonly unknown[];
  /** The rule can have more than one key. */
  readonly hasKeys: boolean;
  readonly shadow: boolean;
  readonly start: Branch;
  readonly end: Branch | null;
}

/** Compile `alert`, and when it holds. */
export function compileAlert(written: WrittenRule, spec: AlertSpec, context: AlertContext): CompiledAlert {
  const { names, report, broker, start, end, shadow, test } = context;
  const path = written.pathOf('alert');
  checkCombinations(written, spec, context);
  const severity = spec.severity === undefined ? null : compileSeverity(spec.severity, [...path, 'severity'], context);
  const levels = spec.levels === undefined ? null : compileLevels(spec.levels, written, context);
  const severities = levels?.severities.map(({ name }) => name) ?? (severity === null ? [] : [severity]);
  const conditions: [string | null, unknown][] = levels?.conditions ?? [[severity, test?.logic ?? null]];
  const ack = spec.ack ?? 'alerts/${rule}/${key}/ack';
  const ackTopic = ack === false ? null : compileAckTopic(ack, [...path, 'ack'], context);
  return {
    stage: alertStage(levels?.course ?? plainAlert(compileCourse(written, test, names, report)), {
      start,
      end,
      repeat: lengthOf(written.spec.repeat, NEVER),
      severity,
      falling: spec.falling === true,
      pending: spec.pending === true,
      ack: ackTopic?.render ?? null,
      shadow,
    }),
    inputs: ackTopic === null ? [] : ackInputs(ackTopic, broker),
    rule: {
      severities: severities.length === 0 ? [''] : severities,
      texts: compileTexts(spec, path, conditions, context),
    },
  };
}

function compileTexts(
  spec: AlertSpec,
  path: Path,
  conditions: readonly (readonly [string | null, unknown])[],
  { names, report, broker, publishes, maxPayloadBytes, hasKeys }: AlertContext,
): AlertTexts {
  const { topic: written = 'alerts/${rule}/${key}', labels = {} } = spec;
  const topic = written === false ? null : compileTopic(written, [...path, 'topic'], names, report);
  for (const filter of topic?.filters ?? []) publishes(broker, filter.text);
  if (topic?.values.length === 0 && hasKeys) {
    const message = 'the alerts of all keys share this topic, and each takes the place of the one before';
    report.warning([...path, 'topic'], 'shared-topic', message, 'Put the key into it: alerts/${rule}/${key}');
  }
  const text = (key: 'summary' | 'description'): AlertText | null => {
    const template = spec[key];
    return template === undefined ? null : compileKnownText(template, UNKNOWN_TEXT, [...path, key], names, report);
  };
  const given =
    spec.value === undefined ? null : compileExpression(spec.value, [...path, 'value'], 'rule', names, report).get;
  const values = conditions.flatMap(([severity, condition]): [string | null, Expression][] => {
    const value = given ?? comparedValue(condition, names);
    return value === null ? [] : [[severity, value]];
  });
  return {
    broker,
    topic: topic?.render ?? null,
    summary: text('summary'),
    description: text('description'),
    labels: Object.entries(labels).map(([name, value]) => {
      const place = [...path, 'labels', name];
      refuseTemplateKey(name, place, report);
      const pieces = compileEntry(String(value), place, names, report);
      const [piece] = pieces;
      const isOptional = piece !== undefined && 'value' in piece && piece.orOmit;
      return { name, text: isOptional ? optionalText(piece.value.get) : renderKnown(pieces, UNKNOWN_TEXT) };
    }),
    values: new Map(values),
    maxPayloadBytes,
  };
}

/** Apart from `compileTexts`, whose closures would keep the report, and with it the whole document. */
function optionalText(get: Expression): (scope: Scope) => string | null {
  return (scope) => wireText(get(scope));
}

/** A severity, or the name of a level. Names of numbers would not keep their order, and metrics have severities as labels. */
const SEVERITY = /^\p{L}[\p{L}\p{N} ._-]{0,63}$/u;

function compileSeverity(text: string, path: Path, { names, report }: AlertContext): string {
  const pieces = compilePieces(text, path, names, report);
  const isFixed = pieces.every((piece) => 'text' in piece || piece.value.constant);
  if (!isFixed) {
    const message = 'the severity of a rule is the same for all messages';
    report.error(
      path,
      'invalid-severity',
      message,
      'For several write levels: { warning: { if: … }, critical: { if: … } }',
    );
    return '';
  }
  const severity = renderKnown(pieces, '')(undefined as never); // Constant: the scope is not looked at.
  if (pieces.length > 0 || text === '') checkSeverity(severity, path, report);
  return severity;
}

function checkSeverity(name: string, path: Path, report: AlertContext['report']): void {
  if (SEVERITY.test(name)) return;
  const hint = 'A word such as warning or critical';
  report.error(path, 'invalid-severity', 'a severity begins with a letter, and has at most 64 characters', hint);
}

interface Levels {
  readonly severities: readonly Severity[];
  readonly course: AlertCourse;
  readonly conditions: [string | null, unknown][];
}

function compileLevels(levels: NonNullable<AlertSpec['levels']>, written: WrittenRule, context: AlertContext): Levels {
  const { names, report } = context;
  const { spec, pathOf } = written;
  const path = [...pathOf('alert'), 'levels'];
  const expire = lengthOf(spec.expire, NEVER);
  const conditions: [string, unknown][] = [];
  const severities = Object.entries(levels).map(([name, level]): Severity => {
    checkSeverity(name, [...path, name], report);
    const test = compileCondition(level.if, [...path, name, 'if'], 'rule', names, report);
    conditions.push([name, test.logic]);
    const { until, untilFor, min } = compileUntil(level.until, [...path, name, 'until'], names, report);
    const length = lengthOf(level.for, 0);
    return {
      name,
      hold: { test: test.get, for: length, times: 1, until: until?.get ?? null, untilFor, min, expire },
    };
  });
  for (const [i, [name, condition]] of conditions.entries()) {
    const higher = conditions.findIndex(
      ([, other], j) =>
        j > i &&
        implies(condition, other) &&
        (severities[j]?.hold.for ?? 0) <= (severities[i]?.hold.for ?? 0) &&
        levels[conditions[j]?.[0] ?? '']?.until === undefined,
    );
    if (higher === -1) continue;
    const above = conditions[higher]?.[0] ?? '';
    const message = `"${name}" is never the severity: "${above}" is higher, and holds whenever it does`;
    report.warning([...path, name], 'never-shown', message, 'The lowest level stands first');
  }
  const { until, untilFor, min } = compileUntil(spec.until, pathOf('until'), names, report);
  const course = severityAlert(severities, { until: until?.get ?? null, untilFor, min, expire });
  return { severities, course, conditions };
}

/** Keys of the rule that say when it holds, where each level says so for itself. */
const NOT_WITH_LEVELS = ['if', 'for', 'times', 'absent'] as const satisfies KeywordName[];

function checkCombinations({ spec: rule, pathOf }: WrittenRule, spec: AlertSpec, { report }: AlertContext): void {
  const path = pathOf('alert');
  const refuse = (place: Path, message: string, hint: string): void =>
    report.errorAtKey(place, 'impossible-combination', message, hint);
  if (spec.levels === undefined) {
    if (spec.falling !== undefined)
      refuse([...path, 'falling'], '`falling` needs `levels`: without them there is one severity', 'Take it out');
    return;
  }
  if (Object.keys(spec.levels).length === 0) {
    const hint = 'Write levels: { warning: { if: temperature > 5 } }';
    refuse([...path, 'levels'], '`levels` has no level, so nothing would make the alert fire', hint);
  }
  if (spec.severity !== undefined) {
    const message = '`severity` cannot go with `levels`, whose names are the severities';
    refuse([...path, 'severity'], message, 'Take one of them out');
  }
  for (const key of NOT_WITH_LEVELS.filter((one) => rule[one] !== undefined)) {
    const own = key === 'if' || key === 'for' ? `Give each level its own ${key}:` : `Take out ${key}:, or the levels`;
    refuse(pathOf(key), `\`${key}\` cannot go with \`levels\`, each of which says when it holds`, own);
  }
}

/** The topic of acknowledgements is made of what tells one alert of the rule from another. */
function compileAckTopic(text: string, path: Path, { names, report, by }: AlertContext): TopicTemplate {
  const topic = compileTopic(text, path, names, report);
  const parts = new Set(by.map((part) => JSON.stringify(part)));
  const isOfKey = (value: unknown): boolean => {
    const name = variableName(value);
    return name === 'key' || names.captures.includes(name ?? '') || parts.has(JSON.stringify(value));
  };
  if (!topic.values.every(isOfKey)) {
    const message = 'the topic of acknowledgements is made of the key of the alert';
    report.error(path, 'invalid-topic', message, 'It may have ${rule}, ${key}, wildcards by name, and parts of `by`');
  }
  return topic;
}

function ackInputs({ filters }: TopicTemplate, broker: string): Input[] {
  return filters.flatMap(({ text, key: captures }): Input[] => {
    const filter = parseFilter(text);
    if (!isFilter(filter)) return []; // The topic has been reported.
    return [{ kind: 'ack', port: -1, broker, filter, qos: 1, codec: 'auto', retained: 'skip', captures, key: [] }];
  });
}
