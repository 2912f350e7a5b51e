import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QoS } from '../../src/core/event.ts';
import type { Delivery } from '../../src/ports/transport.ts';
import { Inbox } from '../../src/runtime/inbox.ts';
import { runs } from '../property-runs.ts';

/** Messages called `name0`, `name1` … */
function chunk(name: string, count: number, qos: QoS = 1): Delivery[] {
  return Array.from({ length: count }, (_, i) => ({
    broker: 'default',
    topic: `${name}${i}`,
    payload: new Uint8Array(),
    qos,
    retained: false,
    duplicate: false,
    properties: undefined,
  }));
}

/** An inbox that writes down what it does. */
function inbox(limits: { messages?: number; turn?: number } = {}, onHandle: (topic: string) => void = () => {}) {
  const log: string[] = [];
  let refused = 0;
  const box = new Inbox(
    { messages: 1000, turn: 1000, ...limits },
    (deliveries) => {
      for (const { topic } of deliveries) {
        log.push(topic);
        onHandle(topic);
      }
    },
    (count) => (refused += count),
  );
  const push = (name: string, count: number, qos: QoS = 1): void =>
    box.push(chunk(name, count, qos), () => log.push(`${name}!`));
  return { box, log, push, refused: () => refused };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the inbox', () => {
  test('handles a chunk in the turn it comes in, and then acknowledges it', () => {
    const { log, push, box } = inbox();
    push('a', 2);
    push('b', 1);
    expect(log).toEqual(['a0', 'a1', 'a!', 'b0', 'b!']);
    expect(box.size).toBe(0);
  });

  test('lets other work have a turn after so many, and goes on by itself', async () => {
    const { log, push, box } = inbox({ turn: 2 });
    push('a', 3);
    push('b', 2);
    expect(log).toEqual(['a0', 'a1']);
    expect(box.size).toBe(3);
    await turn();
    expect(log).toEqual(['a0', 'a1', 'a2', 'a!', 'b0']);
    await turn();
    expect(log).toEqual(['a0', 'a1', 'a2', 'a!', 'b0', 'b1', 'b!']);
    expect(box.size).toBe(0);
  });

  test('handles what comes while it handles after that, and acknowledges each once', async () => {
    let again = 2;
    const { log, push } = inbox({}, (topic) => {
      if (again-- > 0) push(`${topic}-`, 1);
    });
    push('a', 2);
    push('z', 1);
    await turn();
    expect(log).toEqual(['a0', 'a1', 'a!', 'a0-0', 'a0-!', 'a1-0', 'a1-!', 'z0', 'z!']);
  });

  test('refuses QoS 0 for which there is no room, and nothing else', async () => {
    const { log, push, refused } = inbox({ messages: 3, turn: 1 });
    push('a', 3);
    push('zero', 4, 0);
    push('one', 2, 1);
    expect(refused()).toBe(3);
    while (log.at(-1) !== 'one!') await turn();
    expect(log).toEqual(['a0', 'a1', 'a2', 'a!', 'zero0', 'zero!', 'one0', 'one1', 'one!']);
  });

  test('acknowledges a chunk of which nothing was taken, in its place', async () => {
    const { log, push } = inbox({ messages: 1, turn: 1 });
    push('a', 2);
    push('zero', 2, 0);
    while (log.at(-1) !== 'zero!') await turn();
    expect(log).toEqual(['a0', 'a1', 'a!', 'zero!']);
  });

  test('handles what it has when it is closed, and takes nothing more', () => {
    const { log, push, box } = inbox({ turn: 2 });
    push('a', 5);
    box.close();
    push('b', 1);
    expect(log).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a!']);
  });

  test('neither acknowledges nor repeats a chunk whose handling fails, and goes on with the others', async () => {
    const log: string[] = [];
    const box: Inbox = new Inbox(
      { messages: 1000, turn: 2 },
      (deliveries) => {
        const topics = deliveries.map(({ topic }) => topic);
        log.push(...topics);
        if (topics[0] !== 'a0') return;
        box.push(chunk('b', 1), () => log.push('b!'));
        throw new Error('oh');
      },
      () => {},
    );
    expect(() => box.push(chunk('a', 5), () => log.push('a!'))).toThrow('oh');
    expect(box.size).toBe(1);
    await turn();
    expect(log).toEqual(['a0', 'a1', 'b0', 'b!']);
    expect(box.size).toBe(0);
  });

  test('handles each message once and in order, and acknowledges a chunk behind its last message', async () => {
    const chunks = fc.array(fc.record({ count: fc.nat(5), wait: fc.boolean() }), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 4 }), async (chunks, turnSize) => {
        const { log, push, box } = inbox({ turn: turnSize });
        for (const [i, { count, wait }] of chunks.entries()) {
          push(`${i}-`, count);
          if (wait) await turn();
        }
        box.close();
        const expected = chunks.flatMap(({ count }, i) => [
          ...Array.from({ length: count }, (_, j) => `${i}-${j}`),
          `${i}-!`,
        ]);
        expect(log).toEqual(expected);
      }),
      { numRuns: runs(150) },
    );
  });
});
