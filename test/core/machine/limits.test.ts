import { describe, expect, test } from 'vitest';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import { Program } from '../../../src/core/program.ts';
import { Stage } from './acting.ts';

/** Goes over its steps where the payload is a long list. */
const COSTLY = 'map(payload, reduce(outer.payload, item + accumulator, 0))';
const LONG = Array.from({ length: 400 }, (_, i) => i);

describe('the rate limit', () => {
  test('lets so many actions pass at once, and then so many a second', () => {
    const stage = new Stage('{ id: r, on: a, rate_limit: { rate: 2, burst: 3 }, log: x }');
    const at = (ms: number): number => stage.send('a', '', { at: ms }).length;
    expect([
      at(0),
      at(0),
      at(0),
      at(0),
      at(499),
      at(500),
      at(500),
      at(1000),
      at(60_000),
      at(60_000),
      at(60_000),
      at(60_000),
    ]).toEqual([1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0]);
    expect(stage.tally().suppressed.rate_limit).toBe(4);
    expect(stage.tally().fired).toBe(8);
  });

  test('is for the whole rule, and counts each action', () => {
    const stage = new Stage('{ id: r, on: a/+x, rate_limit: { rate: 1, burst: 4 }, log: [x, y] }');
    expect(['1', '2', '3'].map((x) => stage.send(`a/${x}`).length)).toEqual([2, 2, 0]);
    expect(stage.send('a/1', '', { at: 1000 })).toHaveLength(2);
    expect(stage.send('a/1', '', { at: 2000 })).toHaveLength(0);
  });

  test('of a number allows ten times as many at once; off allows all', () => {
    const count = (limit: string): number => {
      const stage = new Stage(`{ id: r, on: a, rate_limit: ${limit}, log: x }`);
      return stage.sendAll(
        'a',
        Array.from({ length: 12_000 }, () => ''),
      ).length;
    };
    expect([count('5'), count('off'), count('0.01')]).toEqual([50, 12_000, 1]);
  });

  test('holds for on_error as well, which has the place of the action that failed', () => {
    const stage = new Stage(
      '{ id: r, on: a, rate_limit: { rate: 1, burst: 2 }, log: "${nothing}", on_error: { log: "${error}" } }',
    );
    expect(stage.sendAll('a', ['', '', '', ''])).toHaveLength(2);
    expect(stage.tally().suppressed.rate_limit).toBe(2);
    expect(stage.send('a', '', { at: 1000 })).toHaveLength(1);
    const several = new Stage(
      '{ id: r, on: a, rate_limit: { rate: 1, burst: 2 }, log: ["${nothing}", "${nothing}"], on_error: { log: [x, x] } }',
    );
    expect(several.send('a')).toHaveLength(2);
    expect(several.tally().suppressed.rate_limit).toBe(1);
    expect(several.tally().errors.unknown_value).toBe(2);
  });

  test('is not begun anew by an edit of the rule', () => {
    const rule = (rate: string, text: string): string => `{ id: r, on: a, rate_limit: ${rate}, log: ${text} }`;
    const stage = new Stage(rule('{ rate: 1, burst: 2 }', 'x'));
    expect(stage.sendAll('a', ['', '', ''])).toHaveLength(2);
    stage.player.reload(rule('{ rate: 1, burst: 5 }', 'y'));
    expect(stage.sendAll('a', [''])).toHaveLength(0);
    expect(stage.send('a', '', { at: 1000 })).toEqual(['info: y']);
    stage.player.reload(rule('off', 'z'));
    expect(stage.sendAll('a', ['', '', ''])).toHaveLength(3);
    stage.player.reload(rule('{ rate: 1, burst: 2 }', 'x'));
    expect(stage.sendAll('a', ['', '', ''])).toHaveLength(2);
  });

  test('holds back no memory, and is used up by nothing that sends nothing', () => {
    const stage = new Stage(
      '{ id: r, on: a, rate_limit: { rate: 0.001, burst: 1 }, memory: { n: 0 }, if: payload > 0, set: { n: n + 1 }, log: "${n}", else: { set: { n: n + 10 } } }',
    );
    expect(stage.sendAll('a', [0, 0, 1, 0, 1])).toEqual(['info: 21']);
    expect(stage.tally().suppressed.rate_limit).toBe(1);
  });
});

