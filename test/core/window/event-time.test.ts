import { describe, expect, test } from 'vitest';
import { at as epoch, Playing, ruleWith } from './playing.ts';

const SUM = { sum: 'sum(v)' };

/** A message that tells a time, in seconds after the start, and came then or at another. */
function send(playing: Playing, told: number, v: number, came = told, k = 'a'): readonly unknown[] {
  return playing.send(came, { ts: epoch(told), v }, { topic: `in/${k}` });
}

describe('event time', () => {
  test('ends a window when a message tells a time that is late enough', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts, lateness: 2s }', SUM));
    send(playing, 1, 1);
    send(playing, 9, 2);
    expect(send(playing, 11.999, 4)).toEqual([]);
    expect(send(playing, 8, 8, 11.999)).toEqual([]);
    expect(send(playing, 12, 16)).toEqual([{ at: 12, start: 0, end: 10, n: 3, sum: 11 }]);
    expect(send(playing, 9.999, 32, 12)).toEqual([]);
    expect(playing.errors('late')).toBe(1);
  });

  test('is told as ISO text or as an epoch number in seconds or milliseconds', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts }', SUM));
    for (const ts of [epoch(1), epoch(2) / 1000, new Date(epoch(3)).toISOString(), '2026-11-20 10:00:04'])
      playing.send(5, { ts, v: 1 });
    expect(send(playing, 10, 1)).toEqual([{ at: 10, start: 0, end: 10, n: 4, sum: 4 }]);
  });

  test('that is unknown, or too far ahead, is counted, and the message is in no window', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts }', SUM));
    send(playing, 1, 1);
    playing.send(2, { v: 2 });
    playing.send(2, { v: 2, ts: 'yesterday' });
    send(playing, 62.001, 4, 2);
    expect(send(playing, 62, 8, 2)).toEqual([{ at: 2, start: 0, end: 10, n: 1, sum: 1 }]);
    expect([playing.errors('unknown_time'), playing.errors('future')]).toEqual([2, 1]);
  });

  test('goes on by the clock when no message came for `idle`', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts, lateness: 2s }', SUM));
    send(playing, 5, 1, 7);
    // The watermark is at 3; from 37 on it goes on, and is at 10 seven seconds later.
    expect(playing.advance(43.999)).toEqual([]);
    expect(playing.advance(44)).toEqual([{ at: 44, start: 0, end: 10, n: 1, sum: 1 }]);
    send(playing, 9, 2, 45);
    expect(playing.errors('late')).toBe(1);
  });

  test('is told by messages that `where` refuses, of keys that are new too', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts }', SUM, 'where: v > 0'));
    send(playing, 1, 1);
    expect(send(playing, 10, -1)).toEqual([{ at: 10, start: 0, end: 10, n: 1, sum: 1 }]);
    send(playing, 25, -1, 25, 'b');
    send(playing, 12, 1, 25, 'b');
    expect(playing.errors('late')).toBe(1);
    playing.send(30, { v: -1 });
    expect(playing.errors('unknown_time')).toBe(0);
  });

  test('may be in a `let`, which messages that `where` refuses do not have', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: when }', SUM, 'let: { when: ts }\nwhere: v > 0'));
    send(playing, 1, 1);
    expect(send(playing, 10, -1)).toEqual([]);
    expect(send(playing, 10, 1)).toEqual([{ at: 10, start: 0, end: 10, n: 1, sum: 1 }]);
  });

  test('is told by each element of a list, or by the message where there is none', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts }', SUM, 'foreach: list'));
    const element = (told: number, v: number): unknown => ({ ts: epoch(told), v });
    playing.send(5, { list: [element(4, 1), element(2, 2)] });
    expect(playing.send(12, { ts: epoch(12), list: [] })).toEqual([{ at: 12, start: 0, end: 10, n: 2, sum: 3 }]);
  });

  test('keeps everything in order of time, ties in the order they came', () => {
    const playing = new Playing(
      ruleWith('{ tumbling: 10s, time: ts }', { all: 'collect(v)', first: 'first(v)', d: 'delta(v)' }),
    );
    for (const [told, v] of [
      [5, 1],
      [2, 2],
      [5, 3],
      [9, 4],
      [2, 5],
    ] as const)
      send(playing, told, v, 9);
    expect(send(playing, 10, 0)).toEqual([{ at: 10, start: 0, end: 10, n: 5, all: [2, 5, 1, 3, 4], first: 2, d: 2 }]);
  });

  test('names mean the latest message by its own time', () => {
    const rule = ruleWith('{ tumbling: 10s, time: ts }', {}).replace('n: "${window.count}"', 'v: "${v}"');
    const playing = new Playing(rule);
    send(playing, 7, 1, 9);
    send(playing, 3, 2, 9);
    expect(send(playing, 10, 3)).toEqual([{ at: 10, start: 0, end: 10, v: 1 }]);
  });

  test('makes one session of two when a message joins them', () => {
    const playing = new Playing(ruleWith('{ session: 5s, time: ts, lateness: 10s }', SUM));
    for (const [told, v] of [
      [1, 1],
      [9, 2],
      [5, 4],
    ] as const)
      send(playing, told, v, 9);
    expect(send(playing, 24, 8)).toEqual([{ at: 24, start: 1, end: 14, n: 3, sum: 7 }]);
  });

  test('takes a message next to a session that has closed into one that is open', () => {
    const playing = new Playing(ruleWith('{ session: 10s, time: ts }', SUM));
    send(playing, 0, 1);
    expect(send(playing, 13, 2)).toEqual([{ at: 13, start: 0, end: 10, n: 1, sum: 1 }]);
    send(playing, 9, 4, 13);
    expect(playing.errors('late')).toBe(0);
    expect(send(playing, 30, 8)).toEqual([{ at: 30, start: 9, end: 23, n: 2, sum: 6 }]);
  });

  test('has a sliding window evaluated for each message in its turn', () => {
    const playing = new Playing(ruleWith('{ sliding: 5s, time: ts, lateness: 2s }', SUM));
    send(playing, 1, 1);
    send(playing, 4, 2);
    expect(send(playing, 3, 4, 4)).toEqual([]);
    expect(send(playing, 6, 8)).toEqual([
      { at: 6, start: -2, end: 3, n: 2, sum: 5 },
      { at: 6, start: -1, end: 4, n: 3, sum: 7 },
    ]);
    send(playing, 3.999, 16, 6);
    expect(playing.errors('late')).toBe(1);
    expect(playing.advance(60).map((result) => [result['at'], result['end'], result['sum']])).toEqual([[38, 6, 14]]);
  });

  test('lets messages leave a sliding window by it, for levels', () => {
    const playing = new Playing(
      ruleWith('{ sliding: 10s, time: ts, idle: 5s }', SUM, 'if: sum > 2\nend: { log: "${sum} ${now}" }'),
    );
    send(playing, 0, 1);
    expect(send(playing, 4, 2)).toHaveLength(1);
    expect(send(playing, 10, 0)).toEqual([{ log: `2 ${epoch(10)}` }]);
  });

  test('lets a message come into a sliding window together with the one that leaves it', () => {
    const playing = new Playing(ruleWith('{ sliding: 10s, time: ts }', SUM, 'if: sum > 2\nend: { log: "${sum}" }'));
    send(playing, 0, 2);
    expect(send(playing, 5, 2)).toHaveLength(1);
    expect(send(playing, 10, 2)).toEqual([]);
    expect(send(playing, 15, 0)).toEqual([{ log: '2' }]);
  });
});

