import { describe, expect, test } from 'vitest';
import { Crowding } from '../../src/runtime/crowding.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { MemoryStateStore } from '../../src/testing/memory-state-store.ts';
import { begin, turn } from './kept-engine.ts';

const ECHO =
  '{ id: echo, on: { topic: in/+x, qos: 1 }, publish: { topic: "out/${x}", payload: "${payload}", qos: 1 } }';

/** An engine whose broker does not answer, and has sent it many messages, each of which makes one. */
async function crowded(messages: number) {
  const engine = await begin(ECHO, new MemoryStateStore());
  engine.transport.holding = true;
  for (let i = 0; i < messages; i++) {
    engine.say('in/a', String(i));
    await turn();
  }
  return engine;
}

describe('where rules make more than the broker takes', () => {
  test('messages wait until it has taken some of it, and nothing is dropped', async () => {
    const { transport, engine, heard } = await crowded(300);
    expect(engine.inboxMessages).toBeGreaterThan(200);
    expect(transport.unacknowledged).toBe(engine.inboxMessages);
    for (let i = 0; i < 2000 && heard().length < 300; i++) {
      transport.answer(1);
      await turn();
    }
    expect(heard()).toEqual(Array.from({ length: 300 }, (_, i) => `out/a ${i}`));
    transport.holding = false;
    transport.answer();
    await turn();
    expect([engine.dropped()['outbox_full'], transport.unacknowledged]).toEqual([0, 0]);
  });

  test('one that takes nothing any more is connected to anew, which helps where answers were lost', async () => {
    const { transport, engine, log, pass } = await crowded(120);
    await pass(10_000);
    expect(log.lines.join('\n')).toContain('it has answered nothing that was published for ten seconds');
    transport.holding = false;
    transport.answer();
    for (let i = 0; i < 120; i++) await turn();
    expect([engine.inboxMessages, engine.outboxMessages, engine.dropped()['outbox_full']]).toEqual([0, 0, 0]);
  });

  test('one that takes nothing then either is not waited for, and one that takes something again is', async () => {
    const { transport, engine, pass } = await crowded(300);
    await pass(10_000);
    await pass(10_000);
    for (let i = 0; i < 300; i++) await turn();
    expect([engine.inboxMessages, transport.unacknowledged]).toEqual([0, 0]);
    expect(engine.dropped()['outbox_full']).toBeGreaterThan(100);
    transport.holding = false;
    transport.answer();
    for (let i = 0; i < 10; i++) await turn();
    expect(engine.outboxMessages).toBe(0);
  });

  test('one that goes away is not waited for', async () => {
    const { transport, engine } = await crowded(120);
    expect(engine.inboxMessages).toBeGreaterThan(0);
    transport.cut();
    for (let i = 0; i < 120; i++) await turn();
    expect(engine.inboxMessages).toBe(0);
  });
});

describe('a crowding', () => {
  function look() {
    const clock = new ManualClock(0);
    const told: string[] = [];
    const state = { full: 0.6 };
    const crowding = new Crowding(clock, {
      fullness: () => state.full,
      change: (isCrowded) => told.push(`${clock.now()} ${isCrowded}`),
      renew: () => told.push(`${clock.now()} renew`),
    });
    return { clock, told, state, crowding };
  }

  test('that is over is not counted to the next one', () => {
    const { clock, told, state, crowding } = look();
    crowding.look();
    clock.advance(1000);
    state.full = 0.2;
    crowding.moved();
    clock.advance(9990);
    state.full = 0.6;
    crowding.look();
    clock.advance(19_000);
    expect(told).toEqual(['0 true', '1000 false', '9990 true']);
    clock.advance(20_000);
    expect(told.slice(3)).toEqual(['19990 renew']);
  });

  test('does not end because the broker is connected to anew', () => {
    const { clock, told, state, crowding } = look();
    crowding.look();
    clock.advance(10_000);
    state.full = 0; // It is away.
    crowding.look();
    clock.advance(11_000);
    state.full = 0.6;
    crowding.connected();
    expect(told).toEqual(['0 true', '10000 renew']);
    state.full = 0.1;
    crowding.moved();
    expect(told.slice(2)).toEqual(['11000 false']);
  });

  test('ends where that does not help', () => {
    const { clock, told, crowding } = look();
    crowding.look();
    clock.advance(30_000);
    crowding.look();
    expect(told).toEqual(['0 true', '10000 renew', '20000 false']);
    crowding.moved();
    crowding.look();
    expect(told.slice(3)).toEqual(['30000 true']);
  });
});
