import { TopicCache } from '../core/topics/cache.ts';
import type { Delivery, Refusal, Transport } from '../ports/transport.ts';

/** One broker as the engine knows it. */
export interface Link {
  readonly transport: Transport;
  received: number;
  connects: number;
  sessionsLost: number;
  connectedAt: number;
  /** Retained messages are for rules that came at this time or later (epoch ms): the others have seen them. */
  retainedSince: number;
  /** When a topic was seen since connecting, epoch ms: of all topics while it settles, then of retained messages. */
  seen: TopicCache<number>;
}

/** Topics of which it is remembered when they were seen; at most twice as many. */
const SEEN_TOPICS = 50_000;

/** A while after connecting in which the retained messages of a broker are expected to arrive. Milliseconds. */
export const SETTLING = 10_000;

/** A filter that a broker refused, with the reason. */
export interface LinkRefusal extends Refusal {
  readonly broker: string;
}

/** The filters that brokers refused. */
export function refusalsOf(links: Iterable<Link>): LinkRefusal[] {
  return [...links].flatMap(({ transport: { broker, refused } }) => refused.map((refusal) => ({ broker, ...refusal })));
}

/** A link before its first connection. */
export function linkTo(transport: Transport): Link {
  return { transport, received: 0, connects: 0, sessionsLost: 0, connectedAt: 0, retainedSince: 0, seen: unseen() };
}

/** It is connected anew, at `now`. */
export function connect(link: Link, now: number): void {
  link.connects++;
  link.connectedAt = now;
  link.retainedSince = 0;
  link.seen = unseen();
}

/** No topic has been seen. */
function unseen(): Link['seen'] {
  return new TopicCache(SEEN_TOPICS);
}

/**
 * Which rules a retained message is for: those that came at this time or later (epoch ms). Brokers send one again when
 * the rules are reloaded, and whoever was there when its topic was last seen has had it.
 */
export function retainedSince(link: Link, { topic, retained }: Delivery, now: number): number {
  const seenAt = retained ? link.seen.get(topic) : undefined;
  if (retained || now - link.connectedAt < SETTLING) link.seen.set(topic, now);
  return seenAt === undefined ? link.retainedSince : Math.max(link.retainedSince, seenAt + 1);
}
