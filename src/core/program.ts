import type { LookupSpec } from './lookup.ts';
import { keyOf } from './key.ts';
import type { Codec, TopicNote } from './event.ts';
import type { Input, InputKind, Retained, Rule } from './rule.ts';
import type { Cell } from './running-rule.ts';
import { TopicCache } from './topics/cache.ts';
import type { Filter } from './topics/filter.ts';
import { TopicTrie } from './topics/trie.ts';
import { waitId } from './waits.ts';

/** How a rule takes what comes by an input. All rules of a program that do so alike share it. */
export interface Way {
  readonly kind: InputKind;
  readonly codec: Codec;
  readonly retained: Retained;
  /** The ports of all inputs of its kind that the topic reaches; none for inputs that are alike. */
  readonly ports: readonly number[];
}

/** By which of its inputs a rule is reached. All topics that reach it by the same ones share it. */
export interface Reach {
  /** Where the rule stands in `program.rules`. */
  readonly slot: number;
  readonly input: Input;
  readonly way: Way;
  /** Where the input stands among those of the rule. */
  readonly place: number;
  /** For what scripts wait for: each way in which the topic reaches it. None for others. */
  readonly arrivals: readonly Arrival[];
}

/** A rule that a topic reaches, with everything about it that depends on the topic alone. There is one for each topic. */
export interface Hit {
  readonly reach: Reach;
  /** What else the topic reaches, after this. */
  readonly next: Reached | null;
  /** Where the rule stands in `program.rules`, and how it takes the message: `reach` itself need not be looked at for that. */
  readonly slot: number;
  readonly way: Way;
  readonly captures: readonly string[];
  /** The default key; null if it is too long. */
  readonly key: string | null;
  /** What the rule remembered for that key when it was last looked up: so it is nearly always found without looking. */
  cell: Cell | null;
}

/** A way in which a topic reaches what scripts of a rule wait for. */
export interface Arrival {
  readonly input: Input;
  /** What a script that waits for it goes by. */
  readonly id: string;
  /** The captured levels that the names of its own mean. */
  readonly captures: readonly string[];
}

/** A lookup that a topic updates. */
export interface LookupHit {
  /** It is no rule's. */
  readonly reach: null;
  /** Where the lookup stands in `program.lookups`. */
  readonly table: number;
  readonly bound: string;
  readonly open: string;
  readonly next: Reached | null;
}

/** Each of what a topic reaches leads to the next: first the lookups, then the rules in the order they act. */
export type Reached = LookupHit | Hit;

/** What ends at one filter: rules and lookups, kept as groups so that matching does not depend on their number. */
interface Group {
  readonly filter: Filter;
  readonly rules: Reach[];
  readonly lookups: number[];
}

/** How much the matches of one broker may hold in memory: topics times the rules and lookups they reach, twice this at the most. */
const CACHED_HITS = 131_072;

/** An immutable set of rules with its topic index. Reload makes a new one. */
export class Program {
  readonly rules: readonly Rule[];
  /** Each distinct lookup once. */
  readonly lookups: readonly LookupSpec[];
  /** On notes, and no more of it: they may be there when the program is not. */
  readonly #signature = {};
  readonly #ways = new Map<string, Way>();
  readonly #brokers = new Map<string, { trie: TopicTrie<Group>; cache: TopicCache<Reached | null> }>();

  /** Rules act in the order they are given in. */
  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    const lookups = new Map<string, LookupSpec>();
    for (const [slot, rule] of rules.entries()) {
      for (const [place, input] of rule.inputs.entries()) {
        const ports = input.port === -1 || input.kind === 'await' ? NO_PORTS : [input.port];
        const reach = { slot, input, way: this.#wayOf(input, ports), place, arrivals: NO_ARRIVALS };
        this.#group(input.broker, input.filter).rules.push(reach);
      }
      for (const spec of rule.lookups) {
        const known = lookups.get(spec.id);
        if (known === undefined) this.#group(spec.broker, spec.filter).lookups.push(lookups.size);
        // It keeps its place, and has the highest QoS that a rule asks for.
        if (known === undefined || known.qos < spec.qos) lookups.set(spec.id, spec);
      }
    }
    this.lookups = [...lookups.values()];
  }

  /** What a topic of a broker reaches; null for nothing. `note` is of this topic. */
  match(broker: string, topic: string, note: TopicNote | null = null): Reached | null {
    if (note?.by === this.#signature) return note.found as Reached | null;
    const match = this.#match(broker, topic);
    if (note !== null && (match === null || match.next === null)) {
      note.by = this.#signature;
      note.found = match; // It is never much, or notes would take more memory than the cache may.
    }
    return match;
  }

  #match(broker: string, topic: string): Reached | null {
    const index = this.#brokers.get(broker);
    if (index === undefined) return null;
    const cached = index.cache.get(topic);
    if (cached !== undefined) return cached;
    const match = this.#search(index.trie, topic.split('/'));
    index.cache.set(topic, match);
    return match;
  }

