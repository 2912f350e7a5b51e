import type { AlertCount } from '../../core/alert/counts.ts';
import { Tally } from '../../core/tally.ts';
import type { RuleReading } from '../../ports/readings.ts';

/** The name that rules beyond the limit share. */
export const OTHER = '__other__';

/** What one value of the label `rule` stands for: a rule, or all that have no name of their own. */
export interface RuleLine {
  readonly rule: string;
  readonly tally: Tally;
  readonly cells: number;
  readonly active: number;
  readonly pending: number;
  readonly alerts: readonly AlertCount[];
  /** How many rules are. */
  readonly quarantined: number;
}

/**
 * Decides which rules are shown by name: the first that ask, up to a limit. A rule keeps its name while it exists, and
 * the first that waits gets the place of one that is gone. What the others did stays counted when one of them leaves.
 */
export class RuleLines {
  readonly #limit: number;
  readonly #named = new Set<string>();
  /** The rules without a name, with what they counted when last seen. */
  #others: ReadonlyMap<string, Tally> = new Map();
  /** What rules counted while they had no name and that are no longer among the others. */
  readonly #left = new Tally();
  #otherSeen = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines for these rules, which are all there are now. */
  update(readings: Iterable<RuleReading>): readonly RuleLine[] {
    const rules = new Map<string, RuleReading>();
    for (const rule of readings) rules.set(rule.id, rule);
    for (const id of this.#named) if (!rules.has(id)) this.#named.delete(id);

    const lines: RuleLine[] = [];
    const others: RuleReading[] = [];
    for (const rule of rules.values()) {
      if (this.#hasName(rule.id)) lines.push(lineOf(rule));
      else others.push(rule);
    }
    this.#remember(others);
    if (this.#otherSeen) lines.push(this.#other(others));
    return lines;
  }

  #hasName(id: string): boolean {
    if (this.#named.has(id)) return true;
    if (this.#named.size >= this.#limit || id === OTHER) return false;
    this.#named.add(id);
    return true;
  }

  /** A tally that is gone, or was begun anew under the same id, is added to what is kept. */
  #remember(others: readonly RuleReading[]): void {
    const now = new Map(others.map(({ id, tally }) => [id, tally]));
    for (const [id, tally] of this.#others) if (now.get(id) !== tally) this.#left.add(tally);
    this.#others = now;
    this.#otherSeen ||= now.size > 0;
  }

  #other(others: readonly RuleReading[]): RuleLine {
    const tally = new Tally();
    tally.add(this.#left);
    const line = { rule: OTHER, tally, cells: 0, active: 0, pending: 0, alerts: sumOf(others), quarantined: 0 };
    for (const rule of others) {
      tally.add(rule.tally);
      line.cells += rule.cells;
      line.active += rule.active;
      line.pending += rule.pending;
      line.quarantined += rule.quarantined ? 1 : 0;
    }
    return line;
  }
}

/** The alerts of all of them, by severity and state. */
function sumOf(rules: readonly RuleReading[]): AlertCount[] {
  const sums = new Map<string, AlertCount>();
  for (const { severity, state, count } of rules.flatMap(({ alerts }) => alerts)) {
    const name = `${state} ${severity}`;
    sums.set(name, { severity, state, count: (sums.get(name)?.count ?? 0) + count });
  }
  return [...sums.values()];
}

function lineOf({ id, tally, cells, active, pending, alerts, quarantined }: RuleReading): RuleLine {
  return { rule: id, tally, cells, active, pending, alerts, quarantined: quarantined ? 1 : 0 };
}
