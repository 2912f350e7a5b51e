import { UNDECODABLE, type Codec, type Event } from './event.ts';
import { truthy } from './logic/value.ts';
import type { Expression, Lookup, Scope } from './scope.ts';
import type { LookupName, SavedLookup } from './saved-state.ts';
import { NEVER } from './stage.ts';
import type { Filter } from './topics/filter.ts';

/** What a `with` entry looks up. Equal ones are shared by all rules that name them. */
export interface LookupSpec {
  /** Equal for lookups that hold the same. */
  readonly id: string;
  readonly broker: string;
  readonly filter: Filter;
  readonly qos: 0 | 1 | 2;
  readonly codec: Codec;
  /** Which messages it takes. */
  readonly where: Expression | null;
  /** A value older than this is unknown. Milliseconds, or NEVER. */
  readonly ttl: number;
  /** Wildcards that a rule's captures fill in, and those that stay open: with open ones, the value is a mapping. */
  readonly bound: readonly number[];
  readonly open: readonly number[];
}

/** The latest payload of a topic, in a list of all of a table's in order of their update. */
interface Entry {
  readonly bound: string;
  readonly open: string;
  readonly value: unknown;
  readonly at: number;
  /** Larger for what first came later. */
  readonly order: number;
  older: Entry | null;
  newer: Entry | null;
}

/** Entries that an update may find too old: more than it adds, so that they cannot pile up, and no long work. */
const EXPIRED_AT_ONCE = 16;

/** The entries of one bound key, in the order in which they first came, and the mapping made of them when asked. */
interface Shelf {
  readonly entries: Map<string, Entry>;
  updatedAt: number;
  view: Record<string, unknown> | null;
}

/** How an update went; the machine counts what is not `ok`. */
export type LookupUpdate = 'ok' | 'undecodable' | 'full';

/** The latest payloads of a filter, for rules to look up. Bounded: beyond `limit` topics, new ones are refused. */
export class LookupTable implements Lookup {
  readonly spec: LookupSpec;
  readonly #limit: number;
  readonly #shelves = new Map<string, Shelf>();
  #size = 0;
  #made = 0;
  #oldest: Entry | null = null;
  #newest: Entry | null = null;
  /** What has changed or is gone since `takeChanges`. */
  readonly #changed = new Map<string, Entry | LookupName>();
  /** Where it puts itself when something has changed; null while nobody asks. */
  #told: Set<LookupTable> | null = null;

  constructor(spec: LookupSpec, limit: number) {
    this.spec = spec;
    this.#limit = limit;
  }

  /** How many topics it holds. */
  get size(): number {
    return this.#size;
  }

