import { describe, expect, test } from 'vitest';
import { Playing, ruleWith } from './playing.ts';

describe('a level of a rule with a window', () => {
  test('holds for as long as its results are true, by the clock', () => {
    const playing = new Playing(
      ruleWith('{ tumbling: 10s }', { mean: 'avg(payload)' }, 'if: mean > 5\nfor: 15s\nend: { log: "over ${mean}" }'),
    );
    playing.send(1, 9);
    playing.send(11, 9);
    expect(playing.advance(24.999)).toEqual([]);
    // The timer acts with the latest result.
    expect(playing.advance(25)).toEqual([{ at: 25, start: 10, end: 20, n: 1, mean: 9 }]);
    playing.send(26, 1);
    expect(playing.advance(30)).toEqual([{ log: 'over 1' }]);
  });

  test('counts each result', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s }', { mean: 'avg(payload)' }, 'if: mean > 5\ntimes: 2'));
    for (const seconds of [1, 11, 21, 31]) playing.send(seconds, seconds === 11 ? 1 : 9);
    playing.advance(100);
    expect(playing.results.map(({ end }) => end)).toEqual([40]);
  });

  test('begins when messages leave a sliding window, too, and completes', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c < 2\nfor: 5s'));
    playing.send(1, 1);
    playing.send(2, 1);
    expect(playing.advance(11)).toEqual([]);
    expect(playing.advance(16)).toEqual([{ at: 16, start: 2, end: 12, n: 0, c: 0 }]);
  });

  test('is ended by what leaves', () => {
    const playing = new Playing(
      ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 2\nend: { log: "${c} ${window.end > window.start}" }'),
    );
    playing.send(1, 1);
    expect(playing.send(3, 1)).toHaveLength(1);
    expect(playing.advance(10.999)).toEqual([]);
    expect(playing.advance(11)).toEqual([{ log: '1 true' }]);
    expect(playing.advance(60)).toEqual([]);
  });

  test('is looked at once for all that leaves at one millisecond, with a message of it', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 2\nend: { log: "${c}" }'));
    playing.send(1, 1);
    playing.send(1, 1);
    expect(playing.send(11, 1)).toEqual([{ log: '1' }]);
  });

  test('holds while a message comes at the very millisecond at which another leaves', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 2\nfor: 10s'));
    for (const seconds of [0, 5, 10, 15]) expect(playing.send(seconds, 1)).toEqual([]);
    expect(playing.advance(15)).toEqual([{ at: 15, start: 5, end: 15, n: 2, c: 2 }]);
  });

  test('does not complete at the very millisecond at which what it held by leaves', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 1\nfor: 10s'));
    playing.send(0, 1);
    expect(playing.advance(60)).toEqual([]);
  });

  test('does not count what leaves, nor take it as a sign of life', () => {
    const counted = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 1\ntimes: 3'));
    counted.send(1, 1);
    counted.send(2, 1);
    expect(counted.advance(11)).toEqual([]);
    const begun = new Playing(ruleWith('{ sliding: 10s }', { mean: 'avg(payload)' }, 'if: mean > 10\ntimes: 2'));
    begun.send(0, 1);
    begun.send(1, 15);
    expect(begun.send(12, 15)).toEqual([]);
    expect(begun.send(13, 15)).toHaveLength(1);
    const alive = new Playing(
      ruleWith('{ sliding: 10s }', { c: 'count()' }, 'if: c >= 1\nexpire: 12s\nend: { log: "${c}" }'),
    );
    alive.send(1, 1);
    alive.send(9, 1);
    expect(alive.advance(18.999)).toEqual([]);
    expect(alive.advance(19)).toEqual([{ log: '0' }]);
  });

  test('of a rule that acts on each message is not looked at when messages leave', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s }', { c: 'count()' }));
    playing.send(1, 1);
    expect(playing.advance(60)).toEqual([]);
    expect(playing.player.machine.wakeAt).toBeGreaterThan(7 * 86_400_000);
  });

  test('of an alert sees results', () => {
    const playing = new Playing(`
id: r
on: in/+k
window: { count: 2 }
aggregate: { mean: avg(payload) }
if: mean > 5
alert: { summary: "mean \${mean}", topic: out/a }`);
    playing.send(1, 4);
    const found = playing.player.send({ topic: 'in/a', payload: 8 });
    expect(found.map((effect) => (effect.type === 'alert' ? effect.alert.summary : effect.type))).toEqual([
      'publish',
      'mean 6',
    ]);
  });
});

describe('the order of work', () => {
  test('is: windows end, then messages, then what else timers do', () => {
    const playing = new Playing(`
- id: later
  on: in/+k
  if: payload > 0
  for: 10s
  log: "later \${payload}"
- id: mean
  on: in/+k
  window: { tumbling: 10s }
  aggregate: { n: count() }
  log: "window \${n}"
- id: each
  on: in/+k
  log: "message \${payload}"`);
    playing.send(0, 1);
    expect(playing.send(10, 2)).toEqual([{ log: 'window 1' }, { log: 'message 2' }]);
    expect(playing.advance(10)).toEqual([{ log: 'later 2' }]);
  });

  test('has the keys of a rule in the order of their first messages', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s }', {}));
    for (const k of ['c', 'a', 'b']) playing.send(1, 1, { topic: `in/${k}` });
    for (const k of ['a', 'b', 'c']) playing.send(11, 1, { topic: `in/${k}` });
    expect(playing.advance(20).map(({ key = 'a' }) => key)).toEqual(['c', 'a', 'b']);
  });

  test('holds for throttle, debounce and distinct behind a window', () => {
    const playing = new Playing(ruleWith('{ count: 1 }', { v: 'last(payload)' }, 'distinct: v\nthrottle: 10s'));
    for (const [seconds, v] of [
      [1, 1],
      [2, 2],
      [12, 1],
      [13, 3],
      [23, 3],
    ] as const)
      playing.send(seconds, v);
    expect(playing.results.map(({ at, v }) => [at, v])).toEqual([
      [1, 1],
      [13, 3],
    ]);
  });
});

describe('what a result throws', () => {
  test('ends that result only: the window has ended, and the next one has its own', () => {
    const costly = 'length(map(list, map(outer.list, item))) > 0';
    const playing = new Playing(ruleWith('{ tumbling: 10s }', { list: 'collect(payload)' }, `if: ${costly}`));
    for (let i = 0; i < 400; i++) playing.send(1, i);
    expect(playing.advance(10)).toEqual([]);
    expect(playing.errors('budget')).toBe(1);
    playing.send(11, 1);
    expect(playing.advance(20)).toMatchObject([{ start: 10, end: 20, n: 1, list: [1] }]);
  });

  test('in an operand keeps the message out of the window', () => {
    const playing = new Playing(
      ruleWith('{ count: 2 }', { n: 'sum(length(map(payload, map(outer.payload, item))))' }).replace(
        'n: "${window.count}"',
        'c: "${window.count}"',
      ),
    );
    playing.send(1, [1]);
    playing.send(
      2,
      Array.from({ length: 400 }, () => 1),
    );
    expect(playing.errors('budget')).toBe(1);
    expect(playing.send(3, [1, 2])).toEqual([{ at: 3, start: 1, end: 3, c: 2, n: 3 }]);
  });
});
