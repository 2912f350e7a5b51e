import { describe, expect, test } from 'vitest';
import { alertCounts } from '../../../src/core/alert/counts.ts';
import { PLAY_SETTINGS } from '../../../src/testing/play.ts';
import { Story } from './story.ts';

const FIRING = '0:00 firing since 0:00 fired 0:00';

describe('what a rule with an alert does', () => {
  test('comes in order: publish, the alert, then the rest', () => {
    const story = new Story(
      '{ id: r, on: t/a, if: v > 5, alert: {}, log: [one, two], publish: { topic: x, payload: y } }',
    );
    expect(story.send(0, { v: 6 })).toEqual(['0:00 x y', FIRING, '0:00 one', '0:00 two']);
  });

  test('is done on firing, on each change of severity and at its pace; the alert is told of only as it changes', () => {
    const story = new Story(
      '{ id: r, on: t/a, alert: { levels: { low: { if: v > 1 }, high: { if: v > 3 } } }, repeat: 10m, log: "${severity} ${v}", end: { log: over } }',
    );
    const lines = [
      ...story.send(0, { v: 2 }),
      ...story.send(15, { v: 4 }),
      ...story.pass(36),
      ...story.send(37, { v: 0 }),
    ];
    expect([...lines, ...story.pass(60)]).toEqual([
      '0:00 firing low since 0:00 fired 0:00',
      '0:00 low 2',
      '0:10 low 2',
      '0:15 firing high since 0:00 fired 0:00',
      '0:15 high 4',
      '0:25 high 4', // The pace begins anew with what was done at the change.
      '0:35 high 4',
      '0:37 resolved high since 0:00 fired 0:00',
      '0:37 over',
    ]);
  });

  test('is not repeated at the moment of its end, though a lower level completes then', () => {
    const story = new Story(
      '{ id: r, on: t/a, alert: { levels: { low: { if: v > 1, for: 20m }, high: { if: v > 3 } } }, until: { if: quiet, for: 10m }, repeat: 10m, log: acts, end: { log: over } }',
    );
    story.send(0, { v: 4 });
    expect(story.send(10, { v: 4, quiet: true })).toEqual([]);
    expect(story.pass(40).filter((line) => !line.includes('resolved'))).toEqual(['0:10 acts', '0:20 over']);
  });

  test('is held back by throttle, distinct and debounce; what is told of the alert is not', () => {
    const series = '6 4 6 4 6';
    const alerts = [0, 1, 2, 3, 4].map((minute) =>
      expect.stringMatching(new RegExp(`^0:0${minute} (firing|resolved)`)),
    );
    const lines = (key: string): string[] => {
      const story = new Story(`{ id: r, on: t/a, if: v > 5, alert: {}, log: acts, end: { log: acts }, ${key} }`);
      return [...story.series(series), ...story.pass(60)];
    };
    expect(lines('throttle: 1h').filter((line) => !line.includes('acts'))).toEqual(alerts);
    expect(lines('throttle: 1h').filter((line) => line.includes('acts'))).toEqual(['0:00 acts']);
    expect(lines('distinct: true').filter((line) => line.includes('acts'))).toEqual(['0:00 acts']);
    expect(lines('debounce: 5m').filter((line) => !line.includes('acts'))).toEqual(alerts);
    expect(lines('debounce: 5m').filter((line) => line.includes('acts'))).toEqual(['0:09 acts']);
  });

  test('knows whether the alert fires, since when its condition has held, and its severity', () => {
    const story = new Story(`
      id: r
      on: t/a
      let: { before: 'severity ?? "none"' }
      if: v > 5
      for: 2m
      alert: { severity: bad }
      log: "\${severity} \${active} \${held} \${before}"
      end: { log: "\${severity} \${active} \${held} \${before}" }`);
    expect([...story.send(0, { v: 6 }), ...story.pass(3), ...story.send(4, { v: 0 })]).toEqual([
      '0:02 firing bad since 0:00 fired 0:02',
      '0:02 bad true 120000 none',
      '0:04 resolved bad since 0:00 fired 0:02',
      '0:04 bad false 240000 bad',
    ]);
  });

  test('is nothing in a shadow, where the alert is remembered all the same', () => {
    const story = new Story('{ id: r, shadow: true, on: t/a, if: v > 5, alert: {}, log: acts }');
    expect(story.send(0, { v: 6 })).toEqual([]);
    expect(story.player.machine.running[0]).toMatchObject({ active: 1 });
  });
});

