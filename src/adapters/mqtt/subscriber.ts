import type { MqttClient } from 'mqtt';
import type { QoS } from '../../core/event.ts';
import type { Refusal, Subscription } from '../../ports/transport.ts';
import { coveringFilters } from './covering.ts';
import { reasonInWords } from './reason.ts';
import type { SubscriptionGroup, SubscriptionTable } from './subscription-table.ts';
import type { Acknowledged } from './wire/acks-reader.ts';

/** Filters in one SUBSCRIBE or UNSUBSCRIBE packet. */
const FILTERS_PER_PACKET = 200;

/** Keeps the broker's subscriptions equal to the ones wanted, over refusals and reconnects. */
export class Subscriber {
  readonly #table: SubscriptionTable;
  #wanted = new Map<string, QoS>();
  /** Sent on this connection and not given up, with what they were sent in. */
  #active = new Map<string, SubscriptionGroup>();
  #denied = new Map<string, string>();
  readonly #outstanding = new Set<Promise<void>>();
  /** What to do with a SUBACK, by packet id. */
  readonly #awaited = new Map<number, (codes: readonly number[]) => void>();
  /** Absent while not connected. */
  #client: MqttClient | undefined;
  /** A new object for each connection: what an older one was waiting for is void. */
  #connection = {};
  #identifiers = false;
  /** It goes on over reconnects: a kept session may still send messages with the identifiers of the last connection. */
  #lastIdentifier = 0;
  #round = 0;
  #refused: readonly Refusal[] = [];

  constructor(table: SubscriptionTable) {
    this.#table = table;
  }

  get refused(): readonly Refusal[] {
    return this.#refused;
  }

  /** Nothing that was asked of the broker on this connection is without an answer. */
  get isAnswered(): boolean {
    return this.#client !== undefined && this.#outstanding.size === 0;
  }

  /** Make these the subscriptions, those in `refresh` anew. Resolves when the broker has answered, or the connection is gone. */
  set(subscriptions: readonly Subscription[], refresh: readonly string[]): Promise<readonly Refusal[]> {
    const before = this.#wanted;
    this.#wanted = new Map();
    for (const { filter, qos } of subscriptions) {
      this.#wanted.set(filter, Math.max(qos, this.#wanted.get(filter) ?? 0) as QoS); // The larger of two QoS is one.
    }
    this.#denied.clear();
    const again = new Set(refresh);
    const isNew = (filter: string): boolean => !before.has(filter) || again.has(filter);
    return this.#client === undefined ? Promise.resolve([]) : this.#converge(isNew);
  }

  /** Subscribe to everything again, whatever the broker has kept: then the retained messages come again too. */
  connected(client: MqttClient, protocolVersion: number): void {
    this.#client = client;
    this.#connection = {};
    this.#identifiers = protocolVersion === 5 && client.serverProperties?.subscriptionIdentifiersAvailable !== false;
    this.#active.clear();
    this.#denied.clear();
    this.#outstanding.clear();
    this.#awaited.clear();
    this.#table.clear();
    void this.#converge(() => false);
  }

  disconnected(): void {
    this.#client = undefined;
    this.#connection = {};
  }

  /**
   * To be called for each SUBACK in its place among the messages. MQTT.js calls back through a promise, and in between it
   * may have handed over one copy of a message and not the other.
   */
  onSuback({ packetId, codes }: Acknowledged): void {
    this.#awaited.get(packetId)?.(codes);
    this.#awaited.delete(packetId);
  }

