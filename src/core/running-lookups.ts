import type { Event } from './event.ts';
import { internal } from './internal.ts';
import { BudgetError } from './logic/budget.ts';
import { LookupTable, type LookupSpec } from './lookup.ts';
import type { Note } from './note.ts';
import type { LookupHit } from './program.ts';
import type { LookupName, SavedLookup, StateChanges } from './saved-state.ts';
import type { Scope } from './scope.ts';

/** Why lookups did not take messages. */
export interface LookupRefusals {
  undecodable: number;
  full: number;
  /** Its `where` went over its budget. */
  budget: number;
  /** A mistake of ours. */
  internal: number;
}

/** A lookup at work. */
interface RunningLookup {
  readonly table: LookupTable;
  /** When it came, in epoch milliseconds. */
  readonly bornAt: number;
}

/** The lookups of all rules at work. */
export class RunningLookups {
  readonly #limit: number;
  readonly #note: (note: Note) => void;
  #running: readonly RunningLookup[] = [];
  /** By the id of their spec. */
  tables: ReadonlyMap<string, LookupTable> = new Map();
  /** Those that have changed; null while nobody asks. */
  #changed: Set<LookupTable> | null = null;
  /** Values of lookups that there are no more. */
  #orphans: LookupName[] = [];
  readonly refusals: LookupRefusals = { undecodable: 0, full: 0, budget: 0, internal: 0 };

  /** `limit`: topics in one lookup. */
  constructor(limit: number, note: (note: Note) => void) {
    this.#limit = limit;
    this.#note = note;
  }

  /** Put others in their place; equal ones keep what they hold. */
  swap(specs: readonly LookupSpec[], now: number): void {
    const known = new Map(this.#running.map((lookup) => [lookup.table.spec.id, lookup]));
    this.#running = specs.map(
      (spec) => known.get(spec.id) ?? { table: new LookupTable(spec, this.#limit), bornAt: now },
    );
    this.tables = new Map(this.#running.map(({ table }) => [table.spec.id, table]));
    if (this.#changed === null) return;
    for (const { table } of known.values()) {
      if (this.tables.has(table.spec.id)) continue;
      this.#changed.delete(table);
      this.#orphans.push(...table.names());
    }
    this.track();
  }

  /** From now on, what changes is to be saved. */
  track(): void {
    this.#changed ??= new Set();
    for (const { table } of this.#running) table.track(this.#changed);
  }

  /** The values that have changed or are gone since the last time; null if none. */
  takeChanges(): { readonly lookups: SavedLookup[]; readonly dropped: LookupName[] } | null {
    if (this.#changed === null || (this.#changed.size === 0 && this.#orphans.length === 0)) return null;
    const changes: { lookups: SavedLookup[]; dropped: LookupName[] } = { lookups: [], dropped: this.#orphans };
    this.#orphans = [];
    for (const table of this.#changed) table.takeChanges(changes.lookups, changes.dropped);
    this.#changed.clear();
    return changes;
  }

  /** Values whose changes could not be kept are to be saved again, or dropped if they are gone. */
  giveBack({ lookups, droppedLookups }: Pick<StateChanges, 'lookups' | 'droppedLookups'>): void {
    for (const name of [...lookups, ...droppedLookups]) {
      const table = this.tables.get(name.lookup);
      if (table === undefined) this.#orphans.push(nameOf(name));
      else table.changedAgain(name);
    }
  }

  /** Take up the values that were saved, before any message; gives back those of lookups that there are no more. */
  restore(saved: readonly SavedLookup[]): SavedLookup[] {
    const left: SavedLookup[] = [];
    const found = new Map<LookupTable, SavedLookup[]>();
    for (const one of saved) {
      const table = this.tables.get(one.lookup);
      if (table === undefined) left.push(one);
      else if (found.get(table)?.push(one) === undefined) found.set(table, [one]);
    }
    for (const [table, values] of found) table.restore(values);
    return left;
  }

  /** Those that came at `at` or later. */
  since(at: number): LookupSpec[] {
    return this.#running.filter(({ bornAt }) => bornAt >= at).map(({ table }) => table.spec);
  }

  /** Let one take a message. Who was there before `retainedSince` has seen a retained one. */
  take({ table: place, bound, open }: LookupHit, event: Event, scope: Scope, retainedSince: number): void {
    const { table, bornAt } = this.#running[place] as RunningLookup; // Hits are of the program that runs.
    if (event.retained && bornAt < retainedSince) return;
    try {
      const result = table.update(event, scope, bound, open);
      if (result !== 'ok') this.refusals[result]++;
    } catch (error) {
      if (error instanceof BudgetError) {
        this.refusals.budget++;
        return;
      }
      this.refusals.internal++;
      // No rule's own: rules with equal lookups share them.
      const message = `with ${table.spec.filter.text}: ${internal(error)}`;
      this.#note({ rule: '', key: '', reason: 'internal', topic: event.topic, message });
    }
  }
}

function nameOf({ lookup, bound, open }: LookupName): LookupName {
  return { lookup, bound, open };
}
