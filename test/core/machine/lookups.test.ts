import { describe, expect, test } from 'vitest';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import { Stage } from './acting.ts';

/** A rule that shows what it looks up. */
const looking = (source: string, shown = 'x', on = 'go'): Stage =>
  new Stage(`{ id: r, on: ${on}, with: { x: ${source} }, log: "\${${shown} ?? 'nothing'}" }`);

describe('a lookup', () => {
  test('gives the latest payload, and never triggers', () => {
    const stage = looking('s');
    expect(stage.send('go')).toEqual(['info: nothing']);
    expect(stage.sendAll('s', [1, 'ON', { a: [2] }])).toEqual([]);
    expect(stage.send('go')).toEqual(['info: {"a":[2]}']);
  });

  test('whose wildcards are all named like captures gives the value of that key', () => {
    const stage = looking('"lux/+room/+floor"', 'x', 'go/+floor/+room');
    stage.send('lux/bath/1', 11);
    stage.send('lux/bath/2', 12);
    expect(stage.send('go/2/bath')).toEqual(['info: 12']);
    expect(stage.send('go/1/bath')).toEqual(['info: 11']);
    expect(stage.send('go/1/hall')).toEqual(['info: nothing']);
  });

  test('gives a mapping in the order in which topics first came, whichever came last', () => {
    const stage = looking('"lux/+other"', "join(keys(x), ',')");
    for (const room of ['b', 'a', 'c', 'b']) stage.send(`lux/${room}`, room);
    expect(stage.send('go')).toEqual(['info: b,a,c']);
  });

  test('with other wildcards gives a mapping from level to payload', () => {
    const stage = looking('"lux/+other"');
    expect(stage.send('go')).toEqual(['info: {}']);
    stage.send('lux/bath', 11);
    stage.send('lux/__proto__', 12);
    stage.send('lux/hall', 13);
    expect(stage.send('go')).toEqual(['info: {"bath":11,"__proto__":12,"hall":13}']);
    const sum = looking('lux/#', 'avg(values(x))');
    for (const [topic, value] of [
      ['lux/a/b', 1],
      ['lux/c', 2],
      ['lux', 6],
    ] as const)
      sum.send(topic, value);
    expect(sum.send('go')).toEqual(['info: 3']);
  });

  test('with some of each gives the mapping of that key', () => {
    const stage = looking('"+room/lux/+sensor"', 'x', 'go/+room');
    stage.send('bath/lux/a', 1);
    stage.send('hall/lux/a', 2);
    stage.send('bath/lux/b', 3);
    expect(stage.send('go/bath')).toEqual(['info: {"a":1,"b":3}']);
    expect(stage.send('go/hall')).toEqual(['info: {"a":2}']);
    expect(stage.send('go/attic')).toEqual(['info: {}']);
  });

  test('with several open wildcards has a level for each combination', () => {
    const stage = looking('"+/lux/+"');
    stage.send('a/lux/b', 1);
    stage.send('a/lux/c', 2);
    expect(stage.send('go')).toEqual(['info: {"a/b":1,"a/c":2}']);
  });

  test('takes only what its `where` lets in', () => {
    const stage = looking('{ topic: s, where: "payload < limit" }'.replace('limit', '10'));
    stage.sendAll('s', [5, 50, 'none']);
    expect(stage.send('go')).toEqual(['info: 5']);
  });

  test('reads its own codec, and counts what does not decode without forgetting what it had', () => {
    const stage = looking('{ topic: s, codec: number }');
    stage.sendAll('s', ['5', 'unavailable']);
    expect(stage.send('go')).toEqual(['info: 5']);
    expect(stage.player.machine.lookupRefusals.undecodable).toBe(1);
    const text = looking('{ topic: s, codec: text }', 'type(x)');
    text.send('s', '5');
    expect(text.send('go')).toEqual(['info: string']);
  });

  test('is forgotten after its ttl, each entry on its own', () => {
    const stage = looking('{ topic: "s/+y", ttl: 10s }');
    stage.send('s/a', 1, { at: 0 });
    stage.send('s/b', 2, { at: 5000 });
    expect(stage.send('go', '', { at: 9_999 })).toEqual(['info: {"a":1,"b":2}']);
    stage.send('s/a', 3, { at: 9_999 });
    expect(stage.send('go', '', { at: 15_000 })).toEqual(['info: {"a":3}']);
    expect(stage.send('go', '', { at: 19_999 })).toEqual(['info: {}']);
    stage.send('s/c', 4, { at: 20_000 });
    expect(stage.send('go', '', { at: 20_001 })).toEqual(['info: {"c":4}']);
  });

  test('is deleted by an empty payload, and by null', () => {
    const stage = looking('"s/+y"');
    for (const y of ['a', 'b', 'c']) stage.send(`s/${y}`, 1);
    stage.send('s/a', '');
    stage.send('s/b', 'null');
    expect(stage.send('go')).toEqual(['info: {"c":1}']);
  });

  test('is deleted by an empty payload whatever its codec and its `where`', () => {
    for (const codec of ['json', 'number', 'cbor', 'msgpack', 'base64', 'text', 'auto']) {
      const stage = looking(`{ topic: s, codec: ${codec}, where: "payload != ''" }`, "x == null ? 'none' : 'some'");
      stage.send('s', codec === 'cbor' || codec === 'msgpack' ? new Uint8Array([1]) : '1');
      expect(stage.send('go'), codec).toEqual(['info: some']);
      stage.send('s', '');
      expect(stage.send('go'), codec).toEqual(['info: none']);
      expect(stage.player.machine.lookupRefusals.undecodable).toBe(0);
    }
  });

  test('has room again for new topics when its ttl has passed, though nobody looks', () => {
    const stage = new Stage('{ id: r, on: go/+y, with: { x: { topic: "s/+y", ttl: 10s } }, log: "${x ?? 0}" }', {
      limits: { ...MACHINE_LIMITS, lookupKeys: 2 },
    });
    const full = (): number => stage.player.machine.lookupRefusals.full;
    stage.send('s/a', 1, { at: 0 });
    stage.send('s/b', 2, { at: 5000 });
    stage.send('s/a', 3, { at: 6000 });
    stage.send('s/c', 4, { at: 14_999 });
    expect(full()).toBe(1);
    stage.send('s/c', 5, { at: 15_000 });
    stage.send('s/b', 6, { at: 15_001 });
    expect(full()).toBe(2);
    stage.send('s/b', 7, { at: 16_000 });
    expect(full()).toBe(2);
    expect(['a', 'b', 'c'].flatMap((y) => stage.send(`go/${y}`))).toEqual(['info: 0', 'info: 7', 'info: 5']);
  });

  test('says how old it is', () => {
    const stage = looking('"s/+y"', 'age(x)');
    expect(stage.send('go', '', { at: 1000 })).toEqual(['info: nothing']);
    stage.send('s/a', 1, { at: 2000 });
    stage.send('s/b', 1, { at: 3000 });
    expect(stage.send('go', '', { at: 3500 })).toEqual(['info: 500']);
    const bound = looking('"s/+y"', 'age(x)', 'go/+y');
    bound.send('s/a', 1, { at: 2000 });
    bound.send('s/b', 1, { at: 3000 });
    expect(bound.send('go/a', '', { at: 3500 })).toEqual(['info: 1500']);
  });

  test('sees the topic, the clock and the payload in its `where`, and the vars of its own file', () => {
    const rule = (id: string, limit: number): string =>
      `{ vars: { limit: ${limit} }, rules: [{ id: ${id}, on: go, with: { x: { topic: "s/+y", where: "payload < limit and topic != 's/no' and now >= 0" } }, log: "\${x}" }] }`;
    const stage = new Stage(rule('r', 10));
    stage.send('s/a', 5);
    stage.send('s/b', 50);
    stage.send('s/no', 5);
    expect(stage.send('go')).toEqual(['info: {"a":5}']);
  });

  test('holds so many topics and refuses new ones beyond, counted', () => {
    const stage = new Stage('{ id: r, on: go, with: { x: "s/+y" }, log: "${x}" }', {
      limits: { ...MACHINE_LIMITS, lookupKeys: 2 },
    });
    for (const y of ['a', 'b', 'c', 'a']) stage.send(`s/${y}`, y);
    expect(stage.send('go')).toEqual(['info: {"a":"a","b":"b"}']);
    expect(stage.player.machine.lookupRefusals.full).toBe(1);
    stage.send('s/b', '');
    stage.send('s/c', 'c');
    expect(stage.send('go')).toEqual(['info: {"a":"a","c":"c"}']);
  });

  test('is shared by rules that look up the same, with the highest QoS that one asks for', () => {
    const stage = new Stage(`
      - { id: r, on: go, with: { x: { topic: s, qos: 0 } }, log: "\${x}" }
      - { id: t, on: go, with: { y: { topic: s, qos: 2 } }, log: "\${y}" }`);
    stage.send('s', 1);
    expect(stage.send('go')).toEqual(['info: 1', 'info: 1']);
    expect(stage.player.machine.running.flatMap(({ rule }) => rule.lookups.map(({ id }) => id))).toHaveLength(2);
  });

  test('that goes over its budget is counted, and holds nobody up', () => {
    const stage = looking('{ topic: s, where: "length(map(payload, map(outer.payload, item))) > 0" }');
    stage.send(
      's',
      Array.from({ length: 400 }, () => 1),
    );
    expect(stage.send('go')).toEqual(['info: nothing']);
    expect(stage.player.machine.lookupRefusals).toMatchObject({ budget: 1, undecodable: 0 });
  });
});
