import { describe, expect, test } from 'vitest';
import { Playing, ruleWith } from './playing.ts';

const SUM = { sum: 'sum(payload)' };

describe('a tumbling window', () => {
  test('ends at its boundary, before a message of that millisecond, and gives nothing when it is empty', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s }', SUM));
    expect(playing.send(1, 1)).toEqual([]);
    expect(playing.send(9.999, 2)).toEqual([]);
    expect(playing.send(10, 4)).toEqual([{ at: 10, start: 0, end: 10, n: 2, sum: 3 }]);
    expect(playing.advance(60)).toEqual([{ at: 20, start: 10, end: 20, n: 1, sum: 4 }]);
    expect(playing.send(61, 8)).toEqual([]);
    expect(playing.advance(70)).toEqual([{ at: 70, start: 60, end: 70, n: 1, sum: 8 }]);
  });
});

describe('a hopping window', () => {
  test('holds each message as many times as windows overlap', () => {
    const playing = new Playing(ruleWith('{ hopping: 2s, every: 1s }', SUM));
    for (const [seconds, size] of [
      [0.013, 3],
      [0.822, 6],
      [1.632, 2],
      [2.442, 4],
      [3.252, 1],
    ])
      playing.send(seconds ?? 0, size);
    playing.advance(10);
    expect(playing.results).toEqual([
      { at: 1, start: -1, end: 1, n: 2, sum: 9 },
      { at: 2, start: 0, end: 2, n: 3, sum: 11 },
      { at: 3, start: 1, end: 3, n: 2, sum: 6 },
      { at: 4, start: 2, end: 4, n: 2, sum: 5 },
      { at: 5, start: 3, end: 5, n: 1, sum: 1 },
    ]);
  });
});

describe('a sliding window', () => {
  test('is evaluated for each message, over what is younger than its size', () => {
    const playing = new Playing(ruleWith('{ sliding: 1s }', SUM));
    for (const [seconds, value] of [
      [0, 1],
      [0.5, 2],
      [1, 4],
      [1.999, 8],
      [2, 16],
    ])
      playing.send(seconds ?? 0, value);
    playing.advance(10);
    expect(playing.results.map(({ at, start, n, sum }) => [at, start, n, sum])).toEqual([
      [0, -1, 1, 1],
      [0.5, -0.5, 2, 3],
      [1, 0, 2, 6],
      [1.999, 0.999, 2, 12],
      [2, 1, 2, 24],
    ]);
  });

  test('is evaluated for what leaves it by level rules, the last one too', () => {
    const playing = new Playing(
      ruleWith(
        '{ sliding: 10s }',
        { c: 'count()', mean: 'avg(payload)' },
        'if: c >= 2\nend: { publish: { topic: out/a, payload: { ended: "${c}", mean: "${mean}" } } }',
      ),
    );
    playing.send(0, 1);
    expect(playing.send(4, 2)).toEqual([{ at: 4, start: -6, end: 4, n: 2, c: 2, mean: 1.5 }]);
    expect(playing.advance(9.999)).toEqual([]);
    expect(playing.advance(10)).toEqual([{ at: 10, ended: 1, mean: 2 }]);
  });
});

describe('a session', () => {
  test('ends after its gap, or at its greatest length', () => {
    const playing = new Playing(ruleWith('{ session: 10s, max: 30s }', SUM));
    for (const seconds of [1, 5, 14.999, 24.998, 30.999, 31, 41]) playing.send(seconds, 1);
    playing.advance(100);
    expect(playing.results).toEqual([
      { at: 31, start: 1, end: 31, n: 5, sum: 5 },
      { at: 41, start: 31, end: 41, n: 1, sum: 1 },
      { at: 51, start: 41, end: 51, n: 1, sum: 1 },
    ]);
  });
});

describe('a count window', () => {
  test('ends with its last message', () => {
    const playing = new Playing(ruleWith('{ count: 3 }', SUM));
    for (let i = 1; i <= 7; i++) playing.send(i, i);
    expect(playing.results).toEqual([
      { at: 3, start: 1, end: 3, n: 3, sum: 6 },
      { at: 6, start: 4, end: 6, n: 3, sum: 15 },
    ]);
  });

  test('is of the last ones each time so many have come, not before there are enough', () => {
    const playing = new Playing(ruleWith('{ count: 5, every: 2 }', SUM));
    for (let i = 1; i <= 9; i++) playing.send(i, i);
    expect(playing.results).toEqual([
      { at: 6, start: 2, end: 6, n: 5, sum: 20 },
      { at: 8, start: 4, end: 8, n: 5, sum: 30 },
    ]);
  });
});

describe('a condition window', () => {
  test('opens and closes with messages, which are both in it', () => {
    const playing = new Playing(
      ruleWith('{ from: payload.on == true, to: payload.on == false }', { sum: 'sum(payload.v)' }),
    );
    const messages = [
      { v: 1 },
      { v: 2, on: true },
      { v: 4 },
      { v: 8, on: true },
      { v: 16, on: false },
      { v: 32, on: false },
      { v: 64, on: true },
    ];
    for (const [i, payload] of messages.entries()) playing.send(i, payload);
    expect(playing.results).toEqual([{ at: 4, start: 1, end: 4, n: 4, sum: 30 }]);
  });

  test('does not test the opening message for its end', () => {
    const playing = new Playing(ruleWith('{ from: payload > 5, to: payload > 3 }', SUM));
    for (const [i, payload] of [9, 9, 9, 4, 7, 5].entries()) playing.send(i, payload);
    expect(playing.results.map(({ start, end, sum }) => [start, end, sum])).toEqual([
      [0, 1, 18],
      [2, 3, 13],
      [4, 5, 12],
    ]);
  });
});

describe('a cut window', () => {
  test('ends before the message that cuts, and its names are those of its own latest message', () => {
    const rule = ruleWith('{ cut: lap != previous.lap }', { best: 'min(payload.s)' }, 'if: lap > 0').replace(
      'n: "${window.count}"',
      'lap: "${lap}"',
    );
    const playing = new Playing(rule);
    for (const [i, payload] of [
      { lap: 1, s: 5 },
      { lap: 1, s: 3 },
      { lap: 2, s: 9 },
      { lap: 3, s: 7 },
    ].entries())
      playing.send(i, payload);
    expect(playing.results).toEqual([
      { at: 2, start: 0, end: 1, lap: 1, best: 3 },
      { at: 3, start: 2, end: 2, lap: 2, best: 9 },
    ]);
  });
});

describe('a retained message that ends a window', () => {
  const all = { all: 'collect(payload)' };

  test.each([
    ['{ count: 2 }', [1, 'r2', 3, 4], ['1,2', '3,4']],
    ['{ count: 2 }', ['r1', 'r2', 3, 'r4'], ['3,4']],
    ['{ count: 3, every: 2 }', [1, 'r2', 'r3', 'r4', 'r5', 'r6', 7, 'r8'], ['6,7,8']],
    ['{ cut: "payload >= 10" }', [1, 2, 'r10', 'r11', 12], ['1,2']],
    ['{ from: "payload == 1", to: "payload == 2" }', [1, 'r2', 'r1', 3, 'r2', 'r1', 'r2'], ['1,2', '1,3,2']],
  ])('ends it, and what was live in it is acted on: %s', (window, messages, expected) => {
    const playing = new Playing(ruleWith(window, all));
    for (const [i, message] of messages.entries()) {
      const retained = typeof message === 'string';
      playing.send(i, Number(String(message).replace('r', '')), { retained });
    }
    expect(playing.results.map((result) => String(result['all']))).toEqual(expected);
  });
});
