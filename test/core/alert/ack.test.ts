import { describe, expect, test } from 'vitest';
import { Story } from './story.ts';

describe('a message on the topic of acknowledgements', () => {
  const RULE =
    '{ id: r, on: t/+k, if: v > 5, repeat: 10m, alert: { summary: "${v}" }, log: "acts ${v}", end: { log: ends } }';

  test('stops the repetition, and the level goes on; a new episode is unacknowledged', () => {
    const story = new Story(RULE);
    const lines = [
      ...story.send(0, { v: 6 }),
      ...story.send(12, 'anything', { topic: 'alerts/r/a/ack' }),
      ...story.send(13, '', { topic: 'alerts/r/a/ack' }),
      ...story.pass(60),
      ...story.send(61, { v: 7 }),
      ...story.send(62, { v: 4 }),
      ...story.send(63, { v: 8 }),
      ...story.pass(75),
    ];
    expect(lines).toEqual([
      '0:00 firing since 0:00 fired 0:00',
      '0:00 acts 6',
      '0:10 acts 6',
      '0:12 firing acknowledged since 0:00 fired 0:00',
      '1:02 resolved acknowledged since 0:00 fired 0:00',
      '1:02 ends',
      '1:03 firing since 1:03 fired 1:03',
      '1:03 acts 8',
      '1:13 acts 8',
    ]);
    expect(story.alerts.map(({ summary }) => summary)).toEqual(['6', '6', '4', '8']);
  });

  test('is for the alert of its key only, and for one that fires', () => {
    const story = new Story(RULE);
    story.send(0, { v: 6 });
    story.send(0, { v: 6 }, { topic: 't/b' });
    story.send(0, { v: 1 }, { topic: 't/c' });
    expect(['b', 'c', 'd'].flatMap((key) => story.send(1, 1, { topic: `alerts/r/${key}/ack` }))).toEqual([
      '0:01 firing acknowledged since 0:00 fired 0:00',
    ]);
    expect(story.last.key).toBe('b');
    expect(story.send(1, 1, { topic: 'alerts/other/a/ack' })).toEqual([]);
  });

  test('that is retained says nothing', () => {
    const story = new Story(RULE);
    story.send(0, { v: 6 });
    expect(story.send(1, 1, { topic: 'alerts/r/a/ack', retained: true })).toEqual([]);
  });

  test('does not acknowledge what is pending', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, for: 5m, alert: { pending: true } }');
    story.send(0, { v: 6 });
    expect(story.send(1, 1, { topic: 'alerts/r/a/ack' })).toEqual([]);
    expect(story.pass(5)).toEqual(['0:05 firing since 0:00 fired 0:05']);
  });

  test('holds though the severity changes, which is acted on', () => {
    const story = new Story(
      '{ id: r, on: t/+k, repeat: 5m, alert: { levels: { low: { if: v > 1 }, high: { if: v > 3 } } }, log: acts }',
    );
    story.send(0, { v: 2 });
    story.send(1, 1, { topic: 'alerts/r/a/ack' });
    expect([...story.send(2, { v: 4 }), ...story.pass(60)]).toEqual([
      '0:02 firing high acknowledged since 0:00 fired 0:00',
      '0:02 acts',
    ]);
  });

  test('is remembered as plain JSON, and through a reload', () => {
    const story = new Story(RULE);
    story.send(0, { v: 6 });
    story.send(1, 1, { topic: 'alerts/r/a/ack' });
    story.save();
    story.reload(`${RULE} `);
    expect(story.pass(60)).toEqual([]);
    expect(story.send(61, { v: 0 })).toContain('1:01 resolved acknowledged since 0:00 fired 0:00');
  });

  test('is a message like any other for the rules that listen to it', () => {
    const listens = (id: string): string => `{ id: ${id}, on: "alerts/#", log: "${id} \${topic} \${payload}" }`;
    const story = new Story(`[${listens('before')}, ${RULE}, ${listens('behind')}]`);
    story.send(0, { v: 6 });
    expect(story.send(1, 'yes', { topic: 'alerts/r/a/ack' })).toEqual([
      '0:01 before alerts/r/a/ack yes',
      '0:01 firing acknowledged since 0:00 fired 0:00',
      '0:01 behind alerts/r/a/ack yes',
    ]);
  });

  test('does not evaluate the rule', () => {
    const story = new Story(RULE);
    story.send(0, { v: 6 });
    story.send(1, { v: 0 }, { topic: 'alerts/r/a/ack' });
    expect(story.player.machine.tallyOf('r')?.evaluations).toEqual({ true: 1, false: 0, unknown: 0 });
  });
});

