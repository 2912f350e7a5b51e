import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { modelAlert, type ModelMessage, type ModelRule } from './model.ts';

/** A step of the model in milliseconds. */
const STEP = 100;
const SECOND = 10;

const level = (name: string, above: number) =>
  fc.record({
    name: fc.constant(name),
    above: fc.constant(above),
    for: fc.constantFrom(0, 2 * SECOND, 5 * SECOND),
    below: fc.constantFrom(null, above - 1),
  });

/** Lengths that no sum of the others makes, so that what is due at one moment is of one kind. */
const rule: fc.Arbitrary<ModelRule> = fc.record({
  levels: fc.oneof(
    fc.tuple(level('low', 2)),
    fc.tuple(level('low', 2), level('high', 4)),
    fc.tuple(level('low', 2), level('mid', 3), level('high', 5)),
  ),
  falling: fc.boolean(),
  pending: fc.boolean(),
  until: fc.record({
    zero: fc.boolean(),
    for: fc.constantFrom(0, 3 * SECOND + 1),
    min: fc.constantFrom(0, 8 * SECOND + 2),
  }),
  expire: fc.constantFrom(null, 6 * SECOND + 4),
  repeat: fc.constantFrom(null, 4 * SECOND + 7),
});

const messages: fc.Arbitrary<ModelMessage[]> = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 1, 1, 2, 3, 5, 9),
      value: fc.oneof(
        { weight: 12, arbitrary: fc.integer({ min: 0, max: 6 }) },
        { weight: 2, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constant('ack' as const) },
      ),
    }),
    { maxLength: 25 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ wait, value }) => ({ at: (at += wait * SECOND), value }));
  });

function textOf({ levels, falling, pending, until, expire, repeat }: ModelRule): string {
  const length = (steps: number): string => `${steps * STEP}ms`;
  const written = {
    id: 'r',
    on: 't',
    alert: {
      levels: Object.fromEntries(
        levels.map(({ name, above, for: held, below }) => [
          name,
          {
            if: `v > ${above}`,
            ...(held === 0 ? {} : { for: length(held) }),
            ...(below === null ? {} : { until: `v < ${below}` }),
          },
        ]),
      ),
      falling,
      pending,
    },
    ...(until.zero || until.for > 0 || until.min > 0
      ? { until: { ...(until.zero ? { if: 'v == 0' } : {}), for: length(until.for), min: length(until.min) } }
      : {}),
    ...(expire === null ? {} : { expire: length(expire) }),
    ...(repeat === null ? {} : { repeat: length(repeat) }),
    log: 'acts',
    end: { log: 'ends' },
  };
  return JSON.stringify(written);
}

/** The same without levels, where there is one: its own until is that of the rule. */
function plainTextOf(model: ModelRule): string {
  const written = JSON.parse(textOf(model)) as { alert: Record<string, unknown>; [key: string]: unknown };
  const { levels, falling: _, ...rest } = written.alert;
  const [[severity, holds]] = Object.entries(levels as object) as [[string, object]];
  return JSON.stringify({ ...written, ...holds, alert: { ...rest, severity } });
}

function play(
  text: string,
  messages: readonly ModelMessage[],
  end: number,
  between: (player: Player, next: number) => void,
): string[] {
  const player = new Player(text);
  const effects = messages.flatMap(({ at, value }) => {
    between(player, at * STEP);
    if (value === 'ack') return player.send({ at: at * STEP, topic: 'alerts/r/-/ack' });
    return player.send({ at: at * STEP, topic: 't', payload: value === null ? {} : { v: value } });
  });
  effects.push(...player.advance(end * STEP));
  return effects.flatMap((effect) => {
    const at = effect.at / STEP;
    if (effect.type === 'log') return [`${at} ${effect.message}`];
    if (effect.type !== 'alert') return [];
    const { state, severity, acknowledged, since, firedAt } = effect.alert;
    const fired = firedAt === undefined ? '' : ` fired ${Date.parse(firedAt) / STEP}`;
    return [
      `${at} ${state} ${severity}${acknowledged ? ' acknowledged' : ''} since ${Date.parse(since) / STEP}${fired}`,
    ];
  });
}

const endOf = (messages: readonly ModelMessage[]): number => (messages.at(-1)?.at ?? 0) + 20 * SECOND;

test('an alert with levels of severity is what the slow definition says', () => {
  fc.assert(
    fc.property(rule, messages, (rule, messages) => {
      const end = endOf(messages);
      expect(play(textOf(rule), messages, end, () => {})).toEqual(modelAlert(rule, messages, end));
    }),
    { numRuns: runs(400) },
  );
});

test('an alert without levels is what the slow definition says of one', () => {
  const plain = rule
    .filter(({ levels }) => levels.length === 1 && levels[0]?.below === null)
    .map((one) => ({ ...one, until: { ...one.until, zero: false } }));
  fc.assert(
    fc.property(plain, messages, (rule, messages) => {
      const end = endOf(messages);
      expect(play(plainTextOf(rule), messages, end, () => {})).toEqual(modelAlert(rule, messages, end));
    }),
    { numRuns: runs(200) },
  );
});

test('nothing changes by reloads, by JSON and by looking at the time in between', () => {
  fc.assert(
    fc.property(rule, messages, fc.infiniteStream(fc.nat(3)), (rule, messages, choices) => {
      const end = endOf(messages);
      const text = textOf(rule);
      const disturbed = play(text, messages, end, (player, at) => {
        const { value: choice } = choices.next();
        if (choice === 1) player.reload(`${text} `);
        if (choice === 2) player.machine.advance(at - 1);
        if (choice !== 3) return;
        for (const { cells } of player.machine.running)
          for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
      });
      expect(disturbed).toEqual(play(text, messages, end, () => {}));
    }),
    { numRuns: runs(150) },
  );
});
