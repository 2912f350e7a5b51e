import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkRules, type CheckedRules } from '../../src/app/check.ts';
import { loadConfig } from '../../src/app/config.ts';
import { lostState } from '../../src/app/lost-state.ts';

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
  ['a rule without memory that is gone', BEFORE.replace(/- \{ id: plain.*/, ''), []],
  [
    'an alert that is gone',
    BEFORE.replace('id: freezer', 'id: fridge'),
    ['6 rule "freezer" is gone: what it remembers is dropped, and its alerts are resolved'],
  ],
])('%s', async (_, after, expected) => {
  const losses = lostState(await checked(BEFORE), await checked(after));
  expect(losses.map(({ line, message }) => `${line} ${message}`)).toEqual(expected);
});
