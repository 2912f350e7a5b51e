import { describe, expect, test } from 'vitest';
import { DAY } from '../../../src/core/calendar.ts';
import { Stage } from './acting.ts';

/** A rule that counts the messages of each key. */
const counting = (head: string): Stage =>
  new Stage(`{ id: r, ${head}, memory: { n: 0 }, set: { n: n + 1 }, log: "\${key}: \${n}" }`);

describe('the key', () => {
  test('is made of all captured levels, unnamed ones too', () => {
    const stage = counting('on: home/+/+room/t');
    expect(stage.send('home/1/kitchen/t')).toEqual(['info: 1/kitchen: 1']);
    expect(stage.send('home/1/kitchen/t')).toEqual(['info: 1/kitchen: 2']);
    expect(stage.send('home/2/kitchen/t')).toEqual(['info: 2/kitchen: 1']);
  });

  test('is - where nothing is captured', () => {
    expect(counting('on: a').send('a')).toEqual(['info: -: 1']);
  });

  test('takes the levels of several filters in the order of the first', () => {
    const stage = counting('on: [+floor/x/+room, +room/y/+floor]');
    expect(stage.send('1/x/bath')).toEqual(['info: 1/bath: 1']);
    expect(stage.send('bath/y/1')).toEqual(['info: 1/bath: 2']);
  });

  test('can be values of the message: texts, numbers and booleans', () => {
    const stage = counting('on: a, by: [room, "serial + 0", flag]');
    expect(stage.send('a', { room: 'a/b', serial: 7, flag: true })).toEqual(['info: a%2Fb/7/true: 1']);
    expect(stage.send('a', { room: 'a/b', serial: '7', flag: 'true' })).toEqual(['info: a%2Fb/7/true: 2']);
  });

  test('can be one expression, or JSON-logic', () => {
    expect(counting('on: a/+x, by: upper(room)').send('a/1', { room: 'bath' })).toEqual(['info: BATH: 1']);
    expect(counting('on: a, by: { cat: [{ var: room }, "!"] }').send('a', { room: 'bath' })).toEqual([
      'info: bath!: 1',
    ]);
    expect(counting('on: a, by: [{ var: room }]').send('a', { room: 'bath' })).toEqual(['info: bath: 1']);
  });

  test('is one for all with an empty list', () => {
    const stage = counting('on: a/+x, by: []');
    expect([...stage.send('a/1'), ...stage.send('a/2')]).toEqual(['info: -: 1', 'info: -: 2']);
  });

  test('longer than 1024 characters is refused and counted, from the topic as from the payload', () => {
    const long = 'x'.repeat(1025);
    const fits = long.slice(1);
    const byTopic = counting('on: a/+x');
    expect([...byTopic.send(`a/${long}`), ...byTopic.send(`a/${fits}`)]).toEqual([`info: ${fits}: 1`]);
    expect(byTopic.tally().errors.key_too_long).toBe(1);
    const byPayload = counting('on: a, by: [payload.a, payload.b]');
    expect(byPayload.send('a', { a: fits, b: '' })).toEqual([]);
    expect(byPayload.send('a', { a: '%'.repeat(600), b: '' })).toEqual([]);
    expect(byPayload.tally().errors).toMatchObject({ key_too_long: 2, unknown_key: 0 });
    expect(byPayload.keys()).toEqual([]);
  });

  test('that is unknown is counted, and the message skipped', () => {
    const stage = counting('on: a, by: [room, serial]');
    for (const payload of [
      {},
      { room: 'x' },
      { room: 'x', serial: null },
      { room: [], serial: 1 },
      { room: {}, serial: 1 },
      7,
    ]) {
      expect(stage.send('a', payload)).toEqual([]);
    }
    expect(stage.tally().errors.unknown_key).toBe(6);
    expect(stage.tally().evaluations.true).toBe(0);
    expect(stage.keys()).toEqual([]);
  });

  test('that is unknown for an element is not told of by the key of the one before', () => {
    const stage = counting('on: a, foreach: list, by: id');
    stage.send('a', { list: [{ id: 1 }, {}] });
    expect(stage.player.notes).toMatchObject([{ reason: 'unknown_key', key: '' }]);
  });

  test('beyond max_keys is refused and counted; those there are go on', () => {
    const stage = counting('on: a/+x, max_keys: 2');
    expect(['1', '2', '3', '1'].flatMap((x) => stage.send(`a/${x}`))).toEqual([
      'info: 1: 1',
      'info: 2: 1',
      'info: 1: 2',
    ]);
    expect(stage.tally().errors.too_many_keys).toBe(1);
  });

  test('idle for longer than ttl is forgotten', () => {
    const stage = counting('on: a/+x, ttl: 10s');
    const send = (x: string, at: number): string[] => stage.send(`a/${x}`, '', { at });
    expect(send('1', 0)).toEqual(['info: 1: 1']);
    expect(send('1', 10_000)).toEqual(['info: 1: 2']);
    expect(send('2', 15_000)).toEqual(['info: 2: 1']);
    expect(send('1', 20_001)).toEqual(['info: 1: 1']);
    expect(stage.player.machine.wakeAt).toBeLessThanOrEqual(25_001);
    stage.player.machine.advance(25_001);
    expect(stage.keys()).toEqual(['1']);
  });

  test('is not forgotten before a throttle, a within, a sliding window or a ttl of memory is over', () => {
    const each = (rest: string): string[] => {
      const stage = new Stage(`{ id: r, ${rest} }`);
      return [0, 8, 30].flatMap((at) => stage.send('a', '', { at: at * DAY }));
    };
    expect(each('on: a, throttle: 10d, log: x')).toEqual(['info: x', 'info: x']);
    expect(each('on: a, throttle: { max: 1, per: 10d }, log: x')).toEqual(['info: x', 'info: x']);
    expect(each('sequence: [{ on: a }, { on: a, within: 10d }], log: x')).toEqual(['info: x']);
    expect(each('on: a, window: { sliding: 10d }, aggregate: { n: count() }, log: "${n}"')).toEqual([
      'info: 1',
      'info: 2',
      'info: 1',
    ]);
    const memory = 'memory: { n: { initial: 0, ttl: 10d } }, set: { n: n + 1 }, log: "${n}"';
    expect(each(`on: a, ${memory}`)).toEqual(['info: 1', 'info: 2', 'info: 1']);
    expect(each(`on: a, ttl: 7d, ${memory}`)).toEqual(['info: 1', 'info: 1', 'info: 1']);
  });

  test('of a rule that has only ticks is not forgotten between two of them', () => {
    const monthly = 'on: { schedule: "0 0 1 * *" }, memory: { n: 0 }, set: { n: n + 1 }, log: "${n}"';
    const during = (rule: string): string[] => {
      const { player } = new Stage(`{ id: r, ${rule} }`, { start: Date.parse('2026-01-15') });
      return player
        .advance(Date.parse('2026-03-15'))
        .flatMap((effect) => (effect.type === 'log' ? [effect.message] : []));
    };
    expect(during(monthly)).toEqual(['1', '2']);
    expect(during(`ttl: 7d, ${monthly}`)).toEqual(['1', '1']);
  });

  test('makes no cell where a rule remembers nothing', () => {
    const stage = new Stage('{ id: r, on: a/+x, let: { y: x }, if: "true", log: "${y}" }');
    expect(stage.send('a/1')).toEqual(['info: 1']);
    expect(stage.keys()).toEqual([]);
  });
});