  #search(trie: TopicTrie<Group>, levels: readonly string[]): Reached | null {
    const found: { reach: Reach; readonly wildcards: readonly string[] }[] = [];
    const lookups: Omit<LookupHit, 'next'>[] = [];
    trie.match(levels, (group) => {
      const wildcards = capture(group.filter, levels);
      for (const reach of group.rules) found.push({ reach: withArrival(reach, wildcards), wildcards });
      for (const table of group.lookups) {
        const { bound, open } = this.lookups[table] as LookupSpec; // Groups only hold tables of this program.
        const [boundLevels, openLevels] = [pick(wildcards, bound), pick(wildcards, open)];
        lookups.push({ reach: null, table, bound: boundKey(boundLevels), open: openLevels.join('/') });
      }
    });
    found.sort(
      ({ reach: a }, { reach: b }) => a.slot - b.slot || KINDS[a.input.kind] - KINDS[b.input.kind] || a.place - b.place,
    );
    const firsts: typeof found = [];
    for (const one of found) {
      const { slot, input } = one.reach;
      const before = firsts.findLast(({ reach }) => reach.slot === slot && reach.input.kind === input.kind);
      // A rule acts once, by the first of its filters.
      if (before === undefined) firsts.push(one);
      else before.reach = this.#both(before.reach, one.reach);
    }
    let next: Reached | null = null;
    for (const { reach, wildcards } of firsts.reverse()) {
      const { slot, input, way } = reach;
      const key = this.rules[slot]?.plan.by === null ? keyOf(pick(wildcards, input.key)) : '';
      next = { reach, next, slot, way, key, captures: pick(wildcards, input.captures), cell: null };
    }
    for (const { reach, table, bound, open } of lookups.reverse()) next = { reach, table, bound, open, next };
    return next;
  }

  /** One and another that the same topic reaches a rule by, for the same. */
  #both(first: Reach, second: Reach): Reach {
    const arrivals = [...first.arrivals, ...second.arrivals];
    const ports = [...new Set([...first.way.ports, ...second.way.ports])];
    return { ...first, way: this.#wayOf(first.input, ports), arrivals };
  }

  #wayOf({ kind, codec, retained }: Input, ports: readonly number[]): Way {
    const id = `${kind} ${codec} ${retained} ${ports.join(' ')}`;
    const known = this.#ways.get(id);
    if (known !== undefined) return known;
    const way = { kind, codec, retained, ports };
    this.#ways.set(id, way);
    return way;
  }

  #group(broker: string, filter: Filter): Group {
    let index = this.#brokers.get(broker);
    if (index === undefined) {
      index = { trie: new TopicTrie(), cache: new TopicCache(CACHED_HITS, weightOf) };
      this.#brokers.set(broker, index);
    }
    return index.trie.at(filter.text, () => ({ filter, rules: [], lookups: [] }));
  }
}

/** One for all, and never written to: inputs that are alike have no ports. */
const NO_PORTS: number[] = [];
const NO_ARRIVALS: Arrival[] = [];

/** A running script gets what it waits for before the same message can start another one. */
const KINDS: Readonly<Record<InputKind, number>> = { await: 0, message: 1, ack: 2 };

function weightOf(first: Reached | null): number {
  let count = 0;
  for (let reached = first; reached !== null; reached = reached.next) count++;
  return Math.max(1, count);
}

/** What a rule is reached by, with how a topic reaches what its scripts wait for, if that is what it is for. */
function withArrival(reach: Reach, wildcards: readonly string[]): Reach {
  return reach.input.kind === 'await' ? { ...reach, arrivals: [arrival(reach.input, wildcards)] } : reach;
}

/** The name of a shelf of a lookup table: the values of its bound wildcards. */
export function boundKey(levels: readonly string[]): string {
  return levels.length === 1 ? (levels[0] ?? '') : levels.join('\0'); // No topic has a NUL.
}

function arrival(input: Input, wildcards: readonly string[]): Arrival {
  return { input, id: waitId(input.port, pick(wildcards, input.key)), captures: pick(wildcards, input.captures) };
}

/** What each wildcard of a filter stands for in a topic that it matches. */
function capture(filter: Filter, levels: readonly string[]): string[] {
  const values: string[] = [];
  for (const [i, level] of filter.levels.entries()) {
    if (level === '+') values.push(levels[i] ?? '');
    else if (level === '#') values.push(levels.slice(i).join('/'));
  }
  return values;
}

function pick(values: readonly string[], places: readonly number[]): string[] {
  return places.map((place) => values[place] ?? '');
}
