import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/core/alert/fingerprint.ts';
import { PLAY_SETTINGS } from '../../../src/testing/play.ts';
import { Story } from './story.ts';

describe('the message of an alert', () => {
  test('has what is known of it, in a fixed order', () => {
    const story = new Story(`
      id: freezer
      on: t/+id
      if: temperature > 5
      for: 1500ms
      alert:
        severity: critical
        summary: "Freezer \${id} is at \${temperature} °C"
        description: Look at the door.
        labels: { site: north, floor: 2, id: "\${id}" }`);
    story.send(0, { temperature: 8.5 });
    story.pass(1);
    expect(story.effects).toMatchInlineSnapshot(`
      [
        {
          "at": 1500,
          "broker": "default",
          "hops": 1,
          "key": "a",
          "payload": "{"rule":"freezer","key":"a","labels":{"site":"north","floor":"2","id":"a"},"state":"firing","acknowledged":false,"severity":"critical","summary":"Freezer a is at 8.5 °C","description":"Look at the door.","value":8.5,"since":"1970-01-01T00:00:00Z","firedAt":"1970-01-01T00:00:01.500Z","fingerprint":"7ee27028b8cb9be5"}",
          "properties": undefined,
          "qos": 1,
          "retain": true,
          "rule": "freezer",
          "slot": 0,
          "topic": "alerts/freezer/a",
          "type": "publish",
        },
        {
          "alert": {
            "acknowledged": false,
            "description": "Look at the door.",
            "fingerprint": "7ee27028b8cb9be5",
            "firedAt": "1970-01-01T00:00:01.500Z",
            "key": "a",
            "labels": {
              "floor": "2",
              "id": "a",
              "site": "north",
            },
            "rule": "freezer",
            "severity": "critical",
            "since": "1970-01-01T00:00:00Z",
            "state": "firing",
            "summary": "Freezer a is at 8.5 °C",
            "value": 8.5,
          },
          "at": 1500,
          "key": "a",
          "rule": "freezer",
          "topic": "alerts/freezer/a",
          "type": "alert",
        },
      ]
    `);
  });

  test('leaves out what it does not have', () => {
    const story = new Story('{ id: r, on: t/a, if: on, alert: {} }');
    story.send(0, { on: true });
    story.send(1, { on: false });
    expect(story.effects.flatMap((effect) => (effect.type === 'publish' ? [effect.payload] : [])))
      .toMatchInlineSnapshot(`
      [
        "{"rule":"r","key":"-","labels":{},"state":"firing","acknowledged":false,"since":"1970-01-01T00:00:00Z","firedAt":"1970-01-01T00:00:00Z","fingerprint":"edbb80eca33b36fa"}",
        "{"rule":"r","key":"-","labels":{},"state":"resolved","acknowledged":false,"since":"1970-01-01T00:00:00Z","firedAt":"1970-01-01T00:00:00Z","resolvedAt":"1970-01-01T00:01:00Z","fingerprint":"edbb80eca33b36fa"}",
      ]
    `);
  });

  test('prints ? for what is unknown, in every text', () => {
    const story = new Story(
      '{ id: r, on: t/a, alert: { summary: "${a}/${b ?? \'-\'}/${c}", description: "${b + 1}", labels: { x: "${b}", y: "${b ?? omit}", z: "${a ?? omit}" }, value: b }, if: a > 0 }',
    );
    story.send(0, { a: 1 });
    expect(story.last).toMatchObject({ summary: '1/-/?', description: '?', labels: { x: '?', z: '1' } });
    expect(story.last).not.toHaveProperty('value');
    expect(story.player.notes).toEqual([]);
  });

  test('is rendered anew at each transition, after `set`', () => {
    const story = new Story(`
      id: r
      on: t/a
      memory: { n: 0 }
      alert:
        levels: { low: { if: v > 1 }, high: { if: v > 3 } }
        summary: "\${v} \${n} \${severity} \${active} \${held}"
      set: { n: n + 1 }
      end: { set: { n: 100 } }`);
    story.series('2 4 1');
    expect(story.alerts.map(({ summary }) => summary)).toEqual([
      '2 1 low true 0',
      '4 2 high true 60000',
      '1 100 high false 120000',
    ]);
  });

  test('has long texts cut, and is an error where it is too large all the same', () => {
    const rules =
      '{ id: r, on: t/a, if: v > 0, alert: { summary: "${text}", value: rest }, on_error: { log: "${error}" } }';
    const story = new Story(rules);
    story.send(0, { v: 1, text: `${'x'.repeat(4094)}😀😀` });
    expect(story.last.summary).toBe(`${'x'.repeat(4094)}�…`);
    const small = { ...PLAY_SETTINGS, limits: { ...PLAY_SETTINGS.limits, maxPayloadBytes: 500 } };
    const other = new Story(rules, small);
    expect(other.send(0, { v: 1, text: 'x', rest: 'é'.repeat(200) })).toEqual([
      '0:00 firing since 0:00 fired 0:00 (not published)',
      '0:00 the alert is larger than 500 bytes',
    ]);
    expect(other.player.machine.tallyOf('r')?.actions.alert.error).toBe(1);
  });

  test('is told of though a text goes over its budget', () => {
    const costly = '${length(map(list, map(outer.list, map(outer.outer.list, item))))}';
    const story = new Story(
      `{ id: r, on: t/a, if: v > 0, for: 1m, alert: { summary: "${costly}", labels: { a: "${costly}", b: b } } }`,
    );
    story.send(0, { v: 1, list: Array.from({ length: 100 }, (_, i) => i) });
    expect(story.pass(1)).toEqual(['0:01 firing since 0:00 fired 0:01']);
    expect(story.last).toMatchObject({ summary: '?', labels: { a: '?', b: 'b' } });
    expect(story.player.machine.tallyOf('r')?.errors.budget).toBe(2);
    expect(story.send(2, { v: 0, list: [] })).toEqual(['0:02 resolved since 0:00 fired 0:01']);
  });

  test('goes out though the actions beside it go over their budget', () => {
    const costly = '${length(map(list, map(outer.list, map(outer.outer.list, item))))}';
    const story = new Story(`{ id: r, on: t/a, if: v > 0, for: 1m, alert: {}, log: "${costly}" }`);
    story.send(0, { v: 1, list: Array.from({ length: 100 }, (_, i) => i) });
    expect(story.pass(1)).toEqual(['0:01 firing since 0:00 fired 0:01']);
  });
});