describe('`late`', () => {
  const LATE = 'late: { set: { n: n + 1 }, log: "${v} ${n} ${k}" }';

  test('is done at once, whatever holds back the rule itself', () => {
    const playing = new Playing(
      ruleWith('{ tumbling: 10s, time: ts }', SUM, `memory: { n: 0 }\nthrottle: 1h\ndistinct: true\n${LATE}`),
    );
    send(playing, 1, 1);
    expect(send(playing, 10, 1)).toHaveLength(1);
    expect(send(playing, 2, 5, 10)).toEqual([{ log: '5 1 a' }]);
    expect(send(playing, 2, 5, 10)).toEqual([{ log: '5 2 a' }]);
    expect(send(playing, 20, 1)).toEqual([]);
    expect(playing.player.machine.tallyOf('r')?.suppressed.throttle).toBe(1);
  });

  test('may have steps', () => {
    const playing = new Playing(
      ruleWith('{ tumbling: 10s, time: ts }', SUM, 'late: { do: [{ wait: 5s }, { log: "late: ${v}" }] }'),
    );
    send(playing, 1, 1);
    send(playing, 10, 1);
    expect(send(playing, 2, 7, 10)).toEqual([]);
    expect(playing.advance(15)).toEqual([{ log: 'late: 7' }]);
  });

  test('is not for what one of its windows still waits for', () => {
    const playing = new Playing(ruleWith('{ hopping: 10s, every: 5s, time: ts }', SUM, 'memory: { n: 0 }\n' + LATE));
    send(playing, 1, 1);
    expect(send(playing, 10, 2)).toEqual([
      { at: 10, start: -5, end: 5, n: 1, sum: 1 },
      { at: 10, start: 0, end: 10, n: 1, sum: 1 },
    ]);
    expect(send(playing, 7, 4, 10)).toEqual([]);
    expect(send(playing, 4.999, 8, 10)).toEqual([{ log: '8 1 a' }]);
    expect(send(playing, 15, 0)).toEqual([{ at: 15, start: 5, end: 15, n: 2, sum: 6 }]);
  });
});

