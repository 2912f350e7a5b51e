import { describe, expect, test } from 'vitest';
import { Stage } from './acting.ts';

const RETAINED = { retained: true };

describe('a retained message', () => {
  test('primes: what remembers sees it, and nothing is done', () => {
    const stage = new Stage(`
      id: r
      on: a/+x
      memory: { n: 0 }
      set: { n: n + 1 }
      if: changed(payload)
      log: "\${previous} \${payload} \${n}"
      else: { log: same }`);
    expect(stage.send('a/1', 5, RETAINED)).toEqual([]);
    expect(stage.send('a/1', 6, RETAINED)).toEqual([]);
    expect(stage.send('a/1', 6)).toEqual(['info: same']);
    expect(stage.send('a/1', 7)).toEqual(['info: 6 7 1']);
    expect(stage.tally().evaluations).toEqual({ true: 1, false: 1, unknown: 0 });
  });

  test('acts as live with `use`, and is ignored with `skip`', () => {
    const stage = new Stage(`
      - { id: used, on: { topic: a, retained: use }, log: "used \${retained} \${previous ?? 'first'}" }
      - { id: skipped, on: { topic: a, retained: skip }, log: "skipped \${retained} \${previous ?? 'first'}" }`);
    expect(stage.send('a', 1, RETAINED)).toEqual(['info: used true first']);
    expect(stage.send('a', 2)).toEqual(['info: used false 1', 'info: skipped false first']);
  });

  test('does not use up throttle or distinct when it primes', () => {
    const stage = new Stage('{ id: r, on: a, throttle: 1m, distinct: payload, log: "${payload}" }');
    expect(stage.send('a', 1, RETAINED)).toEqual([]);
    expect(stage.sendAll('a', [1, 2])).toEqual(['info: 1']);
  });

  test('updates lookups', () => {
    const stage = new Stage('{ id: r, on: a, with: { b: b }, log: "${b}" }');
    stage.send('b', 7, RETAINED);
    expect(stage.send('a')).toEqual(['info: 7']);
  });

  test('that does not decode is counted', () => {
    const stage = new Stage('{ id: r, on: { topic: a, codec: number }, log: x }');
    stage.send('a', 'none', RETAINED);
    expect(stage.tally().errors.undecodable).toBe(1);
  });

  test('sent again after a reload is for the rules and lookups that are new', () => {
    const old = '{ id: old, on: { topic: a, retained: use }, with: { b: b }, log: "old ${b ?? 0}" }';
    const stage = new Stage(old);
    stage.send('b', 1, { at: 1000, ...RETAINED });
    stage.player.machine.advance(5000);
    stage.player.reload(
      `[${old}, { id: new, on: { topic: a, retained: use }, with: { b: { topic: b, ttl: 1h } }, log: "new \${b ?? 0}" }]`,
    );
    const again = (topic: string, payload: unknown): string[] =>
      stage.player
        .send({ topic, payload, at: 6000, ...RETAINED }, 5000)
        .map((effect) => (effect.type === 'log' ? effect.message : ''));
    expect(again('b', 2)).toEqual([]);
    expect(again('a', '')).toEqual(['new 2']);
    expect(stage.send('a')).toEqual(['info: old 1', 'info: new 2']);
  });

  test('says where the messages of new rules and lookups come from', () => {
    const stage = new Stage('{ id: r, on: a, with: { b: b }, log: x }');
    stage.player.machine.advance(5000);
    stage.player.reload(`
      - { id: r, on: a, with: { b: b }, log: y }
      - { id: s, on: c, with: { b: b, d: d }, log: x }`);
    expect(stage.player.machine.sourcesSince(5000)).toEqual([
      { broker: 'default', filter: 'c' },
      { broker: 'default', filter: 'd' },
    ]);
  });
});
