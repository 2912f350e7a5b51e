import { describe, expect, test } from 'vitest';
import { compileFile, type CompiledFile } from '../../src/compile/compile-file.ts';
import type { CompileSettings } from '../../src/compile/rule.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import { formatProblem } from '../../src/spec/frame.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const SETTINGS: CompileSettings = {
  ...PLAY_SETTINGS,
  zone: zone('Europe/Berlin'),
  location: { latitude: 48.86, longitude: 2.29 },
};
const surroundings = { env: () => undefined, file: () => new Error('none') };

function compiled(text: string, settings = SETTINGS): CompiledFile {
  return compileFile('rules/r.yaml', text, settings, surroundings);
}

/** The problems of a rule with this `on`, each as `code: message (what is underlined)`. */
function problems(on: string, more = 'log: x', settings = SETTINGS): string[] {
  const text = `id: r\non: ${on}\n${more}\n`;
  return compiled(text, settings).problems.map(({ line, column, length, code, message }) => {
    const shown = text.split('\n')[line - 1]?.slice(column - 1, column - 1 + length) ?? '';
    return `${code}: ${message} (${shown})`;
  });
}

/** The ids of what a rule with this `on` ticks by. */
function schedules(on: string, settings = SETTINGS): string[] {
  const { rules, problems } = compiled(`id: r\non: ${on}\nlog: x\n`, settings);
  expect(problems).toEqual([]);
  const [rule] = rules.map((located) => located.rule);
  return [...(rule?.schedules ?? []).map(({ id }) => id), ...(rule?.onStart === true ? ['start'] : [])];
}

describe('a source of time', () => {
  test.each([
    ['{ schedule: "0 23 * * 1-5" }', ['cron 0 23 * * 1-5 Europe/Berlin']],
    ['{ schedule: "@hourly", timezone: America/New_York }', ['cron @HOURLY America/New_York']],
    ['{ every: 30s }', ['every 30000 Europe/Berlin']],
    ['{ every: 1d, timezone: UTC }', ['every 86400000 UTC']],
    ['{ sun: sunset }', ['sun sunset 0 48.86 2.29']],
    ['{ sun: dawn, offset: -1h30m }', ['sun dawn -5400000 48.86 2.29']],
    ['{ start: true }', ['start']],
    ['[{ every: 30s }, { start: true }]', ['every 30000 Europe/Berlin', 'start']],
  ])('%s', (on, expected) => {
    expect(schedules(on)).toEqual(expected);
  });

  test('goes by the zone of the configuration unless it has its own', () => {
    expect(schedules('{ schedule: "0 9 * * *" }', { ...SETTINGS, zone: zone('Asia/Kolkata') })).toEqual([
      'cron 0 9 * * * Asia/Kolkata',
    ]);
  });

  test('stands in a list with topics', () => {
    const { rules, problems } = compiled('id: r\non: [{ every: 1m }, a/b, { topic: c/d, qos: 0 }]\nlog: x\n');
    expect(problems).toEqual([]);
    expect(rules[0]?.rule.inputs.map(({ filter }) => filter.text)).toEqual(['a/b', 'c/d']);
    expect(rules[0]?.rule.schedules).toHaveLength(1);
  });
});

