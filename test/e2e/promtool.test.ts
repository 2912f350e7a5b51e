import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { metrics } from '../../src/adapters/metrics/metrics.ts';
import { firedRule, fixedReadings } from '../adapters/metrics/fixed-readings.ts';
import { needs } from '../peers/needs.ts';

describe.skipIf(!needs('promtool'))('promtool', () => {
  const busy = Array.from({ length: 600 }, (_, n) => firedRule(`rule-${n}`, n));

  test.each([
    ['an engine without rules', []],
    ['an engine with more rules than are named', busy],
  ])('finds nothing to object to in the metrics of %s', async (_what, rules) => {
    const { body } = await metrics(
      fixedReadings(() => rules),
      { version: '1.2.3' },
    ).render(undefined);
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('reads every sample of the OpenMetrics page', async () => {
    const page = metrics(
      fixedReadings(() => busy),
      { version: '1.2.3' },
    );
    const { body } = await page.render('application/openmetrics-text');
    const lines = body.split('\n');
    const folder = mkdtempSync(join(tmpdir(), 'automate-promtool-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // An import wants to know when each sample was taken.
    const dated = lines.map((line) => (line === '' || line.startsWith('#') ? line : `${line} 1700000000`));
    writeFileSync(join(folder, 'page.txt'), dated.join('\n'));
    const imported = spawnSync(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'page.txt'), join(folder, 'blocks')],
      { encoding: 'utf8' },
    );
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#')).length;
    expect(imported.stdout.split(/\s+/)).toContain(String(samples));
  });
});
