import fc from 'fast-check';

/** Steps of `do` as they are written. */
export type Step =
  | { log: string }
  | { set: { n: string } }
  | { wait: string }
  | { wait_for: { on: string; if?: string; timeout?: string } }
  | { choose: readonly ({ if: string; do: readonly Step[] } | { else: readonly Step[] })[] }
  | {
      loop:
        | { times: number; do: readonly Step[] }
        | { while: string; do: readonly Step[] }
        | { until: string; do: readonly Step[] };
    }
  | { stop: true };

/** What steps may ask: of the message that started them, of the memory, of what they waited for. */
export const CONDITIONS = ['payload > 1', 'n < 3', 'n >= 4', 'awaited > 1', 'timed_out', 'nothing'] as const;

const TEXTS = ['${payload} ${n}', "${awaited ?? 'none'} ${timed_out ?? 'never'}", '${nothing}'] as const;

const condition = fc.constantFrom(...CONDITIONS);
const duration = fc.constantFrom('1s', '1s', '2s', '5s');

const plain: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...TEXTS).map((log) => ({ log })),
  fc.constant({ set: { n: 'n + 1' } }),
  duration.map((wait) => ({ wait })),
  fc
    .record(
      {
        on: fc.constantFrom('u/+k', 'u/+', 'v', 't/+k'),
        if: fc.constantFrom('payload > 1', 'n < 3', 'payload > (awaited ?? 0)'),
        timeout: duration,
      },
      { requiredKeys: ['on'] },
    )
    .map((wait_for) => ({ wait_for })),
);

const stop: fc.Arbitrary<Step> = fc.constant({ stop: true });

/** A list of steps, with lists in it; loops are not in loops, so that what goes round without end costs little. */
function listOf(depth: number, inLoop: boolean): fc.Arbitrary<readonly Step[]> {
  if (depth === 0) return fc.array(plain, { minLength: 1, maxLength: 3 });
  const inner = listOf(depth - 1, inLoop);
  const body = listOf(depth - 1, true);
  const choose = fc
    .tuple(fc.array(fc.record({ if: condition, do: inner }), { minLength: 1, maxLength: 2 }), fc.option(inner))
    .map(([choices, otherwise]): Step => ({
      choose: otherwise === null ? choices : [...choices, { else: otherwise }],
    }));
  const times = fc
    .tuple(fc.integer({ min: 1, max: 3 }), body)
    .map(([n, list]): Step => ({ loop: { times: n, do: list } }));
  const whileTrue = fc.tuple(condition, body).map(([test, list]): Step => ({ loop: { while: test, do: list } }));
  const untilTrue = fc.tuple(condition, body).map(([test, list]): Step => ({ loop: { until: test, do: list } }));
  const loop = fc.oneof({ weight: 3, arbitrary: times }, whileTrue, untilTrue);
  return fc.array(
    fc.oneof(
      { weight: 5, arbitrary: plain },
      { weight: 2, arbitrary: choose },
      { weight: inLoop ? 0 : 2, arbitrary: loop },
      { weight: 1, arbitrary: stop },
    ),
    { minLength: 1, maxLength: 4 },
  );
}

export const steps: fc.Arbitrary<readonly Step[]> = listOf(2, false);

/** Without loops: what a failure in a loop starts a thousand times should be short. */
export const shortSteps: fc.Arbitrary<readonly Step[]> = listOf(1, true);
