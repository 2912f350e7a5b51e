import { describe, expect, test } from 'vitest';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import { Stage } from './acting.ts';

describe('foreach', () => {
  test('evaluates once for each element, which is the payload; `outer` is the message', () => {
    const stage = new Stage(
      '{ id: r, on: a, foreach: events, where: "payload.ok", if: kind != "skip", log: "${outer.device}: ${payload.kind} ${kind}" }',
    );
    const events = [{ kind: 'on' }, { kind: 'skip' }, { other: 1 }, 5, null, { kind: 'off' }];
    expect(stage.send('a', { ok: true, device: 'd', events })).toEqual(['info: d: on on', 'info: d: off off']);
    expect(stage.tally().evaluations).toEqual({ true: 2, false: 1, unknown: 3 });
  });

  test('does nothing where the list is missing or none', () => {
    const stage = new Stage('{ id: r, on: a, foreach: events, log: x }');
    expect(
      stage.sendAll('a', [{}, { events: null }, { events: 'x' }, { events: { a: 1 } }, { events: [] }, 'text']),
    ).toEqual([]);
  });

  test('gives each element its own key and its own past', () => {
    const stage = new Stage(
      '{ id: r, on: a, foreach: payload, by: id, if: changed(v), log: "${key}: ${previous.v} ${v}" }',
    );
    const first = [
      { id: 1, v: 1 },
      { id: 2, v: 1 },
    ];
    expect(stage.sendAll('a', [first, [{ id: 1, v: 2 }, { id: 2, v: 1 }, { id: 1, v: 3 }, { v: 1 }]])).toEqual([
      'info: 1: 1 2',
      'info: 1: 2 3',
    ]);
    expect(stage.tally().errors.unknown_key).toBe(1);
  });

  test('refuses a list that is too long, and counts it', () => {
    const stage = new Stage('{ id: r, on: a, foreach: payload, log: x }', {
      limits: { ...MACHINE_LIMITS, elements: 3 },
    });
    expect(stage.send('a', [1, 2, 3])).toHaveLength(3);
    expect(stage.send('a', [1, 2, 3, 4])).toEqual([]);
    expect(stage.tally().errors.too_many_elements).toBe(1);
  });
});

describe('else', () => {
  test('acts where the condition is false, and not where it is unknown', () => {
    const stage = new Stage('{ id: r, on: a, if: payload > 1, log: yes, else: { log: no } }');
    expect(stage.sendAll('a', [2, 1, 'x'])).toEqual(['info: yes', 'info: no']);
  });

  test('shares throttle and distinct with the other branch', () => {
    const throttled = new Stage('{ id: r, on: a, if: payload > 1, throttle: 1m, log: yes, else: { log: no } }');
    expect(throttled.sendAll('a', [2, 1, 2])).toEqual(['info: yes']);
    const distinct = new Stage('{ id: r, on: a, if: payload > 1, distinct: true, log: yes, else: { log: no } }');
    expect(distinct.sendAll('a', [2, 3, 1, 0, 2])).toEqual(['info: yes', 'info: no', 'info: yes']);
  });

  test('that sends nothing uses up no throttle, and is no action to be distinct from', () => {
    const rule = (held: string): Stage =>
      new Stage(`{ id: r, on: a, memory: { n: 0 }, if: payload > 1, ${held}, log: yes, else: { set: { n: n + 1 } } }`);
    const throttled = rule('throttle: 1m');
    expect(throttled.sendAll('a', [1, 2, 1, 2])).toEqual(['info: yes']);
    expect(throttled.tally().suppressed.throttle).toBe(1);
    const distinct = rule('distinct: true');
    expect(distinct.sendAll('a', [2, 1, 2, 1, 2])).toEqual(['info: yes']);
    expect(distinct.tally().suppressed.distinct).toBe(2);
  });
});