describe('silence', () => {
  const RULE =
    '{ id: r, on: t/+k, absent: { after: 10m, keys: [b] }, alert: { summary: "${k}: nothing for ${held / 60000} min", ack: false } }';

  test('is an alert since the last message', () => {
    const story = new Story(RULE);
    expect([...story.send(5, 1), ...story.pass(20), ...story.send(21, 2)]).toEqual([
      '0:10 firing since 0:00 fired 0:10',
      '0:15 firing since 0:05 fired 0:15',
      '0:21 resolved since 0:05 fired 0:15',
    ]);
    expect(story.alerts.map(({ summary }) => summary)).toEqual([
      'b: nothing for 10 min',
      'a: nothing for 10 min',
      'a: nothing for 16 min',
    ]);
  });

  test('is not broken by a retained message, which only begins it for a key that is new', () => {
    const story = new Story(RULE);
    story.send(0, 1, { retained: true });
    expect(story.pass(10)).toHaveLength(2);
    expect(story.send(11, 1, { retained: true })).toEqual([]);
    expect(story.send(12, 1)).toEqual(['0:12 resolved since 0:00 fired 0:10']);
  });
});

describe('a retained message', () => {
  const rule = (keys: string): string =>
    `{ id: r, on: { topic: t/a, ${keys} }, if: v > 5, alert: { severity: bad }, log: acts, end: { log: ends } }`;

  test('counts as live, unless the rule says otherwise', () => {
    const story = new Story(rule('qos: 1'));
    expect(story.send(0, { v: 6 }, { retained: true })).toEqual(['0:00 firing bad since 0:00 fired 0:00', '0:00 acts']);
  });

  test('that primes makes it fire silently, and so it ends', () => {
    const story = new Story(rule('retained: prime'));
    expect(story.send(0, { v: 6 }, { retained: true })).toEqual([]);
    expect(alertCounts(story.player.machine.running[0] as never)).toEqual([
      { severity: 'bad', state: 'pending', count: 0 },
      { severity: 'bad', state: 'firing', count: 1 },
    ]);
    expect([...story.send(1, { v: 6 }), ...story.send(2, { v: 4 })]).toEqual([]);
    expect(story.send(3, { v: 6 })).toEqual(['0:03 firing bad since 0:03 fired 0:03', '0:03 acts']);
    expect(story.send(4, { v: 4 }, { retained: true })).toEqual([
      '0:04 resolved bad since 0:03 fired 0:03',
      '0:04 ends',
    ]);
  });

  test('that primes and a rise that is live: the alert is told of then', () => {
    const story = new Story(
      '{ id: r, on: { topic: t/a, retained: prime }, alert: { levels: { low: { if: v > 1 }, high: { if: v > 3 } } }, log: acts, end: { log: ends } }',
    );
    expect(story.send(0, { v: 2 }, { retained: true })).toEqual([]);
    expect(story.send(1, { v: 4 })).toEqual(['0:01 firing high since 0:00 fired 0:00', '0:01 acts']);
    expect(story.send(2, { v: 0 })).toEqual(['0:02 resolved high since 0:00 fired 0:00', '0:02 ends']);
  });

  test('that primes and breaks the higher of two levels that are pending: that is told with the next live one', () => {
    const levels = 'low: { if: v > 1, for: 1h }, high: { if: v > 3, for: 1h }';
    const story = new Story(
      `{ id: r, on: { topic: t/a, retained: prime }, alert: { pending: true, levels: { ${levels} } } }`,
    );
    expect(story.send(0, { v: 4 })).toEqual(['0:00 pending high since 0:00']);
    expect(story.send(1, { v: 2 }, { retained: true })).toEqual([]);
    expect(story.send(2, { v: 2 })).toEqual(['0:02 pending low since 0:00']);
    story.send(3, { v: 4 });
    story.send(4, { v: 2 }, { retained: true });
    expect(story.send(5, { v: 0 }, { retained: true })).toEqual(['0:05 resolved high since 0:00']);
  });
});

