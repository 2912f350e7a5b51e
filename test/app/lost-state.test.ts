import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkRules, type CheckedRules } from '../../src/app/check.ts';
import { loadConfig } from '../../src/app/config.ts';
import { lostState, rememberingRules, type RememberedKeys } from '../../src/app/lost-state.ts';

async function checked(rules: string): Promise<CheckedRules> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-lost-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules', 'r.yaml'), rules);
  writeFileSync(join(folder, 'automate.yaml'), '');
  const loaded = loadConfig({ file: join(folder, 'automate.yaml'), environment: {}, flags: [] });
  if (!loaded.ok) throw new Error('the configuration is empty');
  return checkRules(loaded.config, [loaded.config.rules]);
}

const BEFORE = `
- { id: hot, on: a, if: t > 30, for: 5m, log: x }
- { id: mean, on: a, window: { tumbling: 5m }, aggregate: { m: avg(t) }, log: "\${m}" }
- { id: plain, on: a, if: t > 30, log: x }
- { id: gone, on: a, memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }
- { id: freezer, on: a, if: t > 5, alert: { severity: bad } }
`;

test.each([
  [
    'thresholds, durations and actions',
    BEFORE.replace('for: 5m', 'for: 10m').replaceAll('30', '40').replaceAll('log: x', 'log: y'),
    [],
  ],
  ['a window of another size', BEFORE.replace('tumbling: 5m', 'tumbling: 10m'), []],
  ['another function', BEFORE.replace('avg(t)', 'max(t)'), ['3 rule "mean" begins anew with its window']],
  [
    'an alert in the place of a level',
    BEFORE.replace('log: x', 'alert: { severity: bad }'),
    ['2 rule "hot" begins anew with its level'],
  ],
  [
    'a rule that is gone',
    BEFORE.replace(/- \{ id: gone.*/, ''),
    ['5 rule "gone" is gone: what it remembers is dropped'],
  ],
  [
    'a rule that is disabled',
    BEFORE.replace('id: gone,', 'id: gone, enabled: false,'),
    ['5 rule "gone" is disabled: what it remembers is dropped'],
  ],
  [
    'an alert that only evaluates from now on',
    BEFORE.replace('id: freezer,', 'id: freezer, shadow: true,'),
    ['6 rule "freezer" begins anew with its alert, and its alerts are resolved'],
  ],
  ['a rule without memory that is gone', BEFORE.replace(/- \{ id: plain.*/, ''), []],
  [
    'an alert that is gone',
    BEFORE.replace('id: freezer', 'id: fridge'),
    ['6 rule "freezer" is gone: what it remembers is dropped, and its alerts are resolved'],
  ],
])('%s', async (_, after, expected) => {
  const losses = lostState(rememberingRules(await checked(BEFORE)), await checked(after));
  expect(losses.map(({ line, message }) => `${line} ${message}`)).toEqual(expected);
});

const NOW = BEFORE.replace('avg(t)', 'max(t)')
  .replace('id: freezer', 'id: fridge')
  .replace(/- \{ id: gone.*/, '');

test.each<[string, RememberedKeys, string[]]>([
  ['nothing', { all: 0, pending: 0, active: 0 }, []],
  [
    'one key',
    { all: 1, pending: 0, active: 0 },
    [
      'rule "mean" begins anew with its window for 1 key',
      'rule "gone" is gone: what it remembers of 1 key is dropped',
      'rule "freezer" is gone: what it remembers of 1 key is dropped',
    ],
  ],
  [
    'keys that are pending and active',
    { all: 12, pending: 1, active: 2 },
    [
      'rule "mean" begins anew with its window for 12 keys',
      'rule "gone" is gone: what it remembers of 12 keys (1 pending, 2 active) is dropped',
      'rule "freezer" is gone: what it remembers of 12 keys (1 pending, 2 firing) is dropped, and its alerts are resolved',
    ],
  ],
])('what rules lose that remember %s', async (_, keys, expected) => {
  const before = rememberingRules(await checked(BEFORE)).map((rule) => ({ ...rule, keys }));
  expect(lostState(before, await checked(NOW)).map(({ message }) => message)).toEqual(expected);
  expect(lostState(before, await checked(BEFORE))).toEqual([]);
});

test('a level that becomes an alert loses what is pending and active', async () => {
  const keys = { all: 3, pending: 1, active: 1 };
  const [hot] = rememberingRules(await checked(BEFORE));
  const after = await checked(BEFORE.replace('log: x', 'alert: { severity: bad }'));
  const losses = lostState(hot === undefined ? [] : [{ ...hot, keys }], after);
  expect(losses.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '2 rule "hot" begins anew with its level for 3 keys (1 pending, 1 active)',
  ]);
});
