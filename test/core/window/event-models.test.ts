import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { at as epoch, Playing, ruleWith } from './playing.ts';
import { boundaryBefore, byKey, functionsOf, wanted, type Message, type Wanted } from './windows.ts';

/** A message that tells when it was: `at` is that, `came` is when it came. `where` may refuse it. */
interface EventMessage extends Message {
  readonly came: number;
  readonly refused: boolean;
}

const UNTIL = 200_000;
const CALLS = ['collect(x)', 'increase(x)', 'twa(x)'];
const LATENESS = 2_000;
const IDLE = 8_000;
const SKEW = 3_000;

/** Event time after some messages: the watermark, and when the last message came. */
interface Clock {
  readonly mark: number;
  readonly came: number;
}

const STOPPED: Clock = { mark: -Infinity, came: -Infinity };

/** The watermark at some time after them. */
function markAt({ mark, came }: Clock, now: number): number {
  return mark === -Infinity ? mark : mark + Math.max(0, now - came - IDLE);
}

/** Event time before and after each message that tells a time. */
function clocksOf(messages: readonly EventMessage[]): { message: EventMessage; before: Clock; after: Clock }[] {
  let clock = STOPPED;
  return messages
    .filter(({ at, came }) => at <= came + SKEW)
    .map((message) => {
      const before = clock;
      clock = {
        mark: Math.max(markAt(before, message.came), message.at - LATENESS),
        came: message.came,
      };
      return { message, before, after: clock };
    });
}

/** When event time comes to a time, by itself or by a message, and the messages that have come by then. */
function reaches(time: number, clocks: ReturnType<typeof clocksOf>): { at: number; come: EventMessage[] } {
  const come: EventMessage[] = [];
  for (const [i, { message, after }] of clocks.entries()) {
    come.push(message);
    if (after.mark >= time) return { at: after.came, come };
    const next = clocks[i + 1]?.after.came ?? Infinity;
    const alone = after.came + IDLE + (time - after.mark);
    if (alone <= next) return { at: alone, come };
  }
  return { at: Infinity, come };
}

interface Window {
  readonly start: number;
  readonly end: number;
}

/** What a kind of window makes of all messages that are not late; and which are. `clocks` are those the key goes by. */
type Model = (
  own: readonly EventMessage[],
  clocks: ReturnType<typeof clocksOf>,
) => { results: Omit<Wanted, 'k'>[]; late: number };

/** What was before a message came, by the clock that its key goes by. */
function before(message: EventMessage, clocks: ReturnType<typeof clocksOf>): number {
  const clock = clocks.find((one) => one.message === message);
  return clock === undefined ? Infinity : markAt(clock.before, message.came);
}

function usable(own: readonly EventMessage[]): EventMessage[] {
  return own.filter(({ at, came, refused }) => !refused && at <= came + SKEW);
}

/** In order of time, those of one time in the order they came. */
function ordered(messages: readonly EventMessage[]): EventMessage[] {
  return [...messages].sort((a, b) => a.at - b.at);
}

function aligned(size: number, hop: number): Model {
  const windowsOf = ({ at }: Message): Window[] => {
    const windows: Window[] = [];
    for (let end = boundaryBefore(at, hop) + hop; end - size <= at; end += hop)
      windows.push({ start: end - size, end });
    return windows;
  };
  /** The last end of what it is in; of the gap, if it is in no window. */
  const endOf = (message: Message): number =>
    windowsOf(message).at(-1)?.end ?? boundaryBefore(message.at, hop) + hop - size;
  return (own, clocks) => {
    const messages = usable(own);
    const openTo = (message: EventMessage): Window[] =>
      windowsOf(message).filter(({ end }) => end > before(message, clocks));
    const accepted = messages.filter((message) => endOf(message) > before(message, clocks));
    const all = ordered(accepted);
    const ends = new Set(all.flatMap((message) => openTo(message).map(({ end }) => end)));
    const results = [...ends]
      .sort((a, b) => a - b)
      .map((end) => {
        const start = end - size;
        const inside = all.filter((message) => openTo(message).some((window) => window.end === end));
        const { at, come } = reaches(end, clocks);
        return { at, start, end, inside, all: all.filter((message) => come.includes(message)) };
      });
    return { results, late: messages.length - accepted.length };
  };
}