describe('the topic of acknowledgements', () => {
  const acknowledged = (rule: string, sent: string, payload: object, topic: string): boolean => {
    const story = new Story(rule);
    story.send(0, { v: 6, ...payload }, { topic: sent });
    expect(story.alerts.length).toBe(1);
    story.send(1, 1, { topic });
    return story.alerts.length === 2;
  };

  test.each([
    ['a key of several parts', 't/+x/+y', '', 't/1/2', 'alerts/r/1/2/ack'],
    ['a key with what may not be in a topic', 't/+x, by: [id]', '', 't/1', 'alerts/r/a%2Fb/ack'],
    ['one key for all', 't/+x, by: []', '', 't/1', 'alerts/r/-/ack'],
    ['no wildcard', 't', '', 't', 'alerts/r/-/ack'],
    ['a wildcard of several levels', 't/#x', '', 't/1/2', 'alerts/r/1%2F2/ack'],
    ['a capture', 't/+x/+y', 'ok/${y}', 't/1/2', 'ok/2'],
    ['a capture of several levels', 't/#x', 'ok/${x}', 't/1/2', 'ok/1/2'],
    ['a part of by', 't/+x, by: [id, n]', 'ok/${n}', 't/1', 'ok/7'],
    ['the rule within a level', 't/+x', 'ok/${rule}-${key}-x', 't/1', 'ok/r-1-x'],
    ['the key twice', 't/+x/+y', '${key}/${key}', 't/1/2', '1/2/1/2'],
    ['nothing of the key', 't/+x', 'ok', 't/1', 'ok'],
  ])('with %s', (_, on, ack, sent, topic) => {
    const rule = `{ id: r, on: ${on}, if: v > 5, alert: { ${ack === '' ? '' : `ack: "${ack}"`} } }`;
    expect(acknowledged(rule, sent, { id: 'a/b', n: 7 }, topic)).toBe(true);
    expect(acknowledged(rule, sent, { id: 'a/b', n: 7 }, `${topic}x`)).toBe(false);
  });

  test('of a rule whose filters make keys of one and of two parts', () => {
    const rule = '{ id: r, on: [one/+, two/+/+], if: v > 5, alert: {} }';
    expect(acknowledged(rule, 'one/1', {}, 'alerts/r/1/ack')).toBe(true);
    expect(acknowledged(rule, 'two/1/2', {}, 'alerts/r/1/2/ack')).toBe(true);
    expect(acknowledged(rule, 'two/1/2', {}, 'alerts/r/1/ack')).toBe(false);
  });

  test('with nothing of the key acknowledges all that fire', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, alert: { ack: ok } }');
    for (const [k, v] of [
      ['a', 6],
      ['b', 1],
      ['c', 7],
    ] as const)
      story.send(0, { v }, { topic: `t/${k}` });
    expect(story.send(1, '', { topic: 'ok' })).toHaveLength(2);
  });

  test('may be none', () => {
    expect(acknowledged('{ id: r, on: t/+k, if: v > 5, alert: { ack: false } }', 't/a', {}, 'alerts/r/a/ack')).toBe(
      false,
    );
  });
});