describe('hops', () => {
  const user = (hops: string | string[]): { properties: { user: Record<string, string | string[]> } } => ({
    properties: { user: { 'automate-hops': hops } },
  });
  const rules = '{ id: r, on: a, publish: { topic: b }, on_error: { publish: { topic: c } } }';

  test('go up by one for each rule', () => {
    const [effect] = new Stage(rules).player.send({ topic: 'a', ...user('3') });
    expect(effect).toMatchObject({ topic: 'b', hops: 4 });
  });

  test('beyond the limit are refused and counted, and on_error does not go round either', () => {
    const stage = new Stage(rules);
    expect(stage.send('a', '', user('7'))).toEqual(['b ']);
    expect(stage.send('a', '', user('8'))).toEqual([]);
    expect(stage.send('a', '', user('99999999999999999999'))).toEqual([]);
    expect(stage.tally().errors.too_many_hops).toBe(4); // Each time what it publishes, and what `on_error` does.
    expect(stage.tally().fired).toBe(1);
  });

  test('beyond the limit are a failure that on_error is told of once, at once or by a script', () => {
    const told = (onError: string): string[] =>
      new Stage(`{ id: r, on: a, publish: { topic: b }, on_error: { ${onError} } }`).send('a', '', user('8'));
    const why = 'the message has been through 8 rules: a loop?';
    expect(told('publish: { topic: c }, log: "${error}"')).toEqual([`info: ${why}`]);
    expect(told('do: [{ publish: { topic: c } }, { log: "${error}" }]')).toEqual([`info: ${why}`]);
  });

  test('that are no number are none', () => {
    for (const hops of ['', 'x', '-5', '1.5', '0x9', []]) {
      expect(new Stage(rules).player.send({ topic: 'a', ...user(hops) })).toMatchObject([{ hops: 1 }]);
    }
    expect(new Stage(rules).player.send({ topic: 'a', ...user(['2', '5']) })).toMatchObject([{ hops: 6 }]);
  });

  test('do not stop what only writes to the log', () => {
    expect(new Stage('{ id: r, on: a, log: x }').send('a', '', user('8'))).toEqual(['info: x']);
  });
});

describe('the budget', () => {
  test('skips the rule for the message, and leaves the others alone', () => {
    const stage = new Stage(`
      - { id: r, on: a, if: "length(${COSTLY}) > 0", log: r }
      - { id: s, on: a, log: s }`);
    expect(stage.send('a', LONG)).toEqual(['info: s']);
    expect(stage.send('a', [1])).toEqual(['info: r', 'info: s']);
    expect(stage.tally().errors.budget).toBe(1);
    expect(stage.player.notes).toMatchObject([{ rule: 'r', reason: 'budget', topic: 'a' }]);
  });

  test('that ends in the middle of acting takes back what went before, and leaves the state as it was', () => {
    const stage = new Stage(`
      id: r
      on: a
      memory: { n: 0 }
      let: { changes: changed(payload) }
      set: { n: n + 1 }
      throttle: 1m
      log: ["\${n} \${changes ?? 'first'} \${previous ?? 'none'}", "\${length(${COSTLY})}"]`);
    expect(stage.send('a', LONG)).toEqual([]);
    expect(stage.send('a', LONG)).toEqual([]);
    expect(stage.send('a', [1])).toEqual(['info: 1 first none', 'info: 1']);
    expect(stage.tally().fired).toBe(1);
  });

  test('is one for all elements of a message; what came before it ran out stands', () => {
    const stage = new Stage(
      '{ id: r, on: a, foreach: lists, memory: { n: 0 }, set: { n: n + 1 }, log: "${n} ${length(map(payload, item * 2))}" }',
    );
    const lists = Array.from({ length: 400 }, () => LONG);
    const done = stage.send('a', { lists });
    expect(done.length).toBeGreaterThan(100);
    expect(done.length).toBeLessThan(260);
    expect(stage.send('a', { lists: [[1]] })).toEqual([`info: ${done.length + 1} 1`]);
  });

  test('breached so often within a minute puts the rule aside until the next reload', () => {
    const rules = `
      - { id: r, on: a, if: "length(${COSTLY}) > 0", log: r }
      - { id: s, on: a, log: s }`;
    const stage = new Stage(rules);
    const breach = (count: number, at: number): void => {
      for (let i = 0; i < count; i++) stage.send('a', LONG, { at });
    };
    const quarantined = (): boolean | undefined => stage.player.machine.running[0]?.quarantined;
    breach(99, 0);
    breach(99, 60_000);
    expect(quarantined()).toBe(false);
    breach(1, 60_001);
    expect(quarantined()).toBe(true);
    expect(stage.send('a', [1])).toEqual(['info: s']);
    expect(stage.player.notes.at(-1)).toMatchObject({
      reason: 'quarantined',
      message: 'put aside until the next reload: 100 breaches within a minute',
    });
    expect(stage.tally().errors.budget).toBe(199);
    stage.player.reload(rules);
    expect(quarantined()).toBe(false);
    expect(stage.send('a', [1])).toEqual(['info: r', 'info: s']);
  });

  test('is breached by a list that is too long for foreach as well', () => {
    const stage = new Stage('{ id: r, on: a, foreach: payload, log: x }', {
      limits: { ...MACHINE_LIMITS, elements: 3, breaches: 2 },
    });
    stage.sendAll('a', [LONG, LONG, LONG]);
    expect(stage.player.machine.running[0]?.quarantined).toBe(true);
    expect(stage.tally().errors).toMatchObject({ too_many_elements: 2, budget: 0 });
  });

  test('is released by a reload that leaves the rule as it is', () => {
    const stage = new Stage(`{ id: r, on: a, if: "length(${COSTLY}) > 0", log: r }`, {
      limits: { ...MACHINE_LIMITS, breaches: 1 },
    });
    stage.send('a', LONG);
    const { machine } = stage.player;
    expect(machine.running[0]?.quarantined).toBe(true);
    machine.swap(new Program(machine.running.map(({ rule }) => rule)));
    expect(machine.running[0]?.quarantined).toBe(false);
  });
});
