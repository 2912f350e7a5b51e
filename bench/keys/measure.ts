import { Machine } from '../../src/core/machine.ts';
import type { Delivery } from '../../src/ports/transport.ts';
import { Message } from '../../src/runtime/message.ts';
import { noPayloads } from '../../src/runtime/payload.ts';
import { programOf } from '../../src/testing/play.ts';
import { cpuMicroseconds } from '../cpu.ts';

export interface KeysMeasurement {
  readonly nanoseconds: number;
  /** What all keys together hold, with the topics that name them. */
  readonly heapMB: number;
}

/** How often each key has a message, in virtual time, and how often that is in a window of the rules. Milliseconds. */
const PACE = 60_000;
const IN_A_WINDOW = 5;
const BATCH = 1_000;

/** When it begins: times as they are today are larger than the integers that take the least memory. */
const START = Date.UTC(2026, 0, 1);

/**
 * Nanoseconds of CPU for a message, and the memory of the keys, of rules on `plant/+line/+machine`. Each key has a message
 * a minute, whatever their number, and whole windows are measured: so timers and windows have the same work for each message.
 */
export function measureKeys(parameters: {
  readonly rules: string;
  readonly keys: number;
  readonly seconds: number;
}): KeysMeasurement {
  const { rules, keys, seconds } = parameters;
  const payloads = [31.5, 32.25, 30.5, 33].map((temperature, i) =>
    Buffer.from(JSON.stringify({ temperature, seq: i })),
  );
  const counts = noPayloads();
  collectGarbage();
  const before = held();
  const machine = new Machine(programOf(rules), undefined, undefined, START);
  let sent = 0;
  const run = (messages: number): void => {
    for (let i = 0; i < messages; i++, sent++) {
      const key = (sent * 61_813) % keys; // A prime that divides no power of ten: every key gets its turn.
      const delivery: Delivery = {
        broker: 'default',
        topic: Buffer.from(`plant/line-${key % 10}/machine-${key}`).toString(), // As off the wire: in one piece.
        payload: payloads[(sent + (key & 1)) & 3] ?? Buffer.alloc(0),
        qos: 0,
        retained: false,
        duplicate: false,
        properties: undefined,
      };
      machine.ingest(new Message(delivery, START + Math.floor((sent * PACE) / keys), counts));
    }
    machine.takeEffects();
  };
  const aWindow = Math.max(IN_A_WINDOW * keys, BATCH);
  const runWindow = (): void => {
    for (let left = aWindow; left > 0; left -= BATCH) run(Math.min(left, BATCH));
  };
  for (let left = Math.max(3 * aWindow, 200_000); left > 0; left -= aWindow) runWindow();
  collectGarbage();
  const heapMB = (held() - before) / 1e6;
  let used = 0;
  let count = 0;
  while (used < seconds * 1e6) {
    const start = cpuMicroseconds();
    runWindow();
    used += cpuMicroseconds() - start;
    count += aWindow;
  }
  return { nanoseconds: (used * 1000) / count, heapMB };
}

/** Bytes, with those of typed arrays. */
function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