describe('a shadow', () => {
  test('evaluates, counts and remembers, and does nothing', () => {
    const stage = new Stage(
      '[{ id: r, shadow: true, on: a, memory: { n: 0 }, if: payload > 1, set: { n: n + 1 }, throttle: { max: 2, per: 1m }, publish: { topic: x, payload: "${n}" }, on_error: { log: x } }]',
    );
    expect(stage.sendAll('a', [1, 2, 3, 4])).toEqual([]);
    const { evaluations, fired, suppressed } = stage.tally();
    expect({ evaluations, fired, suppressed }).toMatchObject({
      evaluations: { true: 3, false: 1, unknown: 0 },
      fired: 2,
      suppressed: { shadow: 2, throttle: 1 },
    });
  });

  test('stays silent about its failures', () => {
    const stage = new Stage('[{ id: r, shadow: true, on: a, log: "${nothing}", on_error: { log: "${error}" } }]');
    expect(stage.send('a')).toEqual([]);
    expect(stage.tally().errors.unknown_value).toBe(1);
  });
});

describe('an action that fails', () => {
  test('is counted, the others are performed, and on_error runs once for it', () => {
    const stage = new Stage(`
      id: r
      on: a/+x
      publish:
        - { topic: "ok/1" }
        - { topic: "t/\${missing}" }
        - { topic: ok/2, payload: { v: "\${also.missing}" } }
      log: "\${x}"
      on_error: { log: { level: error, message: "\${x}: \${error}" } }`);
    expect(stage.send('a/1')).toEqual([
      'ok/1 ',
      'error: 1: ${missing} in the topic is unknown',
      'error: 1: ${also.missing} in the payload is unknown',
      'info: 1',
    ]);
    expect(stage.tally().errors.unknown_value).toBe(2);
    expect(stage.tally().actions.publish.error).toBe(2);
    expect(stage.tally().fired).toBe(1);
  });

  test('in on_error itself ends there', () => {
    const stage = new Stage('{ id: r, on: a, log: "${nothing}", on_error: { log: ["${error}", "${nothing}"] } }');
    expect(stage.send('a')).toEqual(['info: ${nothing} in the log message is unknown']);
    expect(stage.tally().errors.unknown_value).toBe(2);
    expect(stage.player.notes.map(({ message }) => message)).toEqual([
      '${nothing} in the log message is unknown',
      'on_error: ${nothing} in the log message is unknown',
    ]);
  });

  test('lets on_error write to the memory', () => {
    const stage = new Stage(
      '{ id: r, on: a, memory: { failures: 0 }, log: "${payload.x} ${failures}", on_error: { set: { failures: failures + 1 } } }',
    );
    expect(stage.sendAll('a', [{}, {}, { x: 1 }])).toEqual(['info: 1 2']);
  });

  test('alone has not acted: throttle and distinct wait for one that does', () => {
    const stage = new Stage('{ id: r, on: a, throttle: 1m, log: "${payload.x}" }');
    expect(stage.sendAll('a', [{}, { x: 1 }, { x: 2 }])).toEqual(['info: 1']);
    const distinct = new Stage('{ id: r, on: a, distinct: "1", log: "${payload.x}" }');
    expect(distinct.sendAll('a', [{}, { x: 1 }, { x: 2 }])).toEqual(['info: 1']);
    expect(distinct.tally().fired).toBe(1);
  });
});

describe('a payload that does not decode', () => {
  test('is counted and skips that rule, and no other', () => {
    const stage = new Stage(`
      - { id: r, on: { topic: a, codec: json }, log: json }
      - { id: s, on: { topic: a, codec: number }, log: number }
      - { id: t, on: { topic: a, codec: text }, log: text }
      - { id: u, on: a, log: "\${payload}" }`);
    expect(stage.send('a', '{"a":')).toEqual(['info: text', 'info: {"a":']);
    expect(stage.send('a', new Uint8Array([0xff]))).toEqual([]);
    expect(stage.send('a', '5')).toEqual(['info: json', 'info: number', 'info: text', 'info: 5']);
    expect(stage.tally('r').errors.undecodable).toBe(2);
    expect(stage.tally('u').errors.undecodable).toBe(1);
    expect(stage.player.notes[0]).toMatchObject({ rule: 'r', message: 'the payload is not json' });
  });
});
