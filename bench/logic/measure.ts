import jsonLogic, { type RulesLogic } from 'json-logic-js';
import { Names } from '../../src/compile/names.ts';
import { emptyScope } from '../../src/core/empty-scope.ts';
import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import { compileLogic } from '../../src/core/logic/compile.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import { truthy } from '../../src/core/logic/value.ts';
import { cpuMicroseconds } from '../cpu.ts';
import { condition, payloads } from './rules.ts';

export type LogicContestant = 'json-logic-js' | 'automate';

export interface LogicMeasurement {
  readonly perSecond: number;
  /** Heap that the rules take, the compiled ones without the JSON they came from. */
  readonly bytesPerRule: number;
  /** How many rules hold over all payloads that have every field: the same number for all contestants. */
  readonly verdicts: number;
}

type Evaluate = (rule: number, payload: unknown) => unknown;

/** Evaluations per second of CPU, over so many distinct rules. Warm-up and measurement are in seconds of CPU. */
export function measureLogic(parameters: {
  readonly contestant: LogicContestant;
  readonly rules: number;
  readonly seconds: number;
}): LogicMeasurement {
  const { contestant, rules, seconds } = parameters;
  const data = payloads();
  const before = heap();
  const evaluate = contestant === 'automate' ? automate(rules) : reference(rules);
  const bytesPerRule = (heap() - before) / rules;
  run(evaluate, rules, data, seconds / 2);
  const perSecond = run(evaluate, rules, data, seconds);
  const whole = data.filter((payload) => Object.keys(payload).length === 7);
  let verdicts = 0;
  for (let rule = 0; rule < rules; rule++) for (const payload of whole) if (truthy(evaluate(rule, payload))) verdicts++;
  return { perSecond, bytesPerRule, verdicts };
}

function automate(rules: number): Evaluate {
  const names = new Names(zone('UTC'), {});
  const compiled = Array.from({ length: rules }, (_, i) => compileLogic(condition(i), names.environment('rule')).get);
  const scope = emptyScope();
  return (rule, payload) => {
    scope.payload = payload;
    scope.steps = MACHINE_LIMITS.steps;
    return compiled[rule]?.(scope);
  };
}

function reference(rules: number): Evaluate {
  // From text, as a rule file would be: literals in a program share their shapes.
  const parsed = JSON.parse(JSON.stringify(Array.from({ length: rules }, (_, i) => condition(i)))) as RulesLogic[];
  return (rule, payload) => jsonLogic.apply(parsed[rule] ?? null, payload) as unknown;
}

function run(evaluate: Evaluate, rules: number, data: readonly unknown[], seconds: number): number {
  const start = cpuMicroseconds();
  let count = 0;
  let held = 0;
  let message = 0;
  for (;;) {
    const payload = data[message++ % data.length];
    for (let rule = 0; rule < rules; rule++) if (truthy(evaluate(rule, payload))) held++;
    count += rules;
    // Looking at the clock costs as much as a few evaluations.
    if (rules < 200 && message % 256 !== 0) continue;
    const used = cpuMicroseconds() - start;
    if (used > seconds * 1e6) return held < 0 ? 0 : (count / used) * 1e6;
  }
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
