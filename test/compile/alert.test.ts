import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { findLoops } from '../../src/compile/loops.ts';
import { PLAY_SETTINGS, programOf } from '../../src/testing/play.ts';

const surroundings = { env: () => undefined, file: () => new Error('none') };

function compiled(text: string) {
  return compileFile('rules/r.yaml', text, PLAY_SETTINGS, surroundings);
}

/** The problems in short. */
function problems(text: string): string[] {
  return compiled(text).problems.map(
    ({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code}: ${message}`,
  );
}

/** A rule whose third line is these keys, and whose alert has those, on the fourth. */
const rule = (keys: string, alert: string): string =>
  `id: r\non: t/+k\n${keys}\nalert: { ${alert} }\nlog: "\${severity ?? 'none'} \${active}"\n`;

describe('what cannot go together is refused, with the reason', () => {
  const LEVELS = 'levels: { low: { if: v > 1 }, high: { if: v > 3 } }';

  test.each([
    [
      'if: v > 5',
      LEVELS,
      '3:1 error impossible-combination: `if` cannot go with `levels`, each of which says when it holds',
    ],
    [
      'for: 5m',
      LEVELS,
      '3:1 error impossible-combination: `for` cannot go with `levels`, each of which says when it holds',
    ],
    [
      'times: 3',
      LEVELS,
      '3:1 error impossible-combination: `times` cannot go with `levels`, each of which says when it holds',
    ],
    [
      'absent: 1h',
      LEVELS,
      '3:1 error impossible-combination: `absent` cannot go with `levels`, each of which says when it holds',
    ],
    [
      '',
      `severity: bad, ${LEVELS}`,
      '4:10 error impossible-combination: `severity` cannot go with `levels`, whose names are the severities',
    ],
    [
      'if: v > 5',
      'falling: true',
      '4:10 error impossible-combination: `falling` needs `levels`: without them there is one severity',
    ],
    [
      '',
      'levels: {}',
      '4:10 error impossible-combination: `levels` has no level, so nothing would make the alert fire',
    ],
    [
      '',
      'levels: { low: { if: v > 1, for: 5m }, high: { if: { ">": [{ var: v }, 1] }, for: 5m } }',
      '4:25 warning never-shown: "low" is never the severity: "high" is higher, and holds whenever it does',
    ],
    [
      'if: v > 5\nelse: { log: x }',
      '',
      '4:1 error impossible-combination: `else` acts on each message; this rule acts on levels',
    ],
    [
      'fire: each\nif: v > 5',
      '',
      '3:1 error impossible-combination: `fire: each` cannot go with `alert`, which acts once for a level',
    ],
    [
      'if: v > 5',
      'severity: "${v}"',
      '4:20 error invalid-severity: the severity of a rule is the same for all messages',
    ],
    [
      'if: v > 5',
      'severity: ""',
      '4:20 error invalid-severity: a severity begins with a letter, and has at most 64 characters',
    ],
    [
      '',
      'levels: { 2: { if: v > 1 } }',
      '4:23 error invalid-severity: a severity begins with a letter, and has at most 64 characters',
    ],
    [
      'if: v > 5',
      'ack: "ok/${v}"',
      '4:15 error invalid-topic: the topic of acknowledgements is made of the key of the alert',
    ],
    [
      'if: v > 5',
      'topic: "a/#/${k}"',
      '4:17 error invalid-topic: this topic cannot be published to: it has a wildcard (+ or #)',
    ],
    [
      'if: v > 5',
      'topic: alerts',
      '4:17 warning shared-topic: the alerts of all keys share this topic, and each takes the place of the one before',
    ],
    [
      'if: v > 5',
      'labels: { "${k}": x }',
      '4:20 error template-key: a key is sent as it is written: `${…}` has a meaning only in values',
    ],
    ['', '', '2:5 warning never-ends: rule "r" acts once for each key: nothing ends its level'],
  ])('%s, alert: { %s }', (keys, alert, expected) => {
    expect(problems(rule(keys, alert))).toEqual([expected]);
  });

  test.each([
    ['', 'levels: { low: { if: v > 1, for: 5m }, high: { if: v > 1, for: 1h } }'], // It rises with time.
    ['', 'levels: { low: { if: v > 1 }, high: { if: v > 1, until: v < 1 } }'],
    ['until: { if: v < 1, for: 5m, min: 1h }\nexpire: 1d\nrepeat: 1h', LEVELS],
    ['fire: rise\nif: v > 5\ntimes: 3', 'severity: "Sehr übel"'],
    ['absent: 1h', 'topic: false, ack: false'],
    ['by: []\nif: v > 5', 'topic: alerts'],
  ])('but not %s, alert: { %s }', (keys, alert) => {
    expect(problems(rule(keys, alert))).toEqual([]);
  });

  test.each([
    ['alert: yes', '3:8 error wrong-type'],
    ['alert: { sevrity: x }', '3:10 error unknown-key'],
    ['alert: { levels: { low: 5 } }', '3:25 error wrong-type'],
    ['alert: { levels: { low: { for: 5m } } }', '3:25 error missing-key'],
    ['alert: { labels: { a: [1] } }', '3:23 error wrong-type'],
    ['alert: { topic: true }', '3:17 error'],
  ])('%s', (text, expected) => {
    expect(problems(`id: r\non: a\n${text}\nlog: x\n`)).toContainEqual(expect.stringContaining(expected));
  });
});

test('a sequence is no level, so it has no alert', () => {
  expect(problems('id: r\nsequence: [{ on: a }, { on: b, within: 1m }]\nalert: {}\n')).toContain(
    '3:1 error impossible-combination: `alert` cannot go with `sequence`',
  );
});

test('a rule whose only action is its alert does something', () => {
  expect(problems('id: r\non: a\nif: v > 1\nalert: {}\n')).toEqual([]);
});

test('severity has no meaning without an alert, and before the key', () => {
  expect(problems('id: r\non: a\nfor: 1m\nif: severity == "x"\nlog: x\n')).toEqual([
    '4:5 error no-meaning: `severity` has a value only in a rule with `alert`. A field of the payload is payload.severity',
  ]);
  expect(problems('id: r\non: a\nwhere: severity == "x"\nif: v > 1\nalert: {}\n')[0]).toContain('no-meaning');
});

describe('where an alert goes and what it listens to', () => {
  const inputs = (text: string): string[] =>
    programOf(text).rules.flatMap((one) =>
      one.inputs.map(({ kind, filter, qos, retained }) => `${kind} ${filter.text} ${qos} ${retained}`),
    );

  test('its acknowledgements are subscribed to, with a wildcard for each part of the key', () => {
    expect(inputs('{ id: r, on: t/+a/+b, if: v > 1, alert: {} }')).toEqual([
      'message t/+/+ 1 use',
      'ack alerts/r/+/+/ack 1 skip',
    ]);
    expect(inputs('{ id: r, on: [t/+a, u/+a/+b], by: x, if: v > 1, alert: { ack: "${rule}/ok/${x}" } }')).toContain(
      'ack r/ok/+ 1 skip',
    );
    expect(inputs('{ id: r, on: [t/+, u/+/+], if: v > 1, alert: {} }').slice(2)).toEqual([
      'ack alerts/r/+/ack 1 skip',
      'ack alerts/r/+/+/ack 1 skip',
    ]);
    expect(inputs('{ id: r, on: "t/#rest", if: v > 1, alert: { ack: "ok/${rest}" } }')).toContain('ack ok/# 1 skip');
  });

  test('its messages are outputs of the rule', () => {
    const { rules } = compiled('{ id: r, on: t/+a/+b, if: v > 1, alert: {} }');
    expect(rules[0]?.outputs).toEqual([{ broker: 'default', filter: 'alerts/r/+/+' }]);
  });

  test('only a rule that listens to alerts is in a circle of them', () => {
    const loops = (text: string): string[] =>
      findLoops(compiled(text).rules.map((one) => ({ ...one, file: 'r.yaml' }))).map(({ message }) => message);
    expect(loops('{ id: r, on: t/+a, if: v > 1, alert: {} }')).toEqual([]);
    expect(loops('{ id: r, on: t/+a, if: v > 1, alert: {}, publish: { topic: "alerts/r/${a}/ack" } }')).toEqual([]);
    expect(loops('{ id: r, on: alerts/+rule_/+k, by: [k], if: v > 1, alert: {} }')).toEqual([
      'rule "r" can publish to a topic it listens to',
    ]);
    expect(loops('{ id: r, on: alerts/other/+k, if: v > 1, alert: {} }')).toEqual([]);
  });

  test('retained messages count for it, unless it is about silence or says otherwise', () => {
    expect(inputs('{ id: r, on: t, absent: 1h, alert: { ack: false } }')).toEqual(['message t 1 prime']);
    expect(inputs('{ id: r, on: { topic: t, retained: skip }, if: v, alert: { ack: false } }')).toEqual([
      'message t 1 skip',
    ]);
  });
});
