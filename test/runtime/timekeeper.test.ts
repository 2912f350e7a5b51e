import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/testing/play.ts';
import { MemoryStateStore } from '../../src/testing/memory-state-store.ts';
import { begin, turn } from './kept-engine.ts';

describe('where much is due at once', () => {
  const rules =
    '{ id: all, on: in/+x, if: payload > 5, for: 30s, publish: { topic: "out/${x}", payload: "${held}", qos: 1 } }';
  const keys = Array.from({ length: 500 }, (_, i) => `k${1000 + i}`);
  const expected = keys.map((key) => `out/${key} 30000`);

  test('it happens bit by bit, in its order, and no more of it than there is room for; messages wait', async () => {
    const store = new MemoryStateStore();
    const { say, heard, clock, engine, transport } = await begin(rules, store);
    for (const key of keys) say(`in/${key}`, '6');
    await turn();
    clock.advance(clock.now() + 30_000);
    await turn();
    expect(heard().length).toBeLessThan(100);
    say('in/k1499', '1'); // Too late to break it.
    expect(engine.inboxMessages).toBe(1);
    for (let i = 0; i < 200; i++) {
      clock.advance(clock.now() + 10);
      await turn();
    }
    expect(heard()).toEqual(expected);
    expect([engine.dropped()['outbox_full'], engine.inboxMessages, transport.unacknowledged]).toEqual([0, 0, 0]);
  });

  test('what has not had its turn when the engine ends has it when it begins anew', async () => {
    const store = new MemoryStateStore();
    const { say, clock, end, broker, pass } = await begin(rules, store);
    for (const key of keys) say(`in/${key}`, '6');
    await pass(0);
    clock.advance(clock.now() + 30_000);
    await turn();
    await end();
    const next = await begin(rules, store, broker, 1_040_000);
    for (let i = 0; i < 300; i++) {
      next.clock.advance(next.clock.now() + 10);
      await turn();
    }
    const heard = next.heard().map((line) => line.split(' ')[0]);
    expect(new Set(heard)).toEqual(new Set(keys.map((key) => `out/${key}`)));
  });

  test.each(['a message', 'a reload'])('so it is when %s comes before the timer', async (what) => {
    const window =
      '{ id: all, on: in/+x, window: { tumbling: 10s }, aggregate: { n: count() }, publish: { topic: "out/${x}", payload: "${n}", qos: 1 } }';
    const { say, heard, clock, engine } = await begin(window, new MemoryStateStore());
    for (const key of keys) say(`in/${key}`);
    for (let i = 0; i < 10; i++) await turn();
    clock.late = 11_000;
    if (what === 'a message') say('in/k1000');
    else void engine.load(programOf(window).rules);
    for (let i = 0; i < 200; i++) {
      clock.advance(clock.now() + 10);
      await turn();
    }
    expect(heard().slice(0, 500)).toEqual(keys.map((key) => `out/${key} 1`));
    expect(engine.dropped()['outbox_full']).toBe(0);
  });
});
