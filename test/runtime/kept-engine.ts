import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import { Engine } from '../../src/runtime/engine.ts';
import type { EngineLimits } from '../../src/runtime/limits.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { MemoryHttpSender } from '../../src/testing/memory-http-sender.ts';
import { MemoryLog } from '../../src/testing/memory-log.ts';
import type { MemoryStateStore } from '../../src/testing/memory-state-store.ts';
import { MemoryBroker, MemoryTransport } from '../../src/testing/memory-transport.ts';
import { programOf } from '../../src/testing/play.ts';

const LIMITS: EngineLimits = {
  machine: MACHINE_LIMITS,
  inbox: { messages: 1000, turn: 100 },
  outbox: { messages: 100, bytes: 1_000_000, inFlight: 64 },
  payloadBytes: 1000,
};

/** A clock whose alarms may have yet to have their turn. */
class LateClock extends ManualClock {
  /** By so much the time is ahead of them, in milliseconds. */
  late = 0;

  override now(): number {
    return super.now() + this.late;
  }

  override wall(): number {
    return super.wall() + this.late;
  }
}

/** What is under way has its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * An engine that goes on from what a store holds. It ends, like a process that is killed, when nobody moves its clock.
 * `atOnce`: as many cells are taken up before it starts.
 */
export async function begin(
  rules: string,
  store: MemoryStateStore,
  broker = new MemoryBroker(),
  now = 1_000_000,
  atOnce?: number,
  http = new MemoryHttpSender(),
) {
  const transport = new MemoryTransport(broker, { resumed: true });
  const clock = new LateClock(now);
  const log = new MemoryLog();
  const engine = new Engine([transport], http, clock, log, LIMITS);
  await engine.load(programOf(rules).rules);
  await engine.restore(store, await store.acquire(0), true, atOnce);
  await engine.start();
  const say = (topic: string, payload = ''): void => broker.publish({ topic, payload, qos: 1, retain: false });
  const pass = async (ms: number): Promise<void> => {
    await turn();
    clock.advance(clock.now() + ms);
    await turn();
  };
  const heard = (): string[] =>
    broker.published
      .filter(({ topic }) => topic.startsWith('out'))
      .map(({ topic, payload }) => `${topic} ${String(payload)}`);
  const end = (): Promise<void> => transport.stop();
  return { broker, transport, clock, log, engine, say, pass, heard, end };
}
