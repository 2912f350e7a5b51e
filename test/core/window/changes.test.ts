import { describe, expect, test } from 'vitest';
import { MAX_WINDOW_MESSAGES } from '../../../src/core/logic/budget.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import { PLAY_SETTINGS } from '../../../src/testing/play.ts';
import { at as epoch, Playing, ruleWith } from './playing.ts';

const SUM = { sum: 'sum(payload)' };

/** The results after the rule has become another between the messages of four and six seconds. */
function edited(before: string, after: string, until = 60): unknown[] {
  const playing = new Playing(before);
  playing.send(2, 1);
  playing.send(4, 2);
  playing.player.reload(after);
  playing.send(6, 4);
  playing.send(8, 8);
  playing.advance(until);
  return playing.results.map(({ start, end, n, sum }) => [start, end, n, sum]);
}

describe('a reload', () => {
  test.each([
    ['a threshold', '{ tumbling: 10s }', '{ tumbling: 10s }', SUM, 'if: sum > 0', [[0, 10, 4, 15]]],
    ['a size, from the next window on', '{ tumbling: 10s }', '{ tumbling: 5s }', SUM, '', [[0, 10, 4, 15]]],
    ['a gap', '{ session: 3s }', '{ session: 20s }', SUM, '', [[2, 28, 4, 15]]],
    ['a count', '{ count: 4 }', '{ count: 3 }', SUM, '', [[2, 6, 3, 7]]],
    [
      'what ends it',
      '{ from: payload == 1, to: payload == 9 }',
      '{ from: payload == 1, to: payload == 4 }',
      SUM,
      '',
      [[2, 6, 3, 7]],
    ],
    [
      'what is made of its functions',
      '{ tumbling: 10s }',
      '{ tumbling: 10s }',
      { sum: 'sum(payload) * 2' },
      '',
      [[0, 10, 4, 30]],
    ],
  ])('keeps the window when it changes %s', (_, before, after, aggregate, more, results) => {
    expect(edited(ruleWith(before, SUM), ruleWith(after, aggregate, more))).toEqual(results);
  });

  test('keeps a sliding window when it changes its size', () => {
    expect(edited(ruleWith('{ sliding: 10s }', SUM), ruleWith('{ sliding: 3s }', SUM))).toEqual([
      [-8, 2, 1, 1],
      [-6, 4, 2, 3],
      [3, 6, 2, 6],
      [5, 8, 2, 12],
    ]);
  });

  test.each([
    ['its kind', '{ tumbling: 10s }', '{ session: 5s }', SUM, [[6, 13, 2, 12]]],
    [
      'its functions',
      '{ tumbling: 10s }',
      '{ tumbling: 10s }',
      { sum: 'sum(payload)', m: 'max(payload)' },
      [[0, 10, 2, 12]],
    ],
    [
      'the size of windows that overlap',
      '{ hopping: 10s, every: 5s }',
      '{ hopping: 20s, every: 10s }',
      SUM,
      [
        [-10, 10, 2, 12],
        [0, 20, 2, 12],
      ],
    ],
  ])('begins anew when it changes %s', (_, before, after, aggregate, results) => {
    expect(edited(ruleWith(before, SUM), ruleWith(after, aggregate))).toEqual(results);
  });
});

