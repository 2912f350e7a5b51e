import { describe, expect, test } from 'vitest';
import { Story } from './story.ts';

const RULE =
  '{ id: r, on: t/+k, if: v > 5, alert: { summary: "${k} is at ${v}", severity: bad }, log: acts, end: { log: ends } }';
const RESOLVED = '0:01 resolved bad since 0:00 fired 0:00';

/** A story in which the alert of `a` fires, and a minute has gone by. */
function firing(rule = RULE): Story {
  const story = new Story(rule);
  expect(story.send(0, { v: 6 }).length).toBeGreaterThan(0);
  story.pass(1);
  return story;
}

describe('alerts whose rule goes are resolved, and nothing else is done', () => {
  test.each([
    ['it is removed', '[]'],
    ['it has another id', RULE.replace('id: r', 'id: s')],
    ['it is disabled', RULE.replace('id: r', 'id: r, enabled: false')],
    ['it does nothing any more', RULE.replace('id: r', 'id: r, shadow: true')],
    ['it is no alert rule any more', '{ id: r, on: t/+k, if: v > 5, fire: rise, log: acts }'],
  ])('when %s', (_, after) => {
    const story = firing();
    expect(story.reload(after)).toEqual([RESOLVED]);
    expect(story.last).toMatchObject({ summary: 'a is at 6', value: 6 });
    expect(story.effects.at(-2)).toMatchObject({ topic: 'alerts/r/a', retain: true });
    expect(story.reload(after)).toEqual([]);
  });

  test('in the order of their keys, and each of them only if it was told of', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, for: 1m, alert: { pending: false } }');
    for (const k of ['c', 'a', 'b']) story.send(k === 'b' ? 1 : 0, { v: 6 }, { topic: `t/${k}` });
    story.send(1, { v: 1 }, { topic: 't/d' });
    story.pass(1);
    story.reload('[]');
    expect(story.alerts.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'c firing',
      'a firing',
      'c resolved',
      'a resolved',
    ]);
  });

  test('also one that is pending, where that was published', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, for: 1m, alert: { pending: true } }');
    story.send(0, { v: 6 });
    expect(story.reload('[]')).toEqual(['0:00 resolved since 0:00']);
  });

  test('and a rule that comes back begins anew', () => {
    const story = firing();
    story.reload('[]');
    story.reload(RULE);
    expect(story.send(2, { v: 6 })).toEqual(['0:02 firing bad since 0:02 fired 0:02', '0:02 acts']);
  });
});

describe('a reload keeps an alert', () => {
  test.each([
    ['of a rule that is the same', RULE],
    ['of a rule with other texts', RULE.replace('is at', 'stands at')],
    ['of a rule with another topic', RULE.replace('alert: {', 'alert: { topic: "x/${k}",')],
    ['of a rule with another threshold', RULE.replace('v > 5', 'v > 5.5')],
  ])('%s', (_, after) => {
    const story = firing();
    expect(story.reload(after)).toEqual([]);
    expect(story.send(2, { v: 7 })).toEqual([]);
    expect(story.send(3, { v: 1 })).toEqual(['0:03 resolved bad since 0:00 fired 0:00', '0:03 ends']);
    expect(story.effects.at(-3)).toMatchObject({ topic: 'alerts/r/a' });
  });

  test('with its other severity told of when it is next looked at', () => {
    const story = firing();
    story.reload(RULE.replace('bad', 'worse'));
    expect(story.send(2, { v: 7 })).toEqual(['0:02 firing worse since 0:00 fired 0:00', '0:02 acts']);
  });

  test('that fires, though the rule may have fewer keys now', () => {
    const story = new Story(RULE);
    for (const [k, v] of [
      ['a', 1],
      ['b', 1],
      ['c', 6],
    ] as const)
      story.send(0, { v }, { topic: `t/${k}` });
    expect(story.reload(RULE.replace('id: r', 'id: r, max_keys: 1'))).toEqual([]);
    expect(story.send(1, { v: 1 }, { topic: 't/c' })).toEqual([RESOLVED, '0:01 ends']);
    expect([...(story.player.machine.running[0]?.cells.keys() ?? [])]).toEqual(['a', 'c']);
  });
});

describe('a reload keeps levels of severity by their names', () => {
  const rule = (levels: string, keys = ''): string =>
    `{ id: r, on: t/+k, ${keys} alert: { levels: { ${levels} }, pending: true } }`;
  const LOW = 'low: { if: v > 1, for: 10m }';
  const HIGH = 'high: { if: v > 3, for: 30m }';

  test('where one comes between', () => {
    const story = firing(rule(`${LOW}, ${HIGH}`));
    story.send(2, { v: 4 });
    story.pass(15);
    story.reload(rule(`${LOW}, mid: { if: v > 2 }, ${HIGH}`));
    expect([...story.pass(16), ...story.send(20, { v: 5 }), ...story.pass(40)]).toEqual([
      '0:20 firing mid since 0:00 fired 0:10',
      '0:30 firing high since 0:00 fired 0:10',
    ]);
  });

  test('where the one that holds goes', () => {
    const story = firing(rule('low: { if: v > 1 }, high: { if: v > 3 }'));
    story.reload(rule('low: { if: v > 1 }'));
    expect(story.send(2, { v: 6 })).toEqual(['0:02 firing low since 0:00 fired 0:00']);
    expect(story.send(3, { v: 0 })).toEqual(['0:03 resolved low since 0:00 fired 0:00']);
  });

  test('where the order changes', () => {
    const story = firing(rule(`${LOW}, ${HIGH}`));
    story.pass(35);
    story.reload(rule(`${HIGH}, ${LOW}`));
    expect(story.send(36, { v: 6 })).toEqual(['0:36 firing low since 0:00 fired 0:10']);
  });

  test('where a rule without levels gets some, and where it loses them', () => {
    const plain = '{ id: r, on: t/+k, if: v > 3, for: 30m, alert: { severity: high, pending: true } }';
    const story = new Story(plain);
    expect(story.send(0, { v: 6 })).toEqual(['0:00 pending high since 0:00']);
    story.reload(rule(`${LOW}, ${HIGH}`));
    story.save();
    expect([...story.send(5, { v: 6 }), ...story.pass(40)]).toEqual([
      '0:15 firing low since 0:05 fired 0:15',
      '0:30 firing high since 0:05 fired 0:15',
    ]);
    story.reload(plain);
    expect([...story.send(41, { v: 6 }), ...story.send(42, { v: 2 })]).toEqual([
      '0:42 resolved high since 0:05 fired 0:15',
    ]);
    expect(story.player.machine.running[0]).toMatchObject({ active: 0, pending: 0 });
  });
});
