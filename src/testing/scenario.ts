import { RULE_LIMITS } from '../compile/limits.ts';
import type { LocatedRule } from '../compile/rule.ts';
import type { ExpectStep, Scenario, SendStep } from '../compile/scenario.ts';
import type { Effect } from '../core/effect.ts';
import { MACHINE_LIMITS } from '../core/limits.ts';
import type { Note } from '../core/note.ts';
import type { Delivery } from '../ports/transport.ts';
import type { Coverage } from './coverage.ts';
import { failureOf, type Failure } from './failure.ts';
import type { Finding } from './finding.ts';
import type { TestedRules } from './tested-rules.ts';
import { TraceLog, type TraceEntry } from './trace-log.ts';
import { Verdict } from './verdict.ts';
import { VirtualBroker, type VirtualLimits, type VirtualListener } from './virtual-broker.ts';
import { bytesOf } from '../runtime/payload-bytes.ts';

/** What a test is run with besides its rules. */
export interface ScenarioOptions {
  readonly limits?: VirtualLimits;
  /** Adds up what the rules do. */
  readonly coverage?: Coverage | null;
}

/** How a test went. */
export interface ScenarioResult {
  readonly passed: boolean;
  /** In order of time. */
  readonly failures: readonly Failure[];
  /** How many more there are. */
  readonly more: number;
  /** The virtual time from the start to the last step, in milliseconds. */
  readonly duration: number;
}

export type { Scenario };

/**
 * Run a scenario in virtual time, by the machine that runs rules live. Each message that a rule publishes must be expected
 * at exactly its time, and each that is expected must come; silence is asserted up to the last step.
 */
export function runScenario(scenario: Scenario, tested: TestedRules, options: ScenarioOptions = {}): ScenarioResult {
  const { limits = LIMITS, coverage } = options;
  const names = scenario.rules?.map(({ id }) => id);
  const rules = tested.rules.filter(({ rule }) => names === undefined || names.includes(rule.id));
  const run = new Run(scenario, rules, limits);
  tested.listener = (evaluation) => {
    run.log.add({ type: 'evaluation', at: evaluation.at, evaluation });
    coverage?.onEvaluation(evaluation);
  };
  run.play();
  coverage?.onEnd(run.broker.machine.running);
  return run.result();
}

/** Those of an engine that nobody has configured. */
const LIMITS: VirtualLimits = { machine: MACHINE_LIMITS, payloadBytes: RULE_LIMITS.maxPayloadBytes };

/** Failures that are told of one scenario. */
const MAX_FAILURES = 10;

class Run implements VirtualListener {
  readonly #scenario: Scenario;
  readonly #rules: readonly LocatedRule[];
  readonly #verdict = new Verdict();
  /** What led to the first moments at which something is wrong. */
  readonly #traces = new Map<number, readonly TraceEntry[]>();
  readonly log = new TraceLog();
  readonly broker: VirtualBroker;

  constructor(scenario: Scenario, rules: readonly LocatedRule[], limits: VirtualLimits) {
    this.#scenario = scenario;
    this.#rules = rules;
    const running = rules.map(({ rule }) => rule);
    this.broker = new VirtualBroker(running, limits, scenario.start, this);
  }

  play(): void {
    let expected: ExpectStep[] = [];
    const { script, start } = this.#scenario;
    this.broker.start();
    if (script[0]?.at !== start) {
      this.broker.passThrough(start);
      this.#close(start, []);
    }
    for (const [i, step] of script.entries()) {
      if (step.type === 'send') this.broker.send(deliveryOf(step), step.at);
      if (step.type === 'expect') expected.push(step);
      if (script[i + 1]?.at === step.at) continue;
      // What is expected is looked at when the whole millisecond is done.
      this.broker.passThrough(step.at);
      if (this.broker.stopped !== null) return;
      this.#close(step.at, expected);
      expected = [];
    }
  }

  result(): ScenarioResult {
    const { stopped, machine } = this.broker;
    const { script, start } = this.#scenario;
    const { findings, published, more } = this.#verdict;
    const end: Finding[] = stopped === null ? [] : [{ type: 'stopped', at: machine.now, reason: stopped }];
    const all = [...end, ...findings];
    return {
      passed: all.length === 0,
      failures: all
        .slice(0, MAX_FAILURES)
        .map((one) => failureOf(one, script, this.#rules, published, this.#traces.get(one.at) ?? this.log.entries)),
      more: Math.max(0, all.length - MAX_FAILURES) + more,
      duration: (script.at(-1)?.at ?? start) - start,
    };
  }

  onMessage({ topic, payload, retained }: Delivery, at: number, from: string | null): void {
    const text = new TextDecoder().decode(bytesOf(payload));
    this.log.add({ type: 'message', at, topic, payload: text, retained, from });
  }

  onTimers(at: number): void {
    this.log.add({ type: 'timer', at });
  }

  onEffect(effect: Effect): void {
    this.log.add({ type: 'effect', at: effect.at, effect });
    if (effect.type !== 'publish') return;
    this.#verdict.published.push(effect);
    if (this.#verdict.isFull)
      this.broker.stop(`the rules publish more than ${this.#verdict.published.length - 1} messages`);
  }

  onNote(note: Note, at: number): void {
    this.log.add({ type: 'note', at, note });
  }

  onMoment(at: number): void {
    this.#close(at, []);
  }

  #close(at: number, expected: readonly ExpectStep[]): void {
    if (!this.#verdict.close(expected) && this.#traces.size < MAX_FAILURES) this.#traces.set(at, this.log.entries);
  }
}

function deliveryOf({ broker, topic, payload, qos, retained, properties }: SendStep): Delivery {
  const text = payload === undefined ? '' : typeof payload === 'string' ? payload : JSON.stringify(payload);
  const user = properties === undefined ? undefined : { user: properties };
  return { broker, topic, payload: Buffer.from(text), qos, retained, duplicate: false, properties: user };
}
