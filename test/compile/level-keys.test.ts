import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

/** The problems of a rule with these keys, as `column severity code: message`. */
function problems(keys: string): string[] {
  const text = `{ id: r, on: "t/+k", ${keys}, log: x }`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  return compileFile('r.yaml', text, PLAY_SETTINGS, surroundings).problems.map(
    ({ column, severity, code, message }) =>
      `${text.slice(column - 1).split(/[ :,}]/)[0]} ${severity} ${code}: ${message}`,
  );
}

const SILENCE = 'cannot go with `absent`: silence is the condition, and ends with the next message';
const ONCE = 'which acts once for a level';
const NEVER_ENDS = 'rule "r" acts once for each key: nothing ends its level';
const NEVER_BEGINS = 'rule "r" never acts: while `until` holds, no level begins';

describe('keys of levels', () => {
  test.each([
    ['absent: 1h, if: a', 'if error impossible-combination: `if` ' + SILENCE],
    ['absent: 1h, for: 1m', 'for error impossible-combination: `for` ' + SILENCE],
    ['absent: 1h, times: 2', 'times error impossible-combination: `times` ' + SILENCE],
    ['absent: 1h, until: a', 'until error impossible-combination: `until` ' + SILENCE],
    ['absent: 1h, expire: 1m', 'expire error impossible-combination: `expire` ' + SILENCE],
    ['if: a, fire: each, for: 1m', 'fire error impossible-combination: `fire: each` cannot go with `for`, ' + ONCE],
    ['if: a, fire: each, times: 2', 'fire error impossible-combination: `fire: each` cannot go with `times`, ' + ONCE],
    ['if: a, fire: each, until: b', 'fire error impossible-combination: `fire: each` cannot go with `until`, ' + ONCE],
    [
      'if: a, fire: each, expire: 1m',
      'fire error impossible-combination: `fire: each` cannot go with `expire`, ' + ONCE,
    ],
    [
      'if: a, fire: each, repeat: 1m',
      'fire error impossible-combination: `fire: each` cannot go with `repeat`, ' + ONCE,
    ],
    ['fire: each, absent: 1m', 'fire error impossible-combination: `fire: each` cannot go with `absent`, ' + ONCE],
    [
      'if: a, fire: each, end: { log: y }',
      'fire error impossible-combination: `fire: each` cannot go with `end`, ' + ONCE,
    ],
    [
      'if: a, for: 1m, else: { log: y }',
      'else error impossible-combination: `else` acts on each message; this rule acts on levels',
    ],
    [
      'if: a, fire: rise, else: { log: y }',
      'else error impossible-combination: `else` acts on each message; this rule acts on levels',
    ],
  ])('that cannot go together: %s', (keys, problem) => {
    expect(problems(keys)).toEqual([problem]);
  });

  test.each([
    ['if: a, repeat: 0s', '0s error no-time: it would act again and again without end'],
    ['if: a, expire: 0ms', '0ms error no-time: the level would end as soon as it has begun'],
    ['absent: 0h', '0h error no-time: every message would be the beginning of a silence'],
    ['absent: { after: 0s, keys: [a] }', '0s error no-time: every message would be the beginning of a silence'],
    ['if: a, for: -5m', '-5m error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, repeat: -5m', '-5m error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, debounce: -1s', '-1s error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, times: 0', '0 error invalid-value: the number must be at least 1'],
    ['if: a, times: 1.5', '1.5 error wrong-type: expected a whole number for `times`, got 1.5'],
    ['if: a, until: { if: b, for: 5 }', '5 error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, until: { for: 5m, min: soon }', 'soon error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, until: { for: soon }', 'soon error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, until: { min: soon }', 'soon error invalid-value: expected a duration such as 30s, 5m or 1h30m'],
    ['if: a, until: { if: b, fro: 5m }', 'fro error unknown-key: "fro" is not a key of `until`'],
    ['if: a, until: { for: 3m, max: 5m }', 'max error unknown-key: "max" is not a key of `until`'],
  ])('with no time, or a time that is none: %s', (keys, problem) => {
    expect(problems(keys)).toEqual([problem]);
  });

  test.each([
    ['for: 5m', '"t/+k" warning never-ends: ' + NEVER_ENDS],
    ['times: 3', '"t/+k" warning never-ends: ' + NEVER_ENDS],
    ['fire: rise', '"t/+k" warning never-ends: ' + NEVER_ENDS],
    ['if: true, for: 5m', '"t/+k" warning never-ends: ' + NEVER_ENDS],
    ['if: a, until: false', 'false warning never-ends: ' + NEVER_ENDS],
    ['if: a, until: { if: false, for: 1m }', '{ warning never-ends: ' + NEVER_ENDS],
    ['until: { for: 1m }', '{ warning never-ends: ' + NEVER_ENDS],
    ['if: a, until: true', 'true warning never-begins: ' + NEVER_BEGINS],
    ['if: a > 5, until: a > 5', 'a warning never-begins: ' + NEVER_BEGINS],
    [
      'if: a, repeat: 5s, debounce: 5s',
      '5s warning never-quiet: it acts again every 5s, so `debounce` never sees 5s of quiet while the level is active',
    ],
  ])('that compile, and are probably not meant: %s', (keys, problem) => {
    expect(problems(keys)).toEqual([problem]);
  });

  test('that do the same thing again, where there is nothing to do', () => {
    const text = '{ id: r, on: a, if: b, repeat: 5m, alert: { severity: bad } }';
    const surroundings = { env: () => undefined, file: () => new Error('none') };
    expect(compileFile('r.yaml', text, PLAY_SETTINGS, surroundings).problems).toMatchObject([
      { severity: 'warning', code: 'nothing-to-repeat', message: 'rule "r" has nothing to do again' },
    ]);
  });

  test.each([
    'if: a, for: 0s', // As good as none: that is how a rule overrides `defaults`.
    'if: a, until: { for: 0s, min: 0s }',
    'if: a, debounce: 0s',
    'if: a, until: { min: 5m }',
    'if: a, for: 5m, expire: 1m', // Completes where the message comes again and again.
    'if: a, for: 5m, until: { for: 1m, min: 1s }',
    'for: 5m, until: a',
    'for: 5m, expire: 10m',
    'fire: rise, if: a',
    'absent: 1h, fire: rise, repeat: 10m, throttle: 1h',
    'if: a > 5, until: a > 6',
    'if: a, repeat: 6s, debounce: 5s',
    'if: a, end: { set: {} }',
    'if: a, fire: each, debounce: 5s, else: { log: y }',
  ])('that make sense: %s', (keys) => {
    expect(problems(keys)).toEqual([]);
  });
});