describe('what a window keeps', () => {
  test('is so many messages at the most: the oldest make room, and that is counted', () => {
    const playing = new Playing(ruleWith('{ sliding: 1h }', { ...SUM, first: 'first(payload)' }));
    for (let i = 0; i < MAX_WINDOW_MESSAGES; i++) playing.player.send({ topic: 'in/a', payload: '1', at: epoch(1) });
    expect(playing.errors('window_full')).toBe(0);
    expect(playing.send(2, 5)).toMatchObject([{ n: MAX_WINDOW_MESSAGES, sum: MAX_WINDOW_MESSAGES + 4 }]);
    expect(playing.errors('window_full')).toBe(1);
  });

  test('is so much text at the most', () => {
    const playing = new Playing(ruleWith('{ sliding: 1h }', { u: 'count_distinct(payload)' }));
    for (let i = 0; i < 11; i++) playing.send(i, `${String(i)}${'x'.repeat(99_990)}`);
    expect(playing.results.map(({ u }) => u)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    expect(playing.errors('window_full')).toBe(1);
  });

  test('is one message where that alone is too much', () => {
    const playing = new Playing(
      ruleWith('{ sliding: 1h }', { f: 'first(payload)' }).replace('f: "${f ?? \'?\'}"', 'f: "${length(f)}"'),
    );
    const list = JSON.stringify(Array.from({ length: 140_000 }, () => 1));
    playing.send(1, 'short');
    expect(playing.send(2, list)).toMatchObject([{ n: 1, f: 140_000 }]);
  });

  test('in event time is so much, too', () => {
    const playing = new Playing(
      ruleWith('{ tumbling: 1h, time: ts, lateness: 1h }', {}).replace(
        'n: "${window.count}"',
        'n: "${window.count}"\n      x: "${length(text)}"',
      ),
    );
    for (let i = 0; i < 60; i++) playing.send(i, { ts: epoch(i), text: 'x'.repeat(100_000) });
    expect(playing.errors('window_full')).toBe(0); // Only the latest is kept whole.
    const sliding = new Playing(
      ruleWith('{ sliding: 1h, time: ts, lateness: 1h }', {}).replace(
        'n: "${window.count}"',
        'n: "${window.count}"\n      x: "${length(text)}"',
      ),
    );
    for (let i = 0; i < 60; i++) sliding.send(i, { ts: epoch(i), text: 'x'.repeat(100_000) });
    expect(sliding.errors('window_full')).toBe(19);
  });

  test('of a list or of values for a median that is too long is told', () => {
    const playing = new Playing(ruleWith('{ tumbling: 1h }', { m: 'median(payload)' }));
    for (let i = 0; i <= MAX_WINDOW_MESSAGES; i++) playing.player.send({ topic: 'in/a', payload: '1', at: epoch(1) });
    expect(playing.errors('window_full')).toBe(1);
    expect(playing.advance(3600)).toMatchObject([{ n: MAX_WINDOW_MESSAGES + 1, m: 1 }]);
  });
});

describe('when the wall clock is set', () => {
  const wall = (playing: Playing, seconds: number): void => playing.player.machine.followWall(seconds * 1000);

  test('a tumbling window that is open ends when it would have, and the next one is aligned anew', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s }', SUM));
    playing.send(1, 1);
    wall(playing, 3603);
    playing.send(5, 2);
    expect(playing.advance(10)).toEqual([{ at: 3613, start: 3603, end: 3613, n: 2, sum: 3 }]);
    playing.send(11, 4);
    expect(playing.advance(17)).toEqual([{ at: 3620, start: 3610, end: 3620, n: 1, sum: 4 }]);
  });

  test('hopping windows end by it, with what is young enough', () => {
    const playing = new Playing(ruleWith('{ hopping: 10s, every: 5s }', SUM));
    playing.send(1, 1);
    playing.send(7, 2);
    wall(playing, -3598);
    playing.send(8, 4);
    playing.advance(30);
    expect(playing.results.slice(1).map(({ at, start, end, sum }) => [at, start, end, sum])).toEqual([
      [-3585, -3595, -3585, 6],
      [-3580, -3590, -3580, 4],
    ]);
  });

  test('lengths of time stay what they are', () => {
    for (const window of ['{ session: 5s }', '{ sliding: 5s }']) {
      const playing = new Playing(ruleWith(window, SUM));
      playing.send(1, 1);
      wall(playing, 3600);
      playing.send(3, 2);
      playing.advance(60);
      expect(playing.results.at(-1)).toMatchObject({ n: 2, sum: 3 });
    }
  });

  test('it says what is too far ahead in event time', () => {
    const playing = new Playing(ruleWith('{ tumbling: 10s, time: ts }', {}));
    wall(playing, 3600);
    playing.send(1, { ts: epoch(3600) });
    playing.send(1, { ts: epoch(3662) });
    expect(playing.errors('future')).toBe(1);
  });
});

describe('the local clock', () => {
  const BERLIN = { settings: { ...PLAY_SETTINGS, zone: zone('Europe/Berlin') } };
  const bounds = (window: string, times: readonly string[]): unknown[] => {
    const rule = ruleWith(window, {})
      .replace(/start: .*/, 'start: "${format_date(window.start)}"')
      .replace(/end: .*/, 'end: "${format_date(window.end)}"');
    const playing = new Playing(rule, { ...BERLIN, start: Date.parse(times[0] ?? '') });
    for (const time of times) playing.player.send({ topic: 'in/a', payload: 1, at: Date.parse(time) });
    return playing.player
      .advance(Date.parse(times.at(-1) ?? '') + 3 * 86_400_000)
      .flatMap((effect) => (effect.type === 'publish' ? [JSON.parse(effect.payload)] : []))
      .map(({ start, end }: { start: string; end: string }) => [start, end]);
  };

  test('says where days begin, and how long they are', () => {
    expect(bounds('{ tumbling: 1d }', ['2026-10-25T12:00:00Z'])).toEqual([
      ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ]);
    expect(bounds('{ tumbling: 6h }', ['2026-10-25T22:30:00Z'])).toEqual([
      ['2026-10-25T22:00:00Z', '2026-10-25T23:00:00Z'],
    ]);
    expect(bounds('{ tumbling: 1d, offset: 6h }', ['2026-10-25T12:00:00Z'])).toEqual([
      ['2026-10-25T05:00:00Z', '2026-10-26T05:00:00Z'],
    ]);
  });

  test('says where hops begin', () => {
    expect(bounds('{ hopping: 2d, every: 1d }', ['2026-10-25T12:00:00Z'])).toEqual([
      ['2026-10-23T22:00:00Z', '2026-10-25T23:00:00Z'],
      ['2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z'],
    ]);
  });
});
