import { describe, expect, test } from 'vitest';
import { Stage } from '../machine/acting.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

/** What the rule does with a message, and in the seconds after it. */
function done(rule: string, seconds = 10): string[] {
  const stage = new Stage(rule);
  const effects = stage.send('t', 1);
  for (let second = 1; second <= seconds; second++) {
    for (const effect of stage.player.advance(second * 1000))
      effects.push(`${second}s ${effect.type === 'log' ? effect.message : '?'}`);
  }
  return effects;
}

describe('the steps of on_error', () => {
  const ON_ERROR = 'on_error: { do: [{ log: "failed: ${error}" }, { wait: 1s }, { log: "still: ${error}" }] }';
  const [A, B] = ['${a} in the log message is unknown', '${b} in the log message is unknown'];

  test('follow a step that fails, at once or later, beside the steps that go on', () => {
    expect(
      done(`{ id: r, on: t, do: [{ log: "\${a}" }, { wait: 3s }, { log: on }, { log: "\${b}" }], ${ON_ERROR} }`),
    ).toEqual([`info: failed: ${A}`, `1s still: ${A}`, '3s on', `3s failed: ${B}`, `4s still: ${B}`]);
  });

  test('follow each action that fails, as `mode` allows', () => {
    const rule = (mode: string): string => `{ id: r, on: t, mode: ${mode}, log: ["\${a}", "\${b}"], ${ON_ERROR} }`;
    expect(done(rule('single'))).toEqual([`info: failed: ${A}`, `1s still: ${A}`]);
    expect(done(rule('restart'))).toEqual([`info: failed: ${A}`, `info: failed: ${B}`, `1s still: ${B}`]);
    expect(done(rule('queued'))).toEqual([`info: failed: ${A}`, `1s still: ${A}`, `1s failed: ${B}`, `2s still: ${B}`]);
    expect(done(rule('parallel'))).toEqual([
      `info: failed: ${A}`,
      `info: failed: ${B}`,
      `1s still: ${A}`,
      `1s still: ${B}`,
    ]);
  });

  test('know what the step knew that failed, and start nothing when they fail themselves', () => {
    const rule =
      '{ id: r, on: t, do: [{ wait_for: { on: u, timeout: 2s } }, { log: "${a}" }], on_error: { do: [{ log: "${timed_out} ${payload}" }, { log: "${b}" }, { log: end }] } }';
    expect(done(rule)).toEqual(['2s true 1', '2s end']);
    const stage = new Stage(rule);
    stage.send('t');
    stage.player.advance(2000);
    expect(stage.tally().actions.log.error).toBe(2);
    expect(stage.tally().errors.unknown_value).toBe(2);
  });

  test('are not alone in that: the actions of `on_error` know it as well', () => {
    const rule =
      '{ id: r, on: t, log: "${payload.x}", do: [{ wait_for: { on: u, timeout: 2s } }, { log: "${a}" }], on_error: { log: "${timed_out ?? 0} ${awaited ?? 1}" } }';
    expect(done(rule)).toEqual(['info: 0 1', '2s true 1']);
    const stage = new Stage(rule);
    expect([...stage.send('t', 1), ...stage.send('u', 7)]).toEqual(['info: 0 1', 'info: false 7']);
  });

  test('follow an action that fails where `distinct` holds the others back', () => {
    const stage = new Stage(
      '{ id: r, on: t, distinct: true, log: [same, "${payload.a}"], on_error: { do: [{ log: "failed: ${payload.n}" }] } }',
    );
    expect(stage.sendAll('t', [{ n: 1 }, { n: 2 }])).toEqual(['info: same', 'info: failed: 1', 'info: failed: 2']);
    expect(stage.tally().suppressed.distinct).toBe(1);
  });
});