function session(gap: number, max: number): Model {
  /** Sessions of messages in order. */
  const sessionsOf = (messages: readonly EventMessage[]): (Window & { readonly inside: EventMessage[] })[] => {
    const sessions: { start: number; end: number; inside: EventMessage[] }[] = [];
    for (const message of ordered(messages)) {
      const last = sessions.at(-1);
      if (last !== undefined && message.at < last.end) {
        last.inside.push(message);
        last.end = Math.min(message.at + gap, last.start + max);
      } else sessions.push({ start: message.at, end: message.at + gap, inside: [message] });
    }
    return sessions;
  };
  return (own, clocks) => {
    const closed: (Window & { readonly inside: EventMessage[]; readonly at: number })[] = [];
    let open: EventMessage[] = [];
    let late = 0;
    /** Close what event time comes to by `now`, one session after the other. */
    const pass = (mark: number, atOf: (end: number) => number): void => {
      for (let [first] = sessionsOf(open); first !== undefined && first.end <= mark; [first] = sessionsOf(open)) {
        const { inside } = first;
        closed.push({ ...first, at: atOf(first.end) });
        open = open.filter((message) => !inside.includes(message));
      }
    };
    for (const [i, { message, before: clock, after }] of clocks.entries()) {
      const sinceThen = (end: number): number => Math.max(clock.came, clock.came + IDLE + end - clock.mark);
      pass(markAt(clock, message.came), sinceThen);
      if (own.includes(message) && !message.refused) {
        const itsOwn = sessionsOf([...open, message]).find(({ inside }) => inside.includes(message));
        const isAlone = itsOwn?.inside.length === 1;
        const lastEnd = closed.at(-1)?.end ?? -Infinity;
        if ((isAlone && message.at < lastEnd) || (itsOwn?.end ?? 0) <= markAt(clock, message.came)) late++;
        else open.push(message);
      }
      pass(after.mark, () => message.came);
      if (i === clocks.length - 1) pass(Infinity, (end) => after.came + IDLE + end - after.mark);
    }
    const all = ordered(closed.flatMap(({ inside }) => inside));
    return { results: closed.map((result) => ({ ...result, all })), late };
  };
}

/** Windows that are evaluated for messages in order of time: which of the messages up to each. */
function evaluated(inside: (upTo: readonly EventMessage[]) => (Window & { inside: EventMessage[] }) | null): Model {
  return (own, clocks) => {
    const messages = usable(own);
    const accepted = messages.filter((message) => message.at >= before(message, clocks));
    const all = ordered(accepted);
    const results = all.flatMap((message, i) => {
      const result = inside(all.slice(0, i + 1));
      const came = Math.max(message.came, reaches(message.at, clocks).at);
      return result === null ? [] : [{ at: came, ...result, all }];
    });
    return { results, late: messages.length - accepted.length };
  };
}

function sliding(size: number): Model {
  return evaluated((upTo) => {
    const end = upTo.at(-1)?.at ?? 0;
    return { start: end - size, end, inside: upTo.filter(({ at }) => at > end - size) };
  });
}

function count(size: number, every: number): Model {
  return evaluated((upTo) => {
    if (upTo.length % every !== 0 || upTo.length < size) return null;
    const inside = upTo.slice(-size);
    return { start: inside[0]?.at ?? 0, end: inside.at(-1)?.at ?? 0, inside };
  });
}