  /** `isNew`: filters whose retained messages are due, even if another filter covers them. */
  async #converge(isNew: (filter: string) => boolean): Promise<readonly Refusal[]> {
    const connection = this.#connection;
    let alsoNew = isNew;
    for (;;) {
      this.#subscribe(this.#missing(alsoNew));
      alsoNew = () => false;
      if (this.#outstanding.size === 0) break;
      await Promise.all(this.#outstanding);
      if (connection !== this.#connection) return [];
      // A refused filter may have covered others, which are missing now.
    }
    this.#giveUp();
    for (const filter of this.#denied.keys()) if (!this.#wanted.has(filter)) this.#denied.delete(filter);
    this.#refused = [...this.#denied].map(([filter, reason]) => ({ filter, reason }));
    return this.#refused;
  }

  /** What should be subscribed to: with identifiers all that is wanted, else as little as will do. */
  #effective(): Map<string, QoS> {
    const granted = new Map([...this.#wanted].filter(([filter]) => !this.#denied.has(filter)));
    return this.#identifiers ? granted : coveringFilters(granted);
  }

  #missing(isNew: (filter: string) => boolean): Map<string, QoS> {
    const missing = new Map<string, QoS>();
    for (const [filter, qos] of this.#effective()) if (this.#active.get(filter)?.qos !== qos) missing.set(filter, qos);
    for (const [filter, qos] of this.#wanted) if (isNew(filter) && !missing.has(filter)) missing.set(filter, qos);
    return missing;
  }

  #subscribe(missing: ReadonlyMap<string, QoS>): void {
    const client = this.#client;
    if (client === undefined || missing.size === 0) return;
    this.#round++;
    for (const filters of packets(missing, this.#identifiers)) {
      const first = filters[0] ?? '';
      const group: SubscriptionGroup = {
        identifier: this.#identifiers ? ++this.#lastIdentifier : 0,
        filters: new Set(filters),
        qos: missing.get(first) ?? 0,
        shared: first.startsWith('$share/'),
        round: this.#round,
        granted: false,
      };
      const answered = this.#send(client, group, filters).finally(() => this.#outstanding.delete(answered));
      this.#outstanding.add(answered);
    }
  }

  #send(client: MqttClient, group: SubscriptionGroup, filters: string[]): Promise<void> {
    const connection = this.#connection;
    const replaced = new Map<string, SubscriptionGroup>();
    for (const filter of filters) {
      const older = this.#active.get(filter);
      if (older !== undefined) replaced.set(filter, older);
      this.#active.set(filter, group);
    }
    this.#table.add(group);
    const answer = (granted: readonly unknown[], silence: string): void => {
      if (connection !== this.#connection || group.granted) return;
      for (const [filter, older] of replaced) this.#table.delete(older, filter);
      this.#table.granted(group);
      filters.forEach((filter, index) => {
        const code = granted[index];
        if (typeof code !== 'number') this.#deny(group, filter, silence);
        else if (code >= 0x80) this.#deny(group, filter, code === 0x80 ? 'the broker refused it' : reasonInWords(code));
      });
    };
    return new Promise((resolve) => {
      const properties = group.identifier === 0 ? {} : { properties: { subscriptionIdentifier: group.identifier } };
      client.subscribe(filters, { qos: group.qos, ...properties }, (error, _granted, suback) => {
        answer(suback?.granted ?? [], error?.message ?? 'the broker did not answer');
        resolve();
      });
      this.#awaited.set(client.getLastMessageId(), (codes) => answer(codes, 'the broker answered for fewer filters'));
    });
  }

  #deny(group: SubscriptionGroup, filter: string, reason: string): void {
    if (this.#active.get(filter) === group) this.#active.delete(filter);
    this.#table.delete(group, filter);
    this.#denied.set(filter, reason);
  }

  #giveUp(): void {
    const effective = this.#effective();
    const surplus = [...this.#active].filter(([filter]) => !effective.has(filter));
    const connection = this.#connection;
    for (let i = 0; i < surplus.length; i += FILTERS_PER_PACKET) {
      const part = surplus.slice(i, i + FILTERS_PER_PACKET);
      for (const [filter] of part) this.#active.delete(filter);
      this.#client?.unsubscribe(
        part.map(([filter]) => filter),
        () => {
          // Until the broker says so, its copies are still on their way.
          if (connection === this.#connection) for (const [filter, group] of part) this.#table.delete(group, filter);
        },
      );
    }
  }
}

/**
 * How filters are put into SUBSCRIBE packets: many to one, all of one QoS. An identifier belongs to a packet, and says
 * nothing if two filters of the packet match one topic: then only filters without wildcards share one.
 */
function* packets(filters: ReadonlyMap<string, QoS>, identifiers: boolean): Generator<string[]> {
  for (const qos of [0, 1, 2]) {
    let chunk: string[] = [];
    for (const [filter, asked] of filters) {
      if (asked !== qos) continue;
      if (identifiers && (/[+#]/.test(filter) || filter.startsWith('$share/'))) {
        yield [filter];
        continue;
      }
      chunk.push(filter);
      if (chunk.length === FILTERS_PER_PACKET) {
        yield chunk;
        chunk = [];
      }
    }
    if (chunk.length > 0) yield chunk;
  }
}
