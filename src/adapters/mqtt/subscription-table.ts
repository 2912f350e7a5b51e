import type { QoS } from '../../core/event.ts';
import { TopicCache } from '../../core/topics/cache.ts';
import { topicFault } from '../../core/topics/topic.ts';
import { TopicTrie } from '../../core/topics/trie.ts';
import type { KnownTopic } from './wire/topic-names.ts';

/** Filters that went into one SUBSCRIBE packet. With an identifier, no topic matches two of them. */
export interface SubscriptionGroup {
  /** MQTT 5 subscription identifier; 0 if the broker has none. */
  readonly identifier: number;
  readonly filters: Set<string>;
  readonly qos: QoS;
  readonly shared: boolean;
  /** Groups sent together: the broker sends the retained messages of each. */
  readonly round: number;
  granted: boolean;
}

/** What is known of a topic while subscriptions stay as they are. */
class TopicFacts {
  readonly fault: string | null;
  /** The one whose copy counts first. */
  readonly groups: readonly SubscriptionGroup[];
  /** Which subscriptions there were. */
  readonly epoch: number;

  constructor(fault: string | null, groups: readonly SubscriptionGroup[], epoch: number) {
    this.fault = fault;
    this.groups = groups;
    this.epoch = epoch;
  }
}

/** The subscriptions that a copy says it came for. */
export type Identifiers = number | readonly number[] | undefined;

/** `deliver` it, or it is a `copy` of one that is delivered, or no message may have such a topic. */
export type Verdict = 'deliver' | 'copy' | 'invalid';

/** How many topics are remembered at most is twice this: they come from outside. */
const REMEMBERED_TOPICS = 10_000;
const REMEMBERED_RETAINED = 50_000;

/**
 * Which copy of a message counts, when it matches several subscriptions.
 *
 * Measured: for overlapping filters, mosquitto 2.0.11 sends an MQTT 5 client one copy per filter, back to back, the last
 * filter's first, each with the one identifier of its filter; other brokers send one copy that lists all identifiers.
 * Of the subscriptions that match a topic one is chosen, and a copy counts if it carries that one's identifier.
 *
 * On MQTT 3.1.1 mosquitto 2.0.11 and aedes 1.2 send one live copy. The standard lets a broker send more; where one filter
 * covers another it is the only one subscribed, so there are none, but with a broker that does it and filters that
 * overlap in part (`a/+/c`, `a/b/+`) a message comes twice: nothing tells a copy from a message published twice.
 *
 * A retained message comes once per filter everywhere; the first one of a round of subscribing counts.
 */
export class SubscriptionTable {
  readonly #groups = new Set<SubscriptionGroup>();
  #trie: TopicTrie<SubscriptionGroup[]> | undefined;
  #facts = new TopicCache<TopicFacts>(REMEMBERED_TOPICS);
  /** Of all topics that only this group gets, and no fault is found with. */
  readonly #plain = new Map<SubscriptionGroup, TopicFacts>();
  #epoch = 0;
  /** For topics that several filters of one round match: the last round of which a retained copy was accepted. */
  readonly #retainedRounds = new TopicCache<number>(REMEMBERED_RETAINED);

  add(group: SubscriptionGroup): void {
    this.#groups.add(group);
    this.#changed();
  }

  /** The broker sends nothing for this filter any more. */
  delete(group: SubscriptionGroup, filter: string): void {
    group.filters.delete(filter);
    if (group.filters.size === 0) this.#groups.delete(group);
    this.#changed();
  }

  clear(): void {
    this.#groups.clear();
    this.#changed();
  }

  /** The broker sends its messages from now on. */
  granted(group: SubscriptionGroup): void {
    group.granted = true;
    this.#forget();
  }

  /**
   * Whether this copy of a message is the one to deliver. `identifiers` are those that it carries; `known` is where its
   * topic is remembered, if it is.
   */
  verdict(topic: string, identifiers: Identifiers, retained: boolean, known: KnownTopic | null = null): Verdict {
    const { fault, groups } = known === null ? this.#factsOf(topic) : this.#factsAt(known, topic);
    if (fault !== null) return 'invalid';
    return groups.length < 2 || this.#counts(topic, groups, identifiers, retained) ? 'deliver' : 'copy';
  }

  #counts(topic: string, groups: readonly SubscriptionGroup[], identifiers: Identifiers, retained: boolean): boolean {
    const own = identifiers === undefined ? undefined : groups.find((group) => carries(identifiers, group.identifier));
    if (retained) return this.#isFirstOfRound(topic, groups, own);
    // No identifiers, or those of an earlier life of a kept session: better twice than never.
    if (own === undefined || identifiers === undefined) return true;
    const [chosen] = groups;
    // Of a shared subscription's messages we get our share only: its copy is never one to wait for.
    return chosen === undefined || chosen.shared || carries(identifiers, chosen.identifier);
  }

  #isFirstOfRound(topic: string, groups: readonly SubscriptionGroup[], own: SubscriptionGroup | undefined): boolean {
    const round = own?.round ?? Math.max(...groups.map((group) => group.round));
    if (groups.filter((group) => group.round === round).length < 2) return true;
    if (this.#retainedRounds.get(topic) === round) return false;
    this.#retainedRounds.set(topic, round);
    return true;
  }

  #changed(): void {
    this.#trie = undefined;
    this.#forget();
  }

  #forget(): void {
    this.#facts = new TopicCache(REMEMBERED_TOPICS);
    this.#plain.clear();
    this.#epoch++;
  }

  #factsAt(known: KnownTopic, topic: string): TopicFacts {
    const { facts } = known;
    if (facts instanceof TopicFacts && facts.epoch === this.#epoch) return facts;
    return (known.facts = this.#factsOf(topic)); // A long topic is remembered anew with each message.
  }

  #factsOf(topic: string): TopicFacts {
    const known = this.#facts.get(topic);
    if (known !== undefined) return known;
    const facts = this.#find(topic);
    this.#facts.set(topic, facts);
    return facts;
  }

  #find(topic: string): TopicFacts {
    // A decoder has put U+FFFD where the bytes were not UTF-8.
    const fault = topic.includes('\ufffd') ? 'it is not valid UTF-8' : topicFault(topic);
    const groups: SubscriptionGroup[] = [];
    if (fault === null) this.#filters().match(topic.split('/'), (found) => groups.push(...found));
    const [only] = groups;
    if (fault !== null || only === undefined || groups.length > 1)
      return new TopicFacts(fault, groups.sort(byChoice), this.#epoch);
    const facts = this.#plain.get(only) ?? new TopicFacts(null, groups, this.#epoch);
    this.#plain.set(only, facts);
    return facts;
  }

  #filters(): TopicTrie<SubscriptionGroup[]> {
    if (this.#trie === undefined) {
      this.#trie = new TopicTrie();
      for (const group of this.#groups) for (const filter of group.filters) this.#trie.at(filter, () => []).push(group);
    }
    return this.#trie;
  }
}

/**
 * Granted before asked for: of those that are asked for, the broker may not know yet. Then the higher QoS, and the older.
 * Copies of one message come back to back, so a grant between two messages changes the choice for both or neither.
 */
function byChoice(a: SubscriptionGroup, b: SubscriptionGroup): number {
  return (
    Number(a.shared) - Number(b.shared) ||
    Number(b.granted) - Number(a.granted) ||
    b.qos - a.qos ||
    a.identifier - b.identifier
  );
}

function carries(identifiers: number | readonly number[], identifier: number): boolean {
  return typeof identifiers === 'number' ? identifiers === identifier : identifiers.includes(identifier);
}
