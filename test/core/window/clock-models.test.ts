import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { DEFINITIONS } from '../aggregates/model.ts';
import { Playing, ruleWith } from './playing.ts';
import { boundaryBefore, byKey, functionsOf, wanted, type Message, type Wanted } from './windows.ts';

/** A result; `by` is the message that gives it, where it is no timer. */
type Result = Omit<Wanted, 'k' | 'all'> & { readonly by?: Message };

/** What a kind of window has for results, from all messages of one key. */
type Model = (all: readonly Message[]) => Result[];

const UNTIL = 200_000;
const CALLS = Object.keys(DEFINITIONS);

function aligned(size: number, hop: number): Model {
  return (all) => {
    const first = all[0]?.at ?? 0;
    const results: Result[] = [];
    for (let end = boundaryBefore(first, hop) + hop; end <= UNTIL; end += hop) {
      const start = end - size;
      const inside = all.filter(({ at }) => at >= start && at < end);
      if (inside.length > 0) results.push({ at: end, start, end, inside });
    }
    return results;
  };
}

function sliding(size: number): Model {
  return (all) =>
    all.map((by, i) => {
      const { at } = by;
      const inside = all.slice(0, i + 1).filter((other) => other.at > at - size);
      return { at, start: at - size, end: at, inside, by };
    });
}

function session(gap: number, max: number): Model {
  return (all) => {
    const sessions: Message[][] = [];
    const endOf = (messages: readonly Message[]): number =>
      Math.min((messages.at(-1)?.at ?? 0) + gap, (messages[0]?.at ?? 0) + max);
    for (const message of all) {
      const last = sessions.at(-1);
      if (last !== undefined && message.at < endOf(last)) last.push(message);
      else sessions.push([message]);
    }
    return sessions.map((inside) => ({ at: endOf(inside), start: inside[0]?.at ?? 0, end: endOf(inside), inside }));
  };
}

/** Windows that end with their last message. */
function delimited(windows: readonly (readonly Message[])[]): Result[] {
  return windows.flatMap((inside) => {
    const [first, last] = [inside[0], inside.at(-1)];
    return first === undefined || last === undefined
      ? []
      : [{ at: last.at, start: first.at, end: last.at, inside, by: last }];
  });
}

function count(size: number, every: number): Model {
  return (all) =>
    delimited(all.flatMap((_, i) => ((i + 1) % every === 0 && i + 1 >= size ? [all.slice(i + 1 - size, i + 1)] : [])));
}

/** Opens at 3 or more, ends at 1 or less, for known values. */
const condition: Model = (all) => {
  const windows: Message[][] = [];
  let open: Message[] | null = null;
  for (const message of all) {
    const { value } = message;
    if (open !== null) {
      open.push(message);
      if (value !== null && value <= 1) {
        windows.push(open);
        open = null;
      }
    } else if (value !== null && value >= 3) open = [message];
  }
  return delimited(windows).map((result) => ({ ...result, anew: true }));
};

/** Ends where the value is less than the one of the message before. */
const cut: Model = (all) => {
  const cuts = all.flatMap(({ value }, i) => {
    const before = all[i - 1]?.value ?? null;
    return value !== null && before !== null && value < before ? [i] : [];
  });
  const places = [0, ...cuts];
  return cuts.flatMap((place, i) => {
    const [by, inside] = [all[place], all.slice(places[i], place)];
    return by === undefined ? [] : [{ at: by.at, start: inside[0]?.at ?? 0, end: inside.at(-1)?.at ?? 0, inside, by }];
  });
};

const KINDS: readonly (readonly [window: string, model: Model])[] = [
  ['{ tumbling: 10s }', aligned(10_000, 10_000)],
  ['{ tumbling: 7s }', aligned(7_000, 7_000)],
  ['{ hopping: 10s, every: 2s }', aligned(10_000, 2_000)],
  ['{ hopping: 5s, every: 2s }', aligned(5_000, 2_000)],
  ['{ hopping: 2s, every: 5s }', aligned(2_000, 5_000)],
  ['{ hopping: 14s, every: 7s }', aligned(14_000, 7_000)],
  ['{ sliding: 5s }', sliding(5_000)],
  ['{ session: 4s }', session(4_000, Infinity)],
  ['{ session: 4s, max: 9s }', session(4_000, 9_000)],
  ['{ count: 3 }', count(3, 3)],
  ['{ count: 1 }', count(1, 1)],
  ['{ count: 4, every: 1 }', count(4, 1)],
  ['{ count: 4, every: 3 }', count(4, 3)],
  ['{ count: 2, every: 5 }', count(2, 5)],
  ['{ from: v >= 3, to: v <= 1 }', condition],
  ['{ cut: v < previous.v }', cut],
];

const value = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.constant(null),
  fc.double({ min: -100, max: 100, noNaN: true }),
);
const messages: fc.Arbitrary<Message[]> = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 1, 500, 999, 1000, 2000, 4000, 5000, 7000, 10_000, 21_000),
      k: fc.constantFrom('a', 'b'),
      value,
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ wait, ...rest }) => ({ at: (at += wait), ...rest }));
  });

/** The results that all keys should have, in order: of timers by time and key, of messages by message. */
function expectedOf(model: Model, messages: readonly Message[]): Wanted[] {
  const results = byKey(messages).flatMap(([k, all]) => model(all).map((result) => ({ ...result, k, all })));
  const place = ({ by, at }: Result): number => (by === undefined ? at : messages.indexOf(by));
  return results.filter(({ at }) => at <= UNTIL).sort((a, b) => place(a) - place(b));
}

describe.each(KINDS)('%s', (window, model) => {
  const rule = ruleWith(window, functionsOf(CALLS));

  const program = programOf(rule);
  const edited = programOf(`${rule}\n  ttl: 1d`);

  const play = (messages: readonly Message[], between: (playing: Playing, i: number) => void): Playing => {
    const playing = new Playing(program);
    for (const [i, { at, k, value }] of messages.entries()) {
      playing.send(at / 1000, { v: value }, { topic: `in/${k}` });
      between(playing, i);
    }
    playing.advance(UNTIL / 1000);
    return playing;
  };

  test('has the results that its definition says, over any history', () => {
    fc.assert(
      fc.property(messages, (messages) => {
        const { results } = play(messages, () => {});
        expect(results).toEqual(wanted(expectedOf(model, messages), results, CALLS));
      }),
      { numRuns: runs(100) },
    );
  });

  test('does not notice that its state goes through JSON, that rules are reloaded, or that time is looked at', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(40), { maxLength: 5 }), (messages, places) => {
        const plain = play(messages, () => {}).results;
        expect(play(messages, (playing) => playing.saveAndRestore()).results).toEqual(plain);
        const reloaded = play(messages, ({ player }, i) => {
          if (places.includes(i)) player.reload(i % 2 === 0 ? edited : program);
        });
        expect(reloaded.results).toEqual(plain);
        const awake = play(messages, (playing, i) => {
          const [now, next] = [messages[i]?.at ?? 0, messages[i + 1]?.at ?? UNTIL];
          for (let at = now + 1; at < next; at += 700) playing.advance(at / 1000);
        });
        expect(awake.results).toEqual(plain);
      }),
      { numRuns: runs(20) },
    );
  });
});