describe('`watermark: rule`', () => {
  const rule = (window: string, more = ''): string => ruleWith(`{ ${window}, time: ts, watermark: rule }`, SUM, more);

  test('ends the windows of all keys, in the order of their ends, then of their first messages', () => {
    const playing = new Playing(rule('session: 5s'));
    send(playing, 1, 1, 3, 'a');
    send(playing, 3, 2, 3, 'b');
    send(playing, 1, 4, 3, 'c');
    expect(send(playing, 10, 8, 10, 'c')).toEqual([
      { at: 10, start: 1, end: 6, n: 1, sum: 1 },
      { at: 10, key: 'c', start: 1, end: 6, n: 1, sum: 4 },
      { at: 10, key: 'b', start: 3, end: 8, n: 1, sum: 2 },
    ]);
  });

  test('makes late what is so for the rule, though its key has had no message', () => {
    const playing = new Playing(rule('tumbling: 10s'));
    send(playing, 15, 1, 15, 'a');
    send(playing, 5, 1, 15, 'b');
    expect(playing.errors('late')).toBe(1);
  });

  test('ends windows with each element of a list: those that come after it are not in them', () => {
    const playing = new Playing(rule('hopping: 10s, every: 5s', 'foreach: list'));
    const element = (told: number, v: number): unknown => ({ ts: epoch(told), v });
    expect(playing.send(12, { list: [element(4, 1), element(10, 2), element(7, 4)] })).toEqual([
      { at: 12, start: -5, end: 5, n: 1, sum: 1 },
      { at: 12, start: 0, end: 10, n: 1, sum: 1 },
    ]);
    expect(playing.send(15, { list: [element(15, 8)] })).toEqual([{ at: 15, start: 5, end: 15, n: 2, sum: 6 }]);
  });

  test('goes on by the clock, and with messages that `where` refuses', () => {
    const playing = new Playing(rule('tumbling: 10s', 'where: v > 0'));
    send(playing, 1, 1, 1, 'a');
    send(playing, 2, 2, 2, 'b');
    expect(send(playing, 10, -1, 10, 'c')).toEqual([
      { at: 10, start: 0, end: 10, n: 1, sum: 1 },
      { at: 10, key: 'b', start: 0, end: 10, n: 1, sum: 2 },
    ]);
    send(playing, 12, 4, 12, 'a');
    send(playing, 13, 8, 13, 'b');
    expect(playing.advance(49.999)).toEqual([]);
    expect(playing.advance(50)).toEqual([
      { at: 50, start: 10, end: 20, n: 1, sum: 4 },
      { at: 50, key: 'b', start: 10, end: 20, n: 1, sum: 8 },
    ]);
  });

  test('goes on with messages whose key is unknown, which are counted', () => {
    const playing = new Playing(rule('tumbling: 10s', 'by: name'));
    playing.send(1, { ts: epoch(1), v: 1, name: 'a' });
    expect(playing.send(10, { ts: epoch(10), v: 2 })).toMatchObject([{ at: 10, start: 0, end: 10, n: 1, sum: 1 }]);
    expect(playing.errors('unknown_key')).toBe(1);
  });

  test('lives through a reload', () => {
    const playing = new Playing(rule('tumbling: 10s'));
    send(playing, 15, 1, 15, 'a');
    playing.player.reload(`${rule('tumbling: 10s')}\n  description: another`);
    send(playing, 5, 1, 15, 'b');
    expect(playing.errors('late')).toBe(1);
    expect(send(playing, 20, 1, 20, 'b')).toEqual([{ at: 20, start: 10, end: 20, n: 1, sum: 1 }]);
  });

  test('is given up with its rule', () => {
    const playing = new Playing(rule('tumbling: 10s'));
    send(playing, 5, 1);
    playing.player.reload('id: other\non: x\nlog: x');
    expect(playing.advance(600)).toEqual([]);
    expect(playing.player.machine.running.map(({ rule }) => rule.id)).toEqual(['other']);
  });
});

describe('a key that waits for an event time that all keys share', () => {
  test('is not dropped for having no messages', () => {
    const playing = new Playing(ruleWith('{ tumbling: 7d, time: ts, idle: 30d, watermark: rule }', SUM, 'ttl: 1h'));
    send(playing, 1, 1, 1, 'a');
    for (let hour = 1; hour < 72; hour++) send(playing, hour * 3600, 0, hour * 3600, 'b');
    // Monday begins two and a half days later.
    expect(playing.results.map(({ key = 'a', sum }) => [key, sum])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });
});