const KINDS: readonly (readonly [window: string, model: Model])[] = [
  ['tumbling: 10s', aligned(10_000, 10_000)],
  ['tumbling: 7s', aligned(7_000, 7_000)],
  ['hopping: 10s, every: 2s', aligned(10_000, 2_000)],
  ['hopping: 5s, every: 2s', aligned(5_000, 2_000)],
  ['hopping: 2s, every: 5s', aligned(2_000, 5_000)],
  ['session: 4s', session(4_000, Infinity)],
  ['session: 4s, max: 9s', session(4_000, 9_000)],
  ['sliding: 5s', sliding(5_000)],
  ['count: 3', count(3, 3)],
  ['count: 4, every: 3', count(4, 3)],
];

const messages: fc.Arbitrary<EventMessage[]> = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 1, 500, 999, 1000, 2000, 4000, 5000, 10_000, 21_000),
      ago: fc.oneof(
        fc.constantFrom(0, 0, 1, 1000, 1999, 2000, 2001, 4000, 9000, -1000, -3000, -3001),
        fc.integer({ min: -3000, max: 12_000 }),
      ),
      k: fc.constantFrom('a', 'b'),
      value: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)),
      refused: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    { maxLength: 25 },
  )
  .map((steps) => {
    let came = 0;
    return steps.map(({ wait, ago, ...rest }) => ({ came: (came += wait), at: came - ago, ...rest }));
  });

const cases = KINDS.flatMap(([window, model]) =>
  (['key', 'rule'] as const).map((watermark) => ({ window, model, watermark })),
);

describe.each(cases)('{ $window } in event time, one for each $watermark', ({ window, model, watermark }) => {
  const time = `time: ts, lateness: ${LATENESS}ms, idle: ${IDLE}ms, skew: ${SKEW}ms, watermark: ${watermark}`;
  const rule = ruleWith(`{ ${window}, ${time} }`, functionsOf(CALLS), 'where: exists(x) == false');

  const program = programOf(rule);
  const edited = programOf(`${rule}\n  ttl: 1d`);

  const play = (messages: readonly EventMessage[], between: (playing: Playing, i: number) => void): Playing => {
    const playing = new Playing(program);
    for (const [i, { at, came, k, value, refused }] of messages.entries()) {
      const ts = i % 2 === 0 ? epoch(at / 1000) : new Date(epoch(at / 1000)).toISOString();
      playing.send(came / 1000, { v: value, ts, ...(refused ? { x: 1 } : {}) }, { topic: `in/${k}` });
      between(playing, i);
    }
    playing.advance(UNTIL / 1000);
    return playing;
  };

  test('has the results that its definition says, over any history', () => {
    fc.assert(
      fc.property(messages, (messages) => {
        const playing = play(messages, () => {});
        const keys = byKey(
          messages.filter(({ refused, at, came }) => watermark === 'key' || (!refused && at <= came + SKEW)),
        );
        const all = keys.map(([k, own]) => ({ k, ...model(own, clocksOf(watermark === 'key' ? own : messages)) }));
        for (const { k, results } of all) {
          const found = playing.results.filter(({ key = 'a' }) => key === k);
          const expected = results.map((result) => ({ ...result, k })).filter(({ at }) => at <= UNTIL);
          expect(found).toEqual(wanted(expected, found, CALLS));
        }
        expect(playing.errors('late')).toBe(all.reduce((sum, { late }) => sum + late, 0));
        const inOrder = playing.results.map(({ at }) => Number(at));
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
        const future = messages.filter(({ at, came, refused }) => !refused && at > came + SKEW);
        expect(playing.errors('future')).toBe(future.length);
      }),
      { numRuns: runs(80) },
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
          const [now, next] = [messages[i]?.came ?? 0, messages[i + 1]?.came ?? UNTIL];
          for (let at = now + 1; at < next; at += 700) playing.advance(at / 1000);
        });
        expect(awake.results).toEqual(plain);
      }),
      { numRuns: runs(15) },
    );
  });
});