describe('a rule with steps', () => {
  test('has not acted when there was no room for them, so that its throttle waits for one that does', () => {
    const stage = new Stage('{ id: r, on: t, throttle: 10s, do: [{ wait: 15s }, { log: "${payload}" }] }');
    stage.send('t', 0, { at: 0 });
    stage.send('t', 1, { at: 10_000 }); // No room; it is not what uses up the throttle.
    expect(stage.send('t', 2, { at: 16_000 })).toEqual(['info: 0']);
    expect(stage.tally()).toMatchObject({ fired: 2, suppressed: { mode: 1, throttle: 0 } });
    const sends = new Stage('{ id: r, on: t, throttle: 10s, log: "${payload}", do: [{ wait: 15s }] }');
    expect(sends.send('t', 0, { at: 0 })).toEqual(['info: 0']);
    expect(sends.send('t', 1, { at: 10_000 })).toEqual(['info: 1']); // Its other actions go out.
    expect(sends.send('t', 2, { at: 16_000 })).toEqual([]);
    expect(sends.tally()).toMatchObject({ fired: 2, suppressed: { mode: 1, throttle: 1 } });
  });

  test('is held to its rate limit in every step; what fails leaves room for on_error', () => {
    const stage = new Stage(
      '{ id: r, on: t, rate_limit: { rate: 1, burst: 2 }, do: [{ log: "1" }, { log: "${a}" }, { log: "3" }, { wait: 1s }, { log: "4" }], on_error: { log: failed } }',
    );
    expect(stage.send('t')).toEqual(['info: 1', 'info: failed']);
    expect(stage.player.advance(1000)).toMatchObject([{ message: '4' }]);
    expect(stage.tally().suppressed.rate_limit).toBe(1);
  });

  test('does nothing as a shadow, and counts and remembers', () => {
    const stage = new Stage(
      '{ id: r, shadow: true, on: t, memory: { n: 0 }, do: [{ log: "1" }, { wait: 1s }, { set: { n: n + 1 } }, { log: "${a}" }], on_error: { log: failed } }',
    );
    expect(stage.send('t')).toEqual([]);
    expect(stage.player.advance(1000)).toEqual([]);
    expect(stage.tally()).toMatchObject({ fired: 1, suppressed: { shadow: 1 }, errors: { unknown_value: 1 } });
    expect(JSON.stringify(stage.player.machine.running[0]?.cells.get('-')?.states[0])).toContain('"value":1');
  });
});

describe('a loop', () => {
  test('of a thousand passes is none too many', () => {
    const stage = new Stage(
      '{ id: r, on: t, memory: { n: 0 }, do: [{ set: { n: 0 } }, { loop: { while: "n < payload", do: [{ set: { n: n + 1 } }] } }, { log: "${n}" }] }',
    );
    expect(stage.sendAll('t', [0, 1, 1000])).toEqual(['info: 0', 'info: 1', 'info: 1000']);
    expect(stage.tally().errors.too_many_passes).toBe(0);
    expect(stage.send('t', 1001)).toEqual([]);
    expect(stage.tally().errors.too_many_passes).toBe(1);
    const until = new Stage(
      '{ id: r, on: t, memory: { n: 0 }, do: [{ set: { n: 0 } }, { loop: { until: "n >= payload", do: [{ set: { n: n + 1 } }] } }, { log: "${n}" }] }',
    );
    expect(until.sendAll('t', [0, 1000, 1001])).toEqual(['info: 1', 'info: 1000']);
  });
});

test('scripts that a reload ends are counted', () => {
  const rule = (steps: string): string => `{ id: r, on: "t/+k", mode: queued, do: [${steps}] }`;
  const stage = new Stage(rule('{ wait: 5s }, { log: end }'));
  for (const k of ['a', 'a', 'b']) stage.send(`t/${k}`);
  stage.player.reload(rule('{ wait: 6s }, { log: other }'));
  expect(stage.tally().suppressed.reload).toBe(0);
  stage.player.reload(rule('{ log: first }, { wait: 6s }, { log: other }'));
  expect(stage.tally().suppressed.reload).toBe(3);
  for (const k of ['a', 'b']) stage.send(`t/${k}`);
  stage.player.reload('{ id: r, on: "t/+k", log: x }');
  expect(stage.tally().suppressed.reload).toBe(5);
  expect(stage.player.advance(100_000)).toEqual([]);
});

test('messages that are late have steps of their own, in the room of the others', () => {
  const stage = new Stage(
    '{ id: r, on: t, window: { tumbling: 10s, time: ts }, aggregate: { n: count() }, log: "${n}", late: { do: [{ log: "late ${payload.v}" }, { wait: 1s }, { log: "${a}" }, { log: "later ${payload.v}" }] }, on_error: { do: [{ log: "failed: ${payload.v}" }] } }',
    { start: NOON },
  );
  const send = (at: number, ts: number, v: number): string[] =>
    stage.send('t', { ts: NOON + ts, v }, { at: NOON + at });
  expect(send(5000, 5000, 1)).toEqual([]);
  expect(send(12_000, 12_000, 2)).toEqual(['info: 1']);
  expect(send(12_000, 1000, 3)).toEqual(['info: late 3']);
  expect(send(12_500, 1000, 4)).toEqual([]);
  expect(stage.tally().suppressed.mode).toBe(1);
  expect(stage.player.advance(NOON + 13_000)).toMatchObject([{ message: 'later 3' }, { message: 'failed: 3' }]);
});
