import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { play, Player, PLAY_SETTINGS } from '../../src/testing/play.ts';

describe('publish', () => {
  test('has QoS 1, no retain and no properties unless it says so', () => {
    expect(play('{ id: r, on: a/+x, publish: { topic: t } }', [{ at: 5, topic: 'a/b' }])).toEqual([
      {
        type: 'publish',
        rule: 'r',
        slot: 0,
        key: 'b',
        at: 5,
        broker: 'default',
        topic: 't',
        payload: '',
        qos: 1,
        retain: false,
        hops: 1,
        properties: undefined,
      },
    ]);
  });

  test('takes every field', () => {
    const rule = `
      id: r
      on: a/+x
      publish:
        topic: t
        payload: { v: "\${payload}" }
        qos: 2
        retain: true
        message_expiry: 1h
        content_type: "application/\${x}"
        properties: { site: "\${x}", fixed: "1", __proto__: p }
        broker: cloud`;
    const settings = { ...PLAY_SETTINGS, brokers: new Set(['default', 'cloud']) };
    const [effect] = new Player(rule, { settings }).send({ topic: 'a/json', payload: 1 });
    expect(effect).toMatchObject({
      broker: 'cloud',
      topic: 't',
      payload: '{"v":1}',
      qos: 2,
      retain: true,
      properties: { messageExpiry: 3600, contentType: 'application/json' },
    });
    const user = effect?.type === 'publish' ? (effect.properties?.user ?? {}) : {};
    expect(Object.entries(user)).toEqual([
      ['site', 'json'],
      ['fixed', '1'],
      ['__proto__', 'p'],
    ]);
  });

  test.each([
    ['content_type: "${nothing}"', '${nothing} in the content_type is unknown'],
    ['properties: { a: "${nothing}" }', '${nothing} in the properties is unknown'],
  ])('with %s and an unknown value is not performed', (field, message) => {
    const rule = `{ id: r, on: a, publish: { topic: t, ${field} }, on_error: { log: "\${error}" } }`;
    expect(play(rule, [{ topic: 'a' }])).toMatchObject([{ type: 'log', message }]);
  });

  test('leaves out a property that is unknown and says so', () => {
    const rule =
      '{ id: r, on: a, publish: { topic: t, properties: { a: "${payload.a ?? omit}", b: "x${payload.b}" } } }';
    const userOf = (payload: unknown): unknown[] =>
      play(rule, [{ topic: 'a', payload }]).map(
        (effect) => effect.type === 'publish' && { ...effect.properties?.user },
      );
    expect(userOf({ b: 1 })).toEqual([{ b: 'x1' }]);
    expect(userOf({ a: 0, b: 1 })).toEqual([{ a: '0', b: 'x1' }]);
    expect(userOf({ a: 0 })).toEqual([]);
  });

  test('goes out in the order it is written, before log, whatever the order of the keys', () => {
    const rule = '{ id: r, on: a, log: [l1, { level: warn, message: l2 }], publish: [{ topic: p1 }, { topic: p2 }] }';
    expect(play(rule, [{ topic: 'a' }])).toMatchObject([
      { topic: 'p1' },
      { topic: 'p2' },
      { level: 'info', message: 'l1' },
      { level: 'warn', message: 'l2' },
    ]);
  });

  test('without a broker goes to the one that the rule listens to', () => {
    const settings = { ...PLAY_SETTINGS, brokers: new Set(['default', 'plant']) };
    const player = new Player('{ id: r, on: { topic: a, broker: plant }, publish: { topic: t } }', { settings });
    expect(player.send({ topic: 'a', broker: 'plant' })).toMatchObject([{ broker: 'plant' }]);
  });

  test('to a broker that there is not is a mistake', () => {
    const surroundings = { env: () => undefined, file: () => new Error('none') };
    const text =
      '{ id: r, on: { topic: a, broker: plant }, with: { x: { topic: b, broker: plnt } }, publish: { topic: t, broker: cloud } }';
    const { problems } = compileFile('a.yaml', text, PLAY_SETTINGS, surroundings);
    expect(problems.map(({ column, code, message, hint }) => `${column} ${code}: ${message} (${hint})`)).toEqual([
      '34 unknown-broker: there is no broker called "plant" (Brokers: default)',
      '74 unknown-broker: there is no broker called "plnt" (Brokers: default)',
      '113 unknown-broker: there is no broker called "cloud" (Brokers: default)',
    ]);
  });
});
