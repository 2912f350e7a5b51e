import type { LookupSpec } from './lookup.ts';
import { keyOf } from './key.ts';
import type { Input, InputKind, Rule } from './rule.ts';
import { TopicCache } from './topics/cache.ts';
import type { Filter } from './topics/filter.ts';
import { TopicTrie } from './topics/trie.ts';
import { waitId } from './waits.ts';

/** A rule that a topic reaches, with everything about it that depends on the topic alone. */
export interface Hit {
  readonly rule: Rule;
  /** Where the rule stands in `program.rules`. */
  readonly slot: number;
  readonly input: Input;
  /** The ports of all inputs of its kind that the topic reaches; none for inputs that are alike. */
  readonly ports: readonly number[];
  readonly captures: readonly string[];
  /** The default key; null if it is too long. */
  readonly key: string | null;
  /** For what scripts wait for: each way in which the topic reaches it. None for others. */
  readonly arrivals: readonly Arrival[];
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
  /** Where the lookup stands in `program.lookups`. */
  readonly table: number;
  readonly bound: string;
  readonly open: string;
}

/** All that a topic reaches: rules in the order they act. */
export interface Match {
  readonly hits: readonly Hit[];
  readonly lookups: readonly LookupHit[];
}

/** What ends at one filter: rules and lookups, kept as groups so that matching does not depend on their number. */
interface Group {
  readonly filter: Filter;
  readonly rules: { readonly slot: number; readonly input: Input; readonly place: number }[];
  readonly lookups: number[];
}

/** How much the matches of one broker may hold in memory: topics times the rules and lookups they reach, twice this at the most. */
const CACHED_HITS = 131_072;

/** An immutable set of rules with its topic index. Reload makes a new one. */
export class Program {
  readonly rules: readonly Rule[];
  /** Each distinct lookup once. */
  readonly lookups: readonly LookupSpec[];
  readonly #brokers = new Map<string, { trie: TopicTrie<Group>; cache: TopicCache<Match> }>();

  /** Rules act in the order they are given in. */
  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    const lookups = new Map<string, LookupSpec>();
    for (const [slot, rule] of rules.entries()) {
      for (const [place, input] of rule.inputs.entries()) {
        this.#group(input.broker, input.filter).rules.push({ slot, input, place });
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

  /** What a topic reaches. */
  match(broker: string, topic: string): Match {
    const index = this.#brokers.get(broker);
    if (index === undefined) return NOTHING;
    const cached = index.cache.get(topic);
    if (cached !== undefined) return cached;
    const match = this.#search(index.trie, topic.split('/'));
    index.cache.set(topic, match);
    return match;
  }

  #search(trie: TopicTrie<Group>, levels: readonly string[]): Match {
    const found: { slot: number; input: Input; place: number; wildcards: readonly string[] }[] = [];
    const lookups: LookupHit[] = [];
    trie.match(levels, (group) => {
      const wildcards = capture(group.filter, levels);
      for (const { slot, input, place } of group.rules) found.push({ slot, input, place, wildcards });
      for (const table of group.lookups) {
        const { bound, open } = this.lookups[table] as LookupSpec; // Groups only hold tables of this program.
        lookups.push({ table, bound: boundKey(pick(wildcards, bound)), open: pick(wildcards, open).join('/') });
      }
    });
    if (found.length === 0 && lookups.length === 0) return NOTHING;
    found.sort((a, b) => a.slot - b.slot || KINDS[a.input.kind] - KINDS[b.input.kind] || a.place - b.place);
    const hits: (Hit & { readonly ports: number[]; readonly arrivals: Arrival[] })[] = [];
    for (const { slot, input, wildcards } of found) {
      const before = hits.findLast((hit) => hit.slot === slot && hit.input.kind === input.kind);
      const arrivals = input.kind === 'await' ? [arrival(input, wildcards)] : NO_ARRIVALS;
      if (before !== undefined) {
        // A rule acts once, by the first of its filters.
        if (input.kind === 'await') before.arrivals.push(...arrivals);
        else if (input.port !== -1 && !before.ports.includes(input.port)) before.ports.push(input.port);
        continue;
      }
      const rule = this.rules[slot] as Rule; // Slots are places in this.rules.
      hits.push({
        rule,
        slot,
        input,
        ports: input.port === -1 ? NO_PORTS : [input.port],
        captures: pick(wildcards, input.captures),
        key: rule.by === null ? keyOf(pick(wildcards, input.key)) : '',
        arrivals,
      });
    }
    // These are kept for many topics: a list that was pushed to has room for sixteen more.
    return { hits: hits.slice(), lookups: lookups.length === 0 ? NO_LOOKUPS : lookups.slice() };
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

const NO_LOOKUPS: readonly LookupHit[] = [];

const NOTHING: Match = { hits: [], lookups: NO_LOOKUPS };

function weightOf({ hits, lookups }: Match): number {
  return Math.max(1, hits.length + lookups.length);
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
