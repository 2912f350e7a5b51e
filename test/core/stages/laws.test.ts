import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player, type PlayedMessage } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';

/** One rule for each stage, and one with all of them. */
const RULES = `
- id: remembers
  on: { topic: t/+k, retained: use }
  memory: { n: 0, last: { initial: null, ttl: 3s }, all: {} }
  set: { n: n + 1, last: payload, "all.\${n}": payload }
  log: "\${n} \${last ?? 'none'} \${all}"
- id: looks-back
  on: t/+k
  let: { c: changed(payload), d: delta(payload) }
  log: "\${c ?? 'unknown'} \${d ?? 'unknown'} \${previous ?? 'none'}"
- id: throttles
  on: t/+k
  throttle: { max: 2, per: 3s }
  log: "\${payload ?? 'null'}"
- id: differs
  on: t/+k
  distinct: payload
  log: "\${payload}"
- id: differs-in-output
  on: t/+k
  if: payload > 1
  distinct: true
  log: "\${payload.a ?? payload}"
  else: { log: low }
- id: all
  on: t/+k
  foreach: payload.list
  memory: { n: 0 }
  let: { d: delta(payload) }
  if: d != 0
  set: { n: n + (d ?? 1) }
  throttle: 2s
  distinct: n % 3
  log: "\${n} \${d ?? 'first'} \${previous ?? 'none'}"
  else: { set: { n: 0 } }
  on_error: { set: { n: n + 100 } }
- id: alerts
  on: t/+k
  if: payload > 1
  for: 1700ms
  until: { for: 1300ms }
  repeat: 2300ms
  throttle: 3s
  alert: { summary: "\${payload} \${severity ?? 'none'}", pending: true, topic: "alert/\${k}" }
  log: "\${held}"
  end: { log: "\${held}" }
- id: alerts-with-levels
  on: t/+k
  until: { if: payload == 0, for: 1700ms }
  expire: 5300ms
  alert:
    levels:
      low: { if: payload > 0, until: payload < 1 }
      mid: { if: payload > 1, for: 1300ms }
      high: { if: payload > 2, for: 900ms }
    falling: true
    pending: true
    summary: "\${severity}"
  log: "\${severity} \${held}"
`;

const scalar = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom<unknown>(null, 'ON', '2', true, { a: 1 }, [2], '{"a":1e999}'),
);
const payload = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }).map((list) => ({ list })),
);

/** Messages, seconds apart, on two keys. */
const messages: fc.Arbitrary<PlayedMessage[]> = fc
  .array(
    fc.record({
      wait: fc.nat(3),
      k: fc.constantFrom('1', '2'),
      payload,
      retained: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ wait, k, ...rest }) => ({ at: (at += wait * 1000), topic: `t/${k}`, ...rest }));
  });

/** What the rules do, when `between` happens after each message. */
function run(messages: readonly PlayedMessage[], between: (player: Player, i: number) => void): unknown[] {
  const player = new Player(RULES);
  return messages.map((message, i) => {
    const effects = player.send(message);
    between(player, i);
    return effects;
  });
}

describe('whatever rules remember', () => {
  test('is plain JSON: written and read back between any two messages, it changes nothing', () => {
    fc.assert(
      fc.property(messages, (messages) => {
        const saved = run(messages, ({ machine }) => {
          for (const { cells } of machine.running) {
            for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
          }
        });
        expect(saved).toEqual(run(messages, () => {}));
      }),
      { numRuns: runs(150) },
    );
  });

  test('lives through reloads of the same rules between any two messages', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(30), { maxLength: 3 }), (messages, places) => {
        const reloaded = run(messages, (player, i) => {
          if (places.includes(i)) player.reload(RULES);
        });
        expect(reloaded).toEqual(run(messages, () => {}));
      }),
      { numRuns: runs(60) },
    );
  });

  test('does not notice when time is looked at in between', () => {
    fc.assert(
      fc.property(messages, (messages) => {
        const awake = run(messages, ({ machine }, i) => {
          const [at, next] = [messages[i]?.at ?? 0, messages[i + 1]?.at ?? 0];
          for (let time = at; time <= next; time += 500) machine.advance(time);
        });
        expect(awake).toEqual(run(messages, () => {}));
      }),
      { numRuns: runs(100) },
    );
  });

  test('is as it was when a message goes over its budget half-way, and nothing went out', () => {
    const COSTLY = "${length(map(payload.burst ?? [], map(outer.payload.burst, item))) >= 0 ? '' : ''}";
    const rules = RULES.replaceAll('log: "', `log: "${COSTLY}`);
    const burst = { burst: Array.from({ length: 400 }, () => 1) };
    const states = ({ machine }: Player): string =>
      JSON.stringify(machine.running.map(({ cells }) => [...cells].map(([key, cell]) => [key, cell.states])));
    fc.assert(
      fc.property(messages, (messages) => {
        const player = new Player(rules);
        for (const k of ['1', '2']) player.send({ topic: `t/${k}`, payload: { list: [0] } });
        for (const message of messages) player.send(message);
        const before = states(player);
        const broken = player.notes.length;
        expect(player.send({ topic: 't/1', payload: burst }).map(({ rule }) => rule)).not.toContain('remembers');
        expect(player.notes.length).toBeGreaterThan(broken);
        const untouched = ['looks-back', 'throttles', 'remembers', 'differs-in-output'].filter((rule) =>
          player.notes.slice(broken).some((note) => note.rule === rule),
        );
        for (const rule of untouched) {
          const place = player.machine.running.findIndex((one) => one.rule.id === rule);
          expect((JSON.parse(states(player)) as unknown[])[place]).toEqual((JSON.parse(before) as unknown[])[place]);
        }
        expect(untouched).toContain('remembers');
      }),
      { numRuns: runs(50) },
    );
  });
});