describe('the value', () => {
  test.each([
    ['v > 5', { v: 7 }, 7],
    ['on and 5 < v', { on: true, v: 7 }, 7],
    ['20 <= v < 40', { v: 30 }, 30],
    ['not between(v, 20, 40)', { v: 50 }, 50],
    ['round(v * 2) == 14', { v: 7 }, 14],
    ['delta(v) > -100 or v > 0', { v: 7 }, undefined], // The first comparison is about what is not known yet.
    ['some(list, item > 2)', { list: [3] }, undefined],
    ['some(list, item > 2) and v != null', { list: [3], v: 'x' }, 'x'],
    ['on', { on: true }, undefined],
    ['payload == "ON"', 'ON', 'ON'],
  ])('is what the first comparison of %s is about', (condition, payload, expected) => {
    const story = new Story(`{ id: r, on: t/a, if: '${condition}', alert: {} }`);
    story.send(0, payload);
    expect(story.last.value).toEqual(expected);
  });

  test('is that of the severity, and of the last one when it is resolved', () => {
    const story = new Story('{ id: r, on: t/a, alert: { levels: { low: { if: a > 1 }, high: { if: b > 1 } } } }');
    for (const payload of [
      { a: 2, b: 0 },
      { a: 2, b: 9 },
      { a: 0, b: 1 },
    ])
      story.send(0, payload);
    expect(story.alerts.map(({ value }) => value)).toEqual([2, 9, 1]);
  });

  test('may be given', () => {
    const story = new Story(
      '{ id: r, on: t/a, if: a > 1, alert: { value: "{}" } }'.replace('"{}"', '{ "*": [{ var: a }, 2] }'),
    );
    story.send(0, { a: 3 });
    expect(story.last.value).toBe(6);
  });
});

describe('the topic', () => {
  test('may be another, or none', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, alert: { topic: "x/${k}/${v}" } }');
    story.send(0, { v: 6 });
    expect(story.effects[0]).toMatchObject({ topic: 'x/a/6' });
    const silent = new Story('{ id: r, on: t/+k, if: v > 5, alert: { topic: false } }');
    expect(silent.send(0, { v: 6 })).toEqual(['0:00 firing since 0:00 fired 0:00 (not published)']);
  });

  test('stays that of the beginning until the alert is resolved', () => {
    const story = new Story('{ id: r, on: t/+k, if: v > 5, alert: { topic: "x/${v}", severity: high } }');
    story.send(0, { v: 6 });
    story.send(1, { v: 7 });
    story.reload('{ id: r, on: t/+k, if: v > 5, alert: { topic: "y/${k}", severity: high } }');
    story.send(2, { v: 4 });
    story.send(3, { v: 8 });
    const topics = story.effects.flatMap((effect) => (effect.type === 'publish' ? [effect.topic] : []));
    expect(topics).toEqual(['x/6', 'x/6', 'y/a']);
  });

  test('follows the rules of every topic: what cannot be published is an error, and tried again', () => {
    const story = new Story(
      '{ id: r, on: t/+k, if: v > 5, alert: { topic: "x/${name}" }, log: acts, on_error: { log: "${error}" } }',
    );
    expect(story.send(0, { v: 6, name: 'a/b' })).toEqual([
      '0:00 firing since 0:00 fired 0:00 (not published)',
      expect.stringContaining('is not one level'),
      '0:00 acts',
    ]);
    expect(story.player.machine.tallyOf('r')).toMatchObject({
      errors: { bad_topic: 1 },
      actions: { alert: { error: 1 } },
    });
    expect(story.send(1, { v: 4, name: 'c' })).toEqual(['0:01 resolved since 0:00 fired 0:00']);
  });

  test('is as far from the beginning as the message that made it: a circle of alerts is ended', () => {
    const story = new Story('{ id: r, on: "alerts/#", by: [], if: state == "resolved" or go, alert: {} }');
    const properties = { user: { 'automate-hops': '8' } };
    expect(story.send(0, { go: true }, { topic: 'alerts/x', properties })).toEqual([
      '0:00 firing since 0:00 fired 0:00 (not published)',
    ]);
    expect(story.player.machine.tallyOf('r')?.errors.too_many_hops).toBe(1);
  });
});

test('an alert has the same fingerprint always, and no other alert has it', () => {
  expect(fingerprintOf('freezer', 'a')).toBe('7ee27028b8cb9be5');
  const all = ['a', 'b', 'a/b', 'ä', '\u0100'].flatMap((key) => ['r', 'r2'].map((rule) => fingerprintOf(rule, key)));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((one) => /^[0-9a-f]{16}$/.test(one))).toBe(true);
});
