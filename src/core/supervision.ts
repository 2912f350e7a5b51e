import { UNDECODABLE, type Codec, type Event } from './event.ts';
import { internal } from './internal.ts';
import { BudgetError } from './logic/budget.ts';
import type { Note } from './note.ts';
import type { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import type { RuleError } from './tally.ts';

/** Knows which rule is at work, counts what goes wrong for it, and puts aside one that costs too much too often. */
export class Supervision {
  readonly #scope: Scope;
  readonly #breaches: number;
  readonly #note: (note: Note) => void;
  /** The rule at work. */
  rule!: RunningRule;

  /** `breaches`: how many of its budget a rule may have within a minute. */
  constructor(scope: Scope, breaches: number, note: (note: Note) => void) {
    this.#scope = scope;
    this.#breaches = breaches;
    this.#note = note;
  }

  begin(running: RunningRule): void {
    this.rule = running;
  }

  fail(reason: RuleError, message: string): void {
    this.rule.tally.fail(reason);
    this.#tell(reason, message);
  }

  /** The payload of a message, or UNDECODABLE, which is counted. */
  decode(event: Event, codec: Codec): unknown {
    try {
      const payload = event.decode(codec);
      if (payload === UNDECODABLE)
        this.fail('undecodable', `the payload is not ${codec === 'auto' ? 'JSON or text' : codec}`);
      return payload;
    } catch (error) {
      this.caught(error);
      return UNDECODABLE;
    }
  }

  caught(error: unknown): void {
    if (error instanceof BudgetError) this.breach('budget', error.message);
    else this.fail('internal', internal(error));
  }

  /** Count what costs too much, and put the rule aside when that has happened too often. */
  breach(reason: 'budget' | 'too_many_elements', message: string): void {
    this.fail(reason, message);
    if (!this.rule.breached(this.#scope.now, this.#breaches)) return;
    this.#tell('quarantined', `put aside until the next reload: ${this.#breaches} breaches within a minute`);
  }

  #tell(reason: Note['reason'], message: string): void {
    const { rule, key, event } = this.#scope;
    this.#note({ rule, key, reason, topic: event.topic, message });
  }
}