describe('a mistake in a source of time is shown where it is', () => {
  test.each([
    ['{ schedule: "0 25 * * *" }', ['invalid-schedule: "25" is not possible as the hour (25)']],
    ['{ schedule: "0 0 30 2 *" }', ['never-runs: no year has such a day: this would never run (30 2)']],
    [
      '{ schedule: "0 9 * * *", timezone: Europe/Berln }',
      ['unknown-timezone: "Europe/Berln" is not a time zone (Europe/Berln)'],
    ],
    ['{ every: 0s }', ['invalid-value: `every` must be longer than nothing (0s)']],
    ['{ every: 30 }', ['wrong-type: expected a duration for `every`, got a number (30)']],
    [
      '{ every: 30s, sun: sunset }',
      ['invalid-value: `sun` cannot go with `every`: for two sources, make `on` a list (sunset)'],
    ],
    ['{ every: 30s, offset: 5m }', ['invalid-value: `offset` says nothing about `every` (5m)']],
    ['{ sun: sunset, timezone: UTC }', ['invalid-value: `timezone` says nothing about `sun` (UTC)']],
    ['{ sun: sunset, offset: soon }', ['invalid-value: expected a duration such as 30m, or -30m for before (soon)']],
    ['{ start: false }', ['invalid-value: false is not one of the values for `start`: true (false)']],
    ['{ shedule: "0 9 * * *" }', ['unknown-key: "shedule" is not a key of `on` (shedule)']],
    ['{ evry: 30s, timezone: UTC }', ['unknown-key: "evry" is not a key of `on` (evry)']],
    ['{ every: 30s, tz: UTC }', ['unknown-key: "tz" is not a key of `on` (tz)']],
  ])('%s', (on, expected) => {
    expect(problems(on)).toEqual(expected);
  });

  test('an event of the sun that is nearly right', () => {
    const text = 'id: r\non: { sun: sunet }\nlog: x\n';
    const [problem] = compiled(text).problems;
    expect(problem === undefined ? '' : formatProblem(problem, text, { color: false })).toContain(
      'hint: Did you mean "sunset"?',
    );
  });

  test('without a place the sun cannot be looked at, unless the rule is switched off', () => {
    const nowhere = { ...SETTINGS, location: null };
    expect(problems('{ sun: sunset }', 'log: x', nowhere)).toEqual([
      'no-location: when the sun does this depends on where, and the configuration does not say (sunset)',
    ]);
    expect(problems('{ sun: sunset }', 'log: x\nenabled: false', nowhere)).toEqual([]);
  });

  test('the sun that never does this there', () => {
    expect(problems('{ sun: sunrise }', 'log: x', { ...SETTINGS, location: { latitude: 90, longitude: 0 } })).toEqual([
      'never-runs: there is no sunrise at latitude 90: this would never come (sunrise)',
    ]);
  });

  test('names that are not those of sources of time are named inputs', () => {
    expect(problems('{ sunny: a/b, starts: c/d }')).toEqual([]);
    expect(problems('{ start: a/b, stop: c/d }')).toEqual([]);
  });
});

describe('a tick', () => {
  test('has no wildcards', () => {
    expect(problems('[home/+room/button, { every: 1m }]', 'log: "${room}"')).toEqual([
      expect.stringContaining('but a tick of its schedule has no topic'),
    ]);
    expect(problems('[home/+room/button, { every: 1m }]', 'log: x')).toEqual([]);
  });

  test('has no payload, of which a rule with nothing else is told', () => {
    const message = (field: string): string =>
      `no-payload: \`${field}\` is read as a field of the payload, and a tick of a schedule has none: it is always unknown`;
    expect(problems('{ every: 1m }', 'if: temperature > 30\nlog: "${room.name}"')).toEqual([
      expect.stringContaining(message('temperature')),
      expect.stringContaining(message('room')),
    ]);
    expect(problems('[{ every: 1m }, a/b]', 'if: temperature > 30\nlog: x')).toEqual([]);
  });

  test('may look things up, and go through what it finds', () => {
    const more = `
with: { rooms: { topic: home/+room/t, where: temperature > 0 } }
foreach: entries(rooms)
by: payload.key
let: { t: value.temperature }
memory: { n: 0 }
set: { n: n + 1 }
if: t > 30 and some(values(rooms), temperature > 3)
log: "\${value.temperature} \${now} \${n}"
on_error: { log: "\${error}" }`;
    expect(problems('{ every: 1m }', more)).toEqual([]);
    expect(problems('{ every: 1m }', 'log: "${now}"\non_error: { log: "${error}" }')).toEqual([]);
  });
});
