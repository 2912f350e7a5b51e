import type { Evaluation } from '../core/evaluation.ts';
import type { Traced } from '../core/logic/trace.ts';
import { truthy } from '../core/logic/value.ts';
import type { RunningRule } from '../core/running-rule.ts';

/** How often something was what. */
export interface Outcomes {
  true: number;
  false: number;
  unknown: number;
}

/** A condition of a rule, or a part of it that decides: an operand of `and` or `or`, or what stands before a `?`. */
export interface Decision {
  /** Where in the rule the condition stands: `if`. */
  readonly condition: string;
  readonly logic: unknown;
  readonly outcomes: Outcomes;
}

/** What scenarios have made of one rule. */
export interface RuleCoverage {
  readonly rule: string;
  /** How many scenarios it was in. */
  readonly scenarios: number;
  readonly evaluations: Outcomes;
  /** How often it has acted. */
  readonly acted: number;
  /** What its conditions decided by, as far as they were looked at. */
  readonly decisions: readonly Decision[];
}

/** Adds up what scenarios have made of the rules. */
export class Coverage {
  readonly #rules = new Map<string, RuleCoverage & { scenarios: number; acted: number }>();
  /** By rule and condition. */
  readonly #decisions = new Map<string, readonly Decision[]>();

  /** What was made of a rule; nothing, if it was in no scenario. */
  of(rule: string): RuleCoverage {
    return this.#of(rule);
  }

  /** A rule has looked at one of its conditions. */
  onEvaluation({ rule, condition, traced }: Evaluation): void {
    const parts = decisiveParts(traced);
    const name = `${rule} ${condition}`;
    let decisions = this.#decisions.get(name);
    if (decisions === undefined) {
      decisions = parts.map(({ logic }) => ({ condition, logic, outcomes: { true: 0, false: 0, unknown: 0 } }));
      this.#decisions.set(name, decisions);
      const covered = this.#of(rule);
      this.#rules.set(rule, { ...covered, decisions: [...covered.decisions, ...decisions] });
    }
    for (const [i, { value }] of parts.entries()) {
      const outcomes = decisions[i]?.outcomes;
      if (outcomes !== undefined) outcomes[value === null ? 'unknown' : truthy(value) ? 'true' : 'false']++;
    }
  }

  /** A scenario is over, in which these rules were. */
  onEnd(running: readonly RunningRule[]): void {
    for (const { rule, tally } of running) {
      const covered = this.#of(rule.id);
      covered.scenarios++;
      covered.acted += tally.fired;
      for (const outcome of ['true', 'false', 'unknown'] as const)
        covered.evaluations[outcome] += tally.evaluations[outcome];
    }
  }

  #of(rule: string): RuleCoverage & { scenarios: number; acted: number } {
    let covered = this.#rules.get(rule);
    if (covered === undefined) {
      covered = { rule, scenarios: 0, acted: 0, evaluations: { true: 0, false: 0, unknown: 0 }, decisions: [] };
      this.#rules.set(rule, covered);
    }
    return covered;
  }
}

/** A condition and, where it is put together, the parts of it that decide, in order. */
function decisiveParts(traced: Traced): Traced[] {
  return [traced, ...partsInside(traced)];
}

function partsInside({ logic, parts }: Traced): Traced[] {
  const [operator, operands] = Object.entries(logic ?? {})[0] ?? [];
  switch (operator) {
    case 'and':
    case 'or':
      return parts.flatMap(decisiveParts);
    case '!':
    case '!!':
      return parts.flatMap(partsInside); // It is the opposite of its operand, or the same.
    case 'if':
    case '?:': {
      const [first] = parts;
      return first !== undefined && Array.isArray(operands) && operands[0] === first.logic ? decisiveParts(first) : [];
    }
    default:
      return [];
  }
}
