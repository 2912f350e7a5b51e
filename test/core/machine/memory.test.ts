import { describe, expect, test } from 'vitest';
import { Stage } from './acting.ts';

/** A rule with a memory called `m`, written to by `set`, shown before and after. */
const remembering = (initial: string, set: string): Stage =>
  new Stage(`{ id: r, on: a, memory: { m: ${initial}, n: 1 }, set: { ${set} }, log: "\${m ?? 'nothing'}" }`);

describe('the memory', () => {
  test('is written in order, each assignment seeing the ones above, and the actions all of them', () => {
    const stage = new Stage(
      '{ id: r, on: a, memory: { x: 1, y: 10 }, let: { before: x }, set: { x: x + y, y: x * 2 }, log: "${before} ${x} ${y}" }',
    );
    expect(stage.sendAll('a', ['', ''])).toEqual(['info: 1 11 22', 'info: 11 33 66']);
  });

  test.each([
    ['0', 'm: m + 1', ['1', '2']],
    ['null', 'm: payload', ['5', '5']],
    ['7', 'm: payload.missing', ['7', '7']],
    ['7', 'm: null', ['nothing', 'nothing']],
    ['7', 'm: "null"', ['nothing', 'nothing']],
    ['7', 'm: "(null)"', ['nothing', 'nothing']],
    ['7', 'm: { var: missing }', ['7', '7']],
    ['7', 'm: "payload == 6 ? now : null"', ['nothing', 'nothing']],
    ['7', 'm: "payload == 5 ? null : 1"', ['nothing', 'nothing']],
    ['7', 'm: "payload == 5 ? payload.missing : null"', ['7', '7']],
    ['7', 'm: "payload.missing > 5 ? null : null"', ['7', '7']],
    ['7', 'm: "payload == 6 ? 1 : payload == 5 ? null : 2"', ['nothing', 'nothing']],
    ['7', 'm: { if: [{ "==": [{ var: payload }, 6] }, null] }', ['7', '7']],
    ['7', 'm: payload.missing ?? null', ['nothing', 'nothing']],
    ['7', 'm: payload.missing ?? payload.other', ['7', '7']],
    ['{}', 'm.a: 1', ['{"a":1}', '{"a":1}']],
    ['{}', '"m.${payload}": payload', ['{"5":5}', '{"5":5}']],
    ['{}', '"m.${key}.n": "(m[key].n ?? 0) + 1"', ['{"-":{"n":1}}', '{"-":{"n":2}}']],
    ['{}', `'m["a.b"].c': payload`, ['{"a.b":{"c":5}}', '{"a.b":{"c":5}}']],
    ['{}', `'m["switch:0"][0]': payload`, ['{"switch:0":{"0":5}}', '{"switch:0":{"0":5}}']],
    ['{}', '"m[${payload}].x": payload', ['{"5":{"x":5}}', '{"5":{"x":5}}']],
    ['{}', '"m.${\'a.b\'}": 1', ['{"a.b":1}', '{"a.b":1}']],
    ['{}', '"m.${\'__proto__\'}.x": 1', ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}']],
    ['{}', '"m.${payload.missing}": 1', ['{}', '{}']],
    ['[1, 2, 3]', 'm.1: payload', ['[1,5,3]', '[1,5,3]']],
    ['[1, 2]', '"m[0]": payload', ['[5,2]', '[5,2]']],
    ['[1]', '"m.${length(m)}": payload', ['[1,5]', '[1,5,5]']],
    ['[1]', 'm.7: 5', ['[1]', '[1]']],
    ['[1]', 'm.x: 5', ['[1]', '[1]']],
    ['[{ a: 1 }]', 'm.0.a: 5', ['[{"a":5}]', '[{"a":5}]']],
    ['5', 'm.a.b: 1', ['{"a":{"b":1}}', '{"a":{"b":1}}']],
    ['{ a: 1 }', 'm.a: null', ['{"a":null}', '{"a":null}']],
    ['"text"', 'm: "\'another\'"', ['another', 'another']],
    ['{ list: [] }', 'm.list: { merge: [{ var: m.list }, [{ var: payload }]] }', ['{"list":[5]}', '{"list":[5,5]}']],
  ])('that is %s, set by { %s }, becomes %j', (initial, set, shown) => {
    expect(remembering(initial, set).sendAll('a', [5, 5])).toEqual(shown.map((text) => `info: ${text}`));
  });

  test('is written only when the rule would act, and whatever holds the actions back', () => {
    const stage = new Stage(
      '{ id: r, on: a, memory: { m: 0 }, where: payload != 9, if: payload > 0, set: { m: m + 1 }, throttle: 1m, log: "${m}" }',
    );
    stage.sendAll('a', [1, 0, 'x', 9, 2, 3]);
    expect(stage.send('a', 4, { at: 60_000 })).toEqual(['info: 4']);
  });

  test('is of one key', () => {
    const stage = new Stage('{ id: r, on: a/+x, memory: { m: 0 }, set: { m: m + 1 }, log: "${m}" }');
    expect(['1', '2', '1'].flatMap((x) => stage.send(`a/${x}`))).toEqual(['info: 1', 'info: 1', 'info: 2']);
  });

  test('returns to its initial value when it was not set for its ttl', () => {
    const stage = new Stage(
      '{ id: r, on: a, memory: { m: { initial: 0, ttl: 10s }, kept: 0 }, if: payload != "look", set: { m: m + 1, kept: kept + 1 }, log: "${m} ${kept}", else: { log: "${m} ${kept}" } }',
    );
    const send = (payload: string, at: number): string[] => stage.send('a', payload, { at });
    expect(send('set', 0)).toEqual(['info: 1 1']);
    expect(send('look', 9_999)).toEqual(['info: 1 1']);
    expect(send('look', 10_000)).toEqual(['info: 0 1']);
    expect(send('set', 20_000)).toEqual(['info: 1 2']);
    expect(send('set', 29_999)).toEqual(['info: 2 3']);
    expect(send('look', 39_998)).toEqual(['info: 2 3']);
    expect(send('look', 39_999)).toEqual(['info: 0 3']);
  });

  test('is not changed through the initial value that all keys share', () => {
    const stage = new Stage('{ id: r, on: a/+x, memory: { m: { list: [] } }, set: { "m.list.0": x }, log: "${m}" }');
    expect([...stage.send('a/1'), ...stage.send('a/2')]).toEqual(['info: {"list":["1"]}', 'info: {"list":["2"]}']);
  });
});