  /** Take the message, whose topic has these values for the bound and the open wildcards. */
  update(event: Event, scope: Scope, bound: string, open: string): LookupUpdate {
    const { spec } = this;
    if (spec.ttl !== NEVER) this.#expire(event.at, EXPIRED_AT_ONCE);
    if (event.empty) {
      // This is how MQTT deletes a retained message: the value is gone, whatever a value must be like.
      this.#remove(bound, open);
      return 'ok';
    }
    const value = event.decode(spec.codec);
    if (value === UNDECODABLE) return 'undecodable';
    scope.payload = value;
    if (spec.where !== null && !truthy(spec.where(scope))) return 'ok';
    if (value === null || value === '') {
      this.#remove(bound, open);
      return 'ok';
    }
    const shelf = this.#shelves.get(bound);
    const before = shelf?.entries.get(open);
    if (before === undefined && this.#size >= this.#limit) return 'full';
    if (before !== undefined) this.#unlink(before);
    const order = before?.order ?? this.#made++;
    this.#add({ bound, open, value, at: event.at, order, older: null, newer: null });
    return 'ok';
  }

  /** From now on it puts itself into this set when something changes. */
  track(told: Set<LookupTable>): void {
    this.#told = told;
  }

  /** Tell what has changed since the last time. */
  takeChanges(saved: SavedLookup[], dropped: LookupName[]): void {
    const lookup = this.spec.id;
    for (const entry of this.#changed.values()) {
      const { bound, open } = entry;
      if ('value' in entry) saved.push({ lookup, bound, open, value: entry.value, at: entry.at, order: entry.order });
      else dropped.push({ lookup, bound, open });
    }
    this.#changed.clear();
  }

  /** What became of this one could not be kept. */
  changedAgain({ lookup, bound, open }: LookupName): void {
    this.#change(this.#shelves.get(bound)?.entries.get(open) ?? { lookup, bound, open });
  }

  /** Take up what was saved, before any message. */
  restore(saved: readonly SavedLookup[]): void {
    const inOrder = saved.toSorted((a, b) => (a.order ?? -1) - (b.order ?? -1) || a.at - b.at).slice(0, this.#limit);
    const entries = inOrder.map(({ bound, open, value, at, order = this.#made }): Entry => {
      this.#made = Math.max(this.#made, order + 1);
      return { bound, open, value, at, order, older: null, newer: null };
    });
    for (const entry of entries) this.#shelfOf(entry.bound).entries.set(entry.open, entry);
    for (const entry of entries.toSorted((a, b) => a.at - b.at)) this.#add(entry); // Each keeps its place in its mapping.
  }

  #shelfOf(bound: string): Shelf {
    let shelf = this.#shelves.get(bound);
    if (shelf === undefined) this.#shelves.set(bound, (shelf = { entries: new Map(), updatedAt: 0, view: null }));
    return shelf;
  }

  /** It is the newest now. */
  #add(entry: Entry): void {
    const shelf = this.#shelfOf(entry.bound);
    shelf.updatedAt = entry.at;
    shelf.view = null;
    entry.older = this.#newest;
    shelf.entries.set(entry.open, entry);
    this.#change(entry);
    this.#size++;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  /** The latest value, or the mapping from open levels to theirs; null is unknown. */
  value(bound: string, now: number): unknown {
    const shelf = this.#fresh(bound, now);
    if (this.spec.open.length === 0) return shelf?.entries.get('')?.value ?? null;
    if (shelf === undefined) return Object.create(null) as unknown;
    if (shelf.view === null) {
      const view = Object.create(null) as Record<string, unknown>; // No prototype: a level may be called anything.
      for (const [open, entry] of shelf.entries) view[open] = entry.value;
      shelf.view = view;
    }
    return shelf.view;
  }

  /** What it holds values for. */
  names(): LookupName[] {
    const lookup = this.spec.id;
    return [...this.#shelves.values()].flatMap(({ entries }) =>
      Array.from(entries.values(), ({ bound, open }) => ({ lookup, bound, open })),
    );
  }

  /** When it was last updated, in epoch milliseconds, or null if it holds nothing. */
  updatedAt(bound: string, now: number): number | null {
    return this.#fresh(bound, now)?.updatedAt ?? null;
  }

  #change(one: Entry | LookupName): void {
    if (this.#told === null) return;
    this.#changed.set(entryName(one), one);
    this.#told.add(this);
  }

  #fresh(bound: string, now: number): Shelf | undefined {
    const shelf = this.#shelves.get(bound);
    if (shelf === undefined || this.spec.ttl === NEVER) return shelf;
    this.#expire(now, Infinity);
    return this.#shelves.get(bound);
  }

  #expire(now: number, most: number): void {
    for (let i = 0; i < most; i++) {
      const entry = this.#oldest;
      if (entry === null || now - entry.at < this.spec.ttl) return;
      this.#remove(entry.bound, entry.open);
    }
  }

  #remove(bound: string, open: string): void {
    const shelf = this.#shelves.get(bound);
    const entry = shelf?.entries.get(open);
    if (shelf === undefined || entry === undefined) return;
    this.#forget(shelf, entry);
    this.#change({ lookup: this.spec.id, bound, open });
    if (shelf.entries.size === 0) this.#shelves.delete(bound);
  }

  #forget(shelf: Shelf, entry: Entry): void {
    shelf.entries.delete(entry.open);
    shelf.view = null;
    this.#unlink(entry);
  }

  /** Take it out of the order of age. In its mapping it may keep its place. */
  #unlink({ older, newer }: Entry): void {
    this.#size--;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }
}

/** No level of a topic has a NUL in it; bound ones are joined by it, and the open ones come last. */
function entryName({ bound, open }: Entry | LookupName): string {
  return `${bound}\0\0${open}`;
}
