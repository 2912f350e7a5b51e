import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { levelModel } from './level-model.ts';

interface Sent {
  readonly at: number;
  readonly k: string;
  readonly result: boolean | null;
  readonly v: number;
  readonly live: boolean;
}

interface Settings {
  /** What is held back: every message of a rule that may have `else`, or what a level does. */
  readonly acts: 'each' | 'either' | 'level';
  readonly for: number | undefined;
  readonly repeat: number | undefined;
  readonly quiet: number;
  readonly throttle: { readonly max: number; readonly per: number } | undefined;
  readonly distinct: boolean;
}

function ruleOf({ acts, quiet, throttle, distinct, ...level }: Settings): string {
  const ms = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value}ms`);
  return JSON.stringify({
    id: 'r',
    on: 't/+k',
    if: 'c',
    ...(acts === 'level' && { fire: 'rise', for: ms(level.for), repeat: ms(level.repeat) }),
    debounce: ms(quiet),
    throttle: throttle && { max: throttle.max, per: ms(throttle.per) },
    distinct: distinct ? 'v' : undefined,
    log: '${k} ${n} yes',
    ...(acts === 'either' && { else: { log: '${k} ${n} no' } }),
    ...(acts === 'level' && { end: { log: '${k} ${n} no' } }),
  });
}

function played(rule: string, sent: readonly Sent[], end: number): string[] {
  const player = new Player(rule);
  const effects = sent.flatMap(({ at, k, result, v, live }, n) =>
    player.send({ at, topic: `t/${k}`, payload: { n, c: result, v }, retained: !live }),
  );
  expect(player.notes).toEqual([]);
  return [...effects, ...player.advance(end)].map((effect) =>
    effect.type === 'log' ? `${effect.at}: ${effect.message}` : effect.type,
  );
}

/** Something that the rule would do at once, were there nothing to hold it back. `message` is its place in the history. */
interface Due {
  readonly at: number;
  readonly message: number;
  readonly yes: boolean;
}

function dueOf({ acts, for: length, repeat }: Settings, history: readonly Sent[], end: number): Due[] {
  if (acts === 'level') {
    const seen = history.map((one) => ({ ...one, until: null }));
    return levelModel(seen, { for: length, repeat }, end).map((one) => ({ ...one, yes: one.what !== 'ends' }));
  }
  return history.flatMap(({ at, result, live }, message) =>
    live && (result === true || (result === false && acts === 'either')) ? [{ at, message, yes: result }] : [],
  );
}

/**
 * What goes out: each that is due, so long after it, unless another that `throttle` lets through comes by then. `throttle`
 * looks at what has gone out before; `distinct` looks last.
 */
function goneOut({ quiet, throttle, distinct }: Settings, due: readonly Due[], valueOf: (due: Due) => number): Due[] {
  const out: Due[] = [];
  let value: number | undefined;
  const passes = ({ at }: Due): boolean =>
    throttle === undefined || out.filter((gone) => at - gone.at < throttle.per).length < throttle.max;
  let waiting: Due | undefined;
  const release = (before: number): void => {
    if (waiting === undefined || waiting.at + quiet >= before) return;
    const next = valueOf(waiting);
    if (!distinct || next !== value) out.push({ ...waiting, at: waiting.at + quiet });
    value = next;
    waiting = undefined;
  };
  for (const one of due) {
    release(one.at);
    if (passes(one)) waiting = one;
  }
  release(Infinity);
  return out;
}

function expected(settings: Settings, sent: readonly Sent[], end: number): string[] {
  return [...new Set(sent.map(({ k }) => k))]
    .flatMap((k, order) => {
      const places = sent.flatMap((one, n) => (one.k === k ? [n] : []));
      const history = sent.filter((one) => one.k === k);
      const due = dueOf(settings, history, end);
      return goneOut(settings, due, ({ message }) => history[message]?.v ?? -1).map(({ at, message, yes }) => {
        return { at, order, text: `${at}: ${k} ${places[message]} ${yes ? 'yes' : 'no'}` };
      });
    })
    .filter(({ at }) => at <= end)
    .sort((a, b) => a.at - b.at || a.order - b.order)
    .map(({ text }) => text);
}

const length = fc.integer({ min: 1, max: 9 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const histories = fc
  .record<Settings>({
    acts: fc.constantFrom('each', 'either', 'level'),
    for: maybe(length),
    repeat: maybe(length),
    quiet: length,
    throttle: maybe(fc.record({ max: fc.integer({ min: 1, max: 3 }), per: fc.integer({ min: 1, max: 20 }) })),
    distinct: fc.boolean(),
  })
  .chain((settings) => {
    const { quiet, for: length = quiet, throttle } = settings;
    const wait = fc.oneof(fc.constant(0), fc.constantFrom(1, quiet, length, throttle?.per ?? quiet), fc.nat(9));
    const step = fc.record({
      wait,
      k: fc.constantFrom('a', 'a', 'b'),
      result: fc.constantFrom(true, true, false, null),
      v: fc.nat(1),
      live: fc.constantFrom(true, true, true, false),
    });
    return fc.tuple(fc.constant(settings), fc.array(step, { maxLength: 12 }));
  })
  .map(([settings, steps]): [Settings, Sent[]] => {
    let at = 0;
    return [settings, steps.map(({ wait, ...rest }) => ({ at: (at += wait), ...rest }))];
  });

describe('debounce', () => {
  test('lets out the last of what is due, once it is quiet, for any history', () => {
    fc.assert(
      fc.property(histories, ([settings, sent]) => {
        const end = (sent.at(-1)?.at ?? 0) + 25;
        expect(played(ruleOf(settings), sent, end)).toEqual(expected(settings, sent, end));
      }),
      { numRuns: runs(500) },
    );
  });

  describe('of a level that is over by then', () => {
    const lines = (rule: string, sent: readonly (readonly [number, number])[]): string[] => {
      const player = new Player(rule);
      const effects = sent.flatMap(([at, v]) => player.send({ at, topic: 't', payload: { v } }));
      const logs = [...effects, ...player.advance(100)].filter(({ type }) => type === 'log');
      expect(player.notes).toEqual([]);
      return logs.map((effect) => `${effect.at}: ${effect.type === 'log' ? effect.message : ''}`);
    };
    const acts = 'log: "on ${held} ${active}", end: { log: "off ${held} ${active}" } }';

    test('says how long it had held, and not how long the next one does', () => {
      const rule = `{ id: r, on: t, if: v > 1, fire: rise, debounce: 5ms, ${acts}`;
      expect(
        lines(rule, [
          [0, 2],
          [20, 1],
        ]),
      ).toEqual(['5: on 5 true', '25: off 20 false']);
      expect(
        lines(rule.replace('fire: rise', 'for: 9ms'), [
          [0, 2],
          [20, 1],
          [23, 2],
          [24, 1],
        ]),
      ).toEqual(['14: on 14 true', '25: off 20 false']);
      expect(
        lines(rule.replace(/, end.*/u, ' }'), [
          [0, 2],
          [3, 1],
        ]),
      ).toEqual(['5: on 0 false']);
    });

    test('says how long the silence was', () => {
      expect(
        lines(`{ id: r, on: t, absent: 9ms, debounce: 5ms, ${acts}`, [
          [0, 2],
          [12, 1],
          [25, 1],
        ]),
      ).toEqual(['17: off 12 false', '30: off 13 false', '39: on 14 true']);
    });

    test('says what the severity of the alert was', () => {
      const rule = `{ id: r, on: t, if: v > 1, debounce: 5ms, alert: { severity: bad }, ${acts}`;
      expect(
        lines(rule.replaceAll('held', 'severity'), [
          [0, 2],
          [20, 1],
        ]),
      ).toEqual(['5: on bad true', '25: off bad false']);
    });
  });
});
