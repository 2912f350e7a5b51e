import type { Readiness, RuleStatus, Status } from '../adapters/http/application.ts';
import type { ShownRule } from '../adapters/http/rules.ts';
import type { CompiledFile } from '../compile/compile-file.ts';
import type { Rule } from '../core/rule.ts';
import type { Readings, RuleReading } from '../ports/readings.ts';
import type { Engine } from '../runtime/engine.ts';
import type { CompiledRules } from '../runtime/reload.ts';
import type { Problem } from '../spec/problem.ts';
import type { Config } from './config.ts';
import { brokerAddress } from './brokers.ts';
import { version } from './version.ts';

/** Whether brokers are connected, subscriptions granted, rules loaded without error, and the state can be written. */
export function readiness(engine: Engine, problems: readonly Problem[]): Readiness {
  const refusals = engine.refusals();
  const unanswered = new Set(engine.unanswered());
  const brokers = [...engine.brokers()].map(({ name, connected }) => ({
    name,
    connected,
    subscribed: !unanswered.has(name),
    refused: refusals.filter(({ broker }) => broker === name).map(({ filter, reason }) => ({ filter, reason })),
  }));
  const errors = problems.filter(({ severity }) => severity === 'error');
  const { stateFault } = engine;
  const ready =
    errors.length === 0 &&
    stateFault === null &&
    brokers.every(({ subscribed, refused }) => subscribed && refused.length === 0);
  return { ready, brokers, problems: errors, state: stateFault };
}

/** What the status page shows. */
export function status(
  config: Config,
  startedAt: number,
  engine: Engine,
  readings: Readings,
  { problems }: CompiledRules<Problem>,
  files: ReadonlyMap<string, CompiledFile>,
): Status {
  const { brokers } = readiness(engine, problems);
  const byId = readingsById(engine);
  return {
    instance: config.instance,
    version: version(),
    now: Date.now(),
    startedAt,
    brokers: [...engine.brokers()].map(({ name, connected, received }) => ({
      name,
      address: brokerAddress(config, name),
      connected,
      received,
      refused: brokers.find((broker) => broker.name === name)?.refused ?? [],
    })),
    rules: [...files.values()].flatMap((file) => [...rulesOf(file, byId), ...disabledOf(file)]),
    reload: readings.reload(),
    problems,
  };
}

/** The rules that run, with the counts of now. A reload meanwhile changes nothing of it. */
export function runningRules(engine: Engine, files: ReadonlyMap<string, CompiledFile>): Iterable<ShownRule> {
  return shownRules(files, readingsById(engine));
}

function* shownRules(
  files: ReadonlyMap<string, CompiledFile>,
  readings: ReadonlyMap<string, RuleReading>,
): Generator<ShownRule> {
  for (const { path, rules } of files.values()) {
    for (const { rule, line, column } of rules) {
      const reading = readings.get(rule.id);
      yield {
        id: rule.id,
        file: path,
        line,
        column,
        state: stateOf(rule, reading),
        alert: rule.alert !== null,
        stages: rule.plan.stages.filter(({ stateful }) => stateful).map(({ kind, shape }) => ({ kind, shape })),
        keys: reading?.cells ?? 0,
        pending: reading?.pending ?? 0,
        active: reading?.active ?? 0,
      };
    }
  }
}

function readingsById(engine: Engine): Map<string, RuleReading> {
  return new Map([...engine.rules()].map((reading) => [reading.id, reading]));
}

function rulesOf(file: CompiledFile, readings: ReadonlyMap<string, RuleReading>): RuleStatus[] {
  return file.rules.map(({ rule, line }) => {
    const reading = readings.get(rule.id);
    const errors = Object.values(reading?.tally.errors ?? {}).reduce((sum, count) => sum + count, 0);
    return {
      id: rule.id,
      file: file.path,
      line,
      state: stateOf(rule, reading),
      on: rule.inputs.map(({ filter }) => filter.text),
      evaluations: reading?.tally.evaluations ?? { true: 0, false: 0, unknown: 0 },
      fired: reading?.tally.fired ?? 0,
      errors,
    };
  });
}

/** How a rule that is loaded runs. */
function stateOf({ shadow }: Rule, reading: RuleReading | undefined): ShownRule['state'] {
  return reading?.quarantined === true ? 'quarantined' : shadow ? 'shadow' : 'active';
}

function disabledOf({ path, disabled }: CompiledFile): RuleStatus[] {
  const evaluations = { true: 0, false: 0, unknown: 0 };
  return disabled.map((id) => ({
    id,
    file: path,
    line: 1,
    state: 'disabled',
    on: [],
    evaluations,
    fired: 0,
    errors: 0,
  }));
}
