import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';

interface Step {
  readonly not: boolean;
  readonly topic: string;
  /** It is this step if the payload is greater. */
  readonly above: number | null;
  /** Milliseconds; null is however long. */
  readonly within: number | null;
}

interface Message {
  readonly at: number;
  readonly topic: string;
  readonly payload: number;
}

/** Steps that have come: what is next, when the last one came, and its message. */
interface Beginning {
  readonly next: number;
  readonly at: number;
  readonly message: Message;
}

const END = 1_000_000;

/**
 * By the book: all beginnings are kept. A message is the latest step that any of them waits for; what waited for it is
 * used up. What must not come breaks every beginning that waits for silence, whatever else it is; that it did not come in
 * time is known when the last millisecond is over.
 */
function expected(steps: readonly Step[], messages: readonly Message[]): string[] {
  const acts: string[] = [];
  let beginnings: Beginning[] = [];
  const enter = (next: number, at: number, message: Message): void => {
    if (next === steps.length) acts.push(`${at} ${message.payload}`);
    else beginnings.push({ next, at, message });
  };
  const silentAt = ({ next, at }: Beginning): number =>
    steps[next]?.not === true ? at + (steps[next].within ?? Infinity) : Infinity;
  const passTime = (to: number): void => {
    for (;;) {
      const first = beginnings.toSorted((a, b) => silentAt(a) - silentAt(b))[0];
      if (first === undefined || silentAt(first) > to) return;
      beginnings = beginnings.filter((one) => one !== first);
      enter(first.next + 1, silentAt(first), first.message);
    }
  };
  for (const message of messages) {
    passTime(message.at - 1);
    let isStep = false;
    for (let place = steps.length - 1; place >= 0; place--) {
      const step = steps[place];
      if (step === undefined || step.topic !== message.topic) continue;
      if (step.above !== null && message.payload <= step.above) continue;
      if (isStep && !step.not) continue;
      const waiting = beginnings.filter(({ next }) => next === place);
      beginnings = beginnings.filter(({ next }) => next !== place);
      if (step.not) continue;
      if (place > 0 && !waiting.some(({ at }) => message.at - at <= (step.within ?? Infinity))) continue;
      enter(place + 1, message.at, message);
      isStep = true;
    }
  }
  passTime(END);
  return acts;
}

const within = fc.constantFrom(0, 1000, 2000, 5000);
const topic = fc.constantFrom('a', 'b', 'c');
const above = fc.option(fc.constantFrom(0, 5, 10), { freq: 2 });

const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.record({ not: fc.constant(false), topic, above, within: fc.constant(null) }),
    fc.array(
      fc.oneof(
        fc.record({ not: fc.constant(false), topic, above, within: fc.option(within) }),
        fc.record({ not: fc.constant(true), topic, above, within }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);

const messages: fc.Arbitrary<readonly Message[]> = fc
  .array(fc.tuple(fc.constantFrom(0, 0, 1, 1, 2, 5), topic), { maxLength: 25 })
  .map((list) => {
    let at = 0;
    return list.map(([wait, name], payload) => ({ at: (at += wait * 1000), topic: name, payload }));
  });

function written(steps: readonly Step[]): string {
  const sequence = steps.map((step) => ({
    [step.not ? 'not' : 'on']: step.topic,
    ...(step.above === null ? {} : { if: `payload > ${step.above}` }),
    ...(step.within === null ? {} : { within: `${step.within}ms` }),
  }));
  return JSON.stringify({ id: 'r', sequence, log: '${payload}' });
}

/** When the rule acts, and with which message; between any two messages something may be done to it. */
function played(
  steps: readonly Step[],
  sent: readonly Message[],
  between: (player: Player, i: number) => void = () => {},
): string[] {
  const player = new Player(written(steps));
  const effects = [];
  for (const [i, message] of sent.entries()) {
    effects.push(...player.send(message));
    between(player, i);
  }
  effects.push(...player.advance(END));
  return effects.map((effect) => `${effect.at} ${effect.type === 'log' ? effect.message : '?'}`);
}

test('a sequence acts as if all its beginnings were kept', () => {
  fc.assert(
    fc.property(steps, messages, (steps, messages) => {
      expect(played(steps, messages)).toEqual(expected(steps, messages));
    }),
    { numRuns: runs(1000) },
  );
});

test('a sequence goes on as if nothing had happened when it is saved, read back, reloaded and looked at in between', () => {
  fc.assert(
    fc.property(
      steps,
      messages,
      fc.array(fc.constantFrom('save', 'reload', 'look', 'nothing')),
      (steps, messages, what) => {
        const disturbed = played(steps, messages, (player, i) => {
          if (what[i] === 'save') {
            for (const { cells } of player.machine.running)
              for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
          }
          if (what[i] === 'reload') player.reload(`${written(steps)}\n`);
          const [at, next] = [messages[i]?.at ?? 0, messages[i + 1]?.at ?? 0];
          if (what[i] === 'look') for (let time = at; time < next; time += 250) player.machine.advance(time);
        });
        expect(disturbed).toEqual(played(steps, messages));
      },
    ),
    { numRuns: runs(300) },
  );
});