describe('the rate limit', () => {
  const RULE = '{ id: r, on: t/+k, if: v > 5, alert: {}, log: acts, rate_limit: { rate: 1, burst: 4 } }';
  const send = (story: Story, keys: string, v: number): string[] =>
    keys.split(' ').flatMap((k) => story.send(0, { v }, { topic: `t/${k}` }));

  test('makes the alert late, and nothing is lost', () => {
    const story = new Story(RULE);
    send(story, 'a b c d', 6);
    const first = story.alerts.map(({ key }) => key);
    expect(story.pass(1).filter((line) => line.includes('firing')).length).toBe(4 - first.length);
    expect(story.alerts.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(story.player.machine.tallyOf('r')?.suppressed.rate_limit).toBeGreaterThan(0);
  });

  test('holds back nothing when the rule goes', () => {
    const story = new Story(RULE);
    send(story, 'a b c d', 6);
    send(story, 'a', 1);
    story.reload('[]');
    const last = new Map(story.alerts.map(({ key, state }) => [key, state]));
    expect(Object.fromEntries(last)).toEqual({ a: 'resolved', b: 'resolved', c: 'resolved', d: 'resolved' });
  });

  test('lets go what is not so any more', () => {
    const story = new Story(RULE);
    send(story, 'a b c d', 6);
    const before = story.alerts.length;
    send(story, 'd', 1);
    story.save();
    story.pass(10);
    const ofD = story.alerts.filter(({ key }) => key === 'd').map(({ state }) => state);
    expect(before).toBeLessThan(4);
    expect(ofD).toEqual(['resolved']);
    expect(story.player.machine.wakeAt).toBeGreaterThan(86_400_000); // Nothing is left but to forget them.
  });
});

test('alerts are counted by severity and state', () => {
  const story = new Story(
    '{ id: r, on: t/+k, alert: { levels: { low: { if: v > 1 }, high: { if: v > 3, for: 5m } } }, max_keys: 3 }',
  );
  const counts = (): string[] =>
    story.player.machine.running.flatMap((running) =>
      alertCounts(running).map(({ severity, state, count }) => `${severity} ${state} ${count}`),
    );
  expect(counts()).toEqual(['low pending 0', 'low firing 0', 'high pending 0', 'high firing 0']);
  for (const [k, v] of [
    ['a', 2],
    ['b', 4],
    ['c', 0],
    ['d', 9],
  ] as const)
    story.send(0, { v }, { topic: `t/${k}` });
  expect(counts()).toEqual(['low pending 0', 'low firing 2', 'high pending 0', 'high firing 0']);
  story.pass(5);
  expect(counts()).toEqual(['low pending 0', 'low firing 1', 'high pending 0', 'high firing 1']);
  expect(story.player.machine.running[0]).toMatchObject({ active: 2, pending: 0 });
});

test('an alert that fires is not forgotten, however long that is', () => {
  const story = new Story('{ id: r, on: t/a, if: v > 5, alert: {}, ttl: 1h }', PLAY_SETTINGS);
  story.send(0, { v: 6 });
  story.pass(24 * 60);
  expect(story.send(24 * 60 + 1, { v: 4 })).toEqual(['24:01 resolved since 0:00 fired 0:00']);
});
