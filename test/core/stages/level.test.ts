import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { levelModel, type LevelSettings, type Seen } from './level-model.ts';

/** A rule with these settings; its messages say `c` (the condition), `u` (its end) and `n` (their place). */
function ruleOf({ for: length, times, until, expire, repeat }: LevelSettings): string {
  const ms = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value}ms`);
  return JSON.stringify({
    id: 'r',
    on: 't/+k',
    if: 'c',
    fire: 'rise',
    for: ms(length),
    times,
    until: until && { if: until.own ? 'u' : undefined, for: ms(until.for), min: ms(until.min) },
    expire: ms(expire),
    repeat: ms(repeat),
    log: '${k} ${n} on ${held}',
    end: { log: '${k} ${n} off ${held}' },
  });
}

interface Sent extends Seen {
  readonly k: string;
}

/** What the machine does, as `at: key message on|off`. */
function played(rule: string, sent: readonly Sent[], end: number, looks: readonly number[] = []): string[] {
  const player = new Player(rule);
  const effects = sent.flatMap(({ at, k, result, until, live }, n) => {
    const before = looks.filter((look) => look < at).flatMap((look) => player.advance(look));
    const payload = { n, c: result, u: until };
    return [...before, ...player.send({ at, topic: `t/${k}`, payload, retained: !live })];
  });
  expect(player.notes).toEqual([]);
  return [...effects, ...player.advance(end)].map((effect) =>
    effect.type === 'log' ? `${effect.at}: ${effect.message}` : effect.type,
  );
}

/** What the model says of it: what messages do, in their order; then what timers do, by the first messages of keys. */
function expected(settings: LevelSettings, sent: readonly Sent[], end: number): string[] {
  const keys = [...new Set(sent.map(({ k }) => k))];
  return keys
    .flatMap((k, order) => {
      const places = sent.flatMap((one, n) => (one.k === k ? [n] : []));
      const history = sent.filter((one) => one.k === k);
      return levelModel(history, settings, end).map(({ at, what, byTimer, message, held }) => {
        const n = places[message] ?? -1;
        const text = `${at}: ${k} ${n} ${what === 'ends' ? 'off' : 'on'} ${held}`;
        return { at, rank: byTimer ? sent.length + order : n, text };
      });
    })
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
    .map(({ text }) => text);
}

const length = fc.integer({ min: 1, max: 9 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const settings: fc.Arbitrary<LevelSettings> = fc.record({
  for: maybe(length),
  times: maybe(fc.integer({ min: 1, max: 3 })),
  until: maybe(fc.record({ own: fc.boolean(), for: maybe(length), min: maybe(length) })),
  expire: maybe(length),
  repeat: maybe(length),
});

const answer = fc.constantFrom(true, true, false, null);
/** Messages of two keys that wait for each other, some retained. */
const messages = (wait: fc.Arbitrary<number>): fc.Arbitrary<Sent[]> =>
  fc
    .array(
      fc.record({
        wait,
        k: fc.constantFrom('a', 'a', 'a', 'b'),
        result: answer,
        until: fc.constantFrom(true, false, false, null),
        live: fc.constantFrom(true, true, true, false),
      }),
      { maxLength: 14 },
    )
    .map((steps) => {
      let at = 0;
      return steps.map(({ wait, ...rest }) => ({ at: (at += wait), ...rest }));
    });

/** Settings, and messages: many in one millisecond, many just when something is due. */
const histories = settings.chain((settings) => {
  const lengths = [settings.for, settings.until?.for, settings.until?.min, settings.expire, settings.repeat];
  const wait = fc.oneof(
    fc.constant(0),
    fc.constantFrom(1, ...lengths.filter((length) => length !== undefined)),
    fc.nat(9),
  );
  return fc.tuple(fc.constant(settings), messages(wait));
});

describe('a level', () => {
  test('acts, repeats and ends at the milliseconds that its messages say, for any history', () => {
    fc.assert(
      fc.property(histories, ([settings, sent]) => {
        const end = (sent.at(-1)?.at ?? 0) + 25;
        expect(played(ruleOf(settings), sent, end)).toEqual(expected(settings, sent, end));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('a level, in a few messages', () => {
  const message = (at: number, result: boolean | null, until: boolean | null = null, live = true): Sent => ({
    at,
    k: 'a',
    result,
    until,
    live,
  });
  const acts = (settings: LevelSettings, sent: readonly Sent[]): string[] => played(ruleOf(settings), sent, 50);

  test('that is overdue waits for the other messages of the millisecond that lets it complete', () => {
    const settings: LevelSettings = { for: 2, until: { own: true } };
    const sent = [message(0, true), message(1, true, true), message(3, true, false, false)];
    expect(acts(settings, [...sent, message(3, true, true)])).toEqual([]);
    expect(acts(settings, sent)).toEqual(['3: a 2 on 3']);
  });

  test('is not ended by a message that says nothing, at the very end of `min`', () => {
    const settings: LevelSettings = { until: { own: false, min: 7 } };
    const sent = [message(0, true), message(5, false), message(7, null)];
    expect(acts(settings, [...sent, message(7, true)])).toEqual(['0: a 0 on 0']);
    expect(acts(settings, sent)).toEqual(['0: a 0 on 0', '7: a 1 off 7']);
  });
});

test('a timer that completes a level evaluates nothing', () => {
  for (const keys of ['if: c, fire: rise', 'if: c, alert: { severity: high }']) {
    const player = new Player(`{ id: r, on: t, ${keys}, for: 5ms, until: { for: 3ms }, log: x }`);
    for (const [at, c] of [true, false].entries()) player.send({ at: at * 10, topic: 't', payload: { c } });
    player.advance(20);
    expect(player.machine.tallyOf('r')).toMatchObject({ fired: 1, evaluations: { true: 1, false: 1, unknown: 0 } });
  }
});

test('a level that ends after a longest time begins again: until then its condition has held for 0 ms', () => {
  const player = new Player(
    '{ id: r, on: t, if: payload > 7, until: payload < 3 or held >= 10ms, log: on, end: { log: "${held}" } }',
  );
  const messages = [8, 5, 2, 5, 8, 8, 8].flatMap((payload, i) => player.send({ at: i * 5, topic: 't', payload }));
  expect(messages.map((effect) => effect.type === 'log' && `${effect.at}: ${effect.message}`)).toEqual([
    '0: on',
    '10: 10',
    '20: on',
    '30: 10',
  ]);
});
