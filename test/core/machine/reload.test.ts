import { describe, expect, test } from 'vitest';
import { Stage } from './acting.ts';

/** Rules before and after a reload, and what messages do then. */
function reloaded(before: string, sent: readonly unknown[], after: string): Stage {
  const stage = new Stage(before);
  stage.sendAll('a', sent);
  stage.player.reload(after);
  return stage;
}

describe('a reload', () => {
  test('keeps what rules remember, by id', () => {
    const stage = reloaded(
      '{ id: r, on: a, memory: { n: 0 }, set: { n: n + 1 }, log: "${n}" }',
      [1, 2],
      '[{ id: other, on: a, log: other }, { id: r, on: a, memory: { n: 0 }, if: payload > 2, set: { n: n + 1 }, log: "now ${n}" }]',
    );
    expect(stage.send('a', 3)).toEqual(['info: other', 'info: now 3']);
  });

  test('drops what a renamed or removed rule remembered', () => {
    const rule = (id: string): string => `{ id: ${id}, on: a, memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }`;
    const stage = reloaded(rule('r'), [1, 2], rule('s'));
    expect(stage.send('a', 3)).toEqual(['info: 1']);
    stage.player.reload(rule('r'));
    expect(stage.send('a', 3)).toEqual(['info: 1']);
  });

  test('keeps the memory of a throttle whose duration is edited', () => {
    const stage = new Stage('{ id: r, on: a, throttle: 1m, log: x }');
    expect(stage.send('a', '', { at: 0 })).toHaveLength(1);
    stage.player.reload('{ id: r, on: a, throttle: 10s, log: x }');
    expect(stage.send('a', '', { at: 9_999 })).toHaveLength(0);
    expect(stage.send('a', '', { at: 10_000 })).toHaveLength(1);
    stage.player.reload('{ id: r, on: a, throttle: { max: 2, per: 10s }, log: x }');
    expect(stage.send('a', '', { at: 10_001 })).toHaveLength(1);
    expect(stage.send('a', '', { at: 10_002 })).toHaveLength(0);
  });

  test('that changes what `distinct` compares resets only that', () => {
    const stage = reloaded(
      '{ id: r, on: a, memory: { n: 0 }, set: { n: n + 1 }, distinct: true, log: "${payload}" }',
      [1],
      '{ id: r, on: a, memory: { n: 0 }, set: { n: n + 1 }, distinct: payload, log: "${payload} ${n}" }',
    );
    expect(stage.sendAll('a', [1, 1, 2])).toEqual(['info: 1 2', 'info: 2 4']);
  });

  test('that edits the expression of `distinct` keeps the last value', () => {
    const stage = reloaded(
      '{ id: r, on: a, distinct: payload.x, log: "${payload.x}" }',
      [{ x: 1 }],
      '{ id: r, on: a, distinct: "payload.x * 1", log: "${payload.x}" }',
    );
    expect(stage.sendAll('a', [{ x: 1 }, { x: 2 }])).toEqual(['info: 2']);
  });

  test('adds and removes names of the memory one by one', () => {
    const stage = reloaded(
      '{ id: r, on: a, memory: { n: 0, gone: 0 }, set: { n: n + 1, gone: 5 }, log: x }',
      [1, 1],
      '{ id: r, on: a, memory: { fresh: 7, n: 0 }, log: "${n} ${fresh}" }',
    );
    expect(stage.send('a')).toEqual(['info: 2 7']);
  });

  test('keeps what `changed`, `delta` and `previous` know, also beside new ones', () => {
    const stage = reloaded(
      '{ id: r, on: a, let: { d: delta(payload) }, log: "${d ?? 0} ${previous ?? 0}" }',
      [10],
      '{ id: r, on: a, let: { c: changed(payload), d: delta(payload) }, log: "${d ?? 0} ${previous ?? 0} ${c ?? null}" }'.replace(
        '${c ?? null}',
        "${c ?? 'first'}",
      ),
    );
    expect(stage.sendAll('a', [13, 13])).toEqual(['info: 3 10 first', 'info: 0 13 false']);
  });

  test('forgets operands that the rule has no more', () => {
    const rule = (operand: string): string => `{ id: r, on: a, let: { c: changed(${operand}) }, log: x }`;
    const stage = reloaded(rule('payload + 1'), [1], rule('payload + 2'));
    stage.sendAll('a', [1, 2]);
    const [cell] = stage.player.machine.running[0]?.cells.values() ?? [];
    const past = cell?.states.find((state) => state !== null) as { known: object };
    expect(Object.values(past.known)).toEqual([4]);
  });

  test('that takes away `until` lets go the level that it held back', () => {
    const stage = reloaded(
      '{ id: r, on: a, if: payload > 1, until: payload < 5, log: x }',
      [3],
      '{ id: r, on: a, if: payload > 1, fire: rise, until: { min: 1m }, log: x }',
    );
    expect(stage.send('a', 3)).toEqual(['info: x']);
  });

  test('keeps the counts of a rule', () => {
    const stage = reloaded(
      '{ id: r, on: a, if: payload > 1, log: x }',
      [1, 2, 'x'],
      '{ id: r, on: a, if: payload > 0, log: x }',
    );
    stage.send('a', 1);
    expect(stage.tally().evaluations).toEqual({ true: 2, false: 1, unknown: 1 });
    expect(stage.tally().fired).toBe(2);
  });

  test('keeps no more keys than the new version may have', () => {
    const rule = (max: number): string => `{ id: r, on: "+x", max_keys: ${max}, throttle: 1h, log: "\${x}" }`;
    const stage = new Stage(rule(10));
    for (const topic of ['1', '2', '3']) stage.send(topic);
    stage.player.reload(rule(2));
    expect(stage.keys()).toEqual(['1', '2']);
    expect(['1', '2', '3'].flatMap((topic) => stage.send(topic))).toEqual([]);
    expect(stage.tally().errors.too_many_keys).toBe(1);
  });

  test('keeps lookups that are the same, and begins others anew', () => {
    const rule = (limit: number): string =>
      `{ vars: { limit: ${limit} }, rules: [{ id: r, on: a, with: { b: { topic: b, where: payload < limit }, c: c }, log: "\${b ?? 0} \${c}" }] }`;
    const stage = new Stage(rule(10));
    stage.send('b', 5);
    stage.send('c', 1);
    stage.player.reload(rule(10));
    expect(stage.send('a')).toEqual(['info: 5 1']);
    stage.player.reload(rule(100));
    expect(stage.send('a')).toEqual(['info: 0 1']);
    stage.send('b', 50);
    expect(stage.send('a')).toEqual(['info: 50 1']);
  });
});
