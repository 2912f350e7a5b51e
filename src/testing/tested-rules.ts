import type { LocatedRule } from '../compile/rule.ts';
import type { EvaluationListener } from '../core/evaluation.ts';

/** Rules that tell of each look at their conditions. */
export class TestedRules {
  readonly rules: readonly LocatedRule[];
  /** Who is told. */
  listener: EvaluationListener = () => {};

  /** `compile` makes rules that tell whom it is given. */
  constructor(compile: (trace: EvaluationListener) => readonly LocatedRule[]) {
    this.rules = compile((evaluation) => this.listener(evaluation));
  }
}

/** The same rules in several time zones, each compiled when it is first asked for; null is the zone that is usual. */
export class RulesByZone {
  readonly #compile: (zone: string | null, trace: EvaluationListener) => readonly LocatedRule[];
  readonly #made = new Map<string | null, TestedRules>();

  constructor(compile: (zone: string | null, trace: EvaluationListener) => readonly LocatedRule[]) {
    this.#compile = compile;
  }

  in(zone: string | null): TestedRules {
    let rules = this.#made.get(zone);
    if (rules === undefined) {
      rules = new TestedRules((trace) => this.#compile(zone, trace));
      this.#made.set(zone, rules);
    }
    return rules;
  }
}
