import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dashboard } from '../../grafana/dashboard.ts';
import { metrics } from '../../src/adapters/metrics/metrics.ts';
import { firedRule, fixedReadings } from '../adapters/metrics/fixed-readings.ts';
import { readDashboard, type Panel } from './read-dashboard.ts';

const { panels, rows, variables } = readDashboard();
const targets = panels.flatMap((panel) => panel.targets.map((target) => ({ ...target, panel: panel.title })));

test('the committed file is what the code makes', () => {
  const file = new URL('../../grafana/dashboards/automate.json', import.meta.url);
  expect(readFileSync(file, 'utf8'), 'npx tsx grafana/build.ts').toBe(`${JSON.stringify(dashboard(), undefined, 2)}\n`);
});

test('the rows read from “is all well?” down', () => {
  expect(rows.map(({ title }) => title)).toEqual([
    'Overview',
    'Messages',
    'Rules',
    'Levels and alerts',
    'Actions',
    'Latency',
    'Reloads and connection',
    'Process',
  ]);
});

describe.each(panels)('the panel “$title”', (panel) => {
  test('says what it shows, in a unit, and what to do about it', () => {
    expect(panel.description.length).toBeGreaterThan(80);
    const { unit = panel.options.yAxis?.unit } = panel.fieldConfig.defaults;
    expect(unit).toEqual(expect.any(String));
  });

  test('asks the chosen Prometheus, each query under a name and with a legend of its own', () => {
    expect(panel.datasource.uid).toBe('${datasource}');
    expect(panel.targets.length).toBeGreaterThan(0);
    for (const { datasource } of panel.targets) expect(datasource).toEqual(panel.datasource);
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
    for (const { legendFormat } of panel.targets) expect(legendFormat).not.toBe('');
  });
});

test('panels are told apart by title, and everything by number', () => {
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  expect(new Set([...panels, ...rows].map(({ id }) => id)).size).toBe(panels.length + rows.length);
});

test('panels fill their rows and do not overlap', () => {
  const taken = new Map<string, string>();
  for (const { title, gridPos } of [...rows, ...panels]) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.get(`${x} ${y}`), `under ${title}`).toBeUndefined();
        taken.set(`${x} ${y}`, title);
      }
    }
  }
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  expect(taken.size).toBe(24 * height);
});

test('queries look at the chosen engines, those about rules at the chosen rules', () => {
  for (const { expr, panel } of targets) {
    for (const [, name = '', selector = ''] of expr.matchAll(/([a-z]\w+_\w+)\{([^}]*)\}/g)) {
      expect(selector, panel).toContain('job=~"$job",instance=~"$instance"');
      const hasRule = /^automate_(rule_|actions_|alerts)/.test(name);
      expect(selector.includes('rule=~"$rule"'), `${panel}: ${name}`).toBe(hasRule);
    }
  }
});

test('counters and histograms are read as rates, over an interval that fits the scrapes', () => {
  for (const { expr, panel } of targets) {
    const counters = expr.match(/\w+_(total|bucket)\{/g) ?? [];
    const rates = expr.match(/(rate|increase)\(\w+_(total|bucket)\{[^}]*\}\[\$__rate_interval\]\)/g) ?? [];
    expect(rates.length, panel).toBe(counters.length);
  }
});

test('nothing is asked for that the engine does not say, and everything that it says is shown', async () => {
  const page = metrics(
    fixedReadings(() => [firedRule('a')]),
    { version: '1.2.3' },
  );
  const said = new Set(page.registry.getMetricsAsArray().map(({ name }) => name));
  const shown = new Set(targets.flatMap(({ expr }) => metricsIn(expr)));
  expect([...shown].filter((name) => !said.has(name))).toEqual([]);
  const missing = [...said].filter((name) => name.startsWith('automate_') && !shown.has(name));
  // What the variables are read from.
  expect(missing).toEqual(['automate_build_info']);
});

test('the variables are the Prometheus, then what its series are told apart by', () => {
  expect(variables.map(({ name, type, multi, includeAll }) => ({ name, type, multi, includeAll }))).toEqual([
    { name: 'datasource', type: 'datasource', multi: false, includeAll: false },
    { name: 'job', type: 'query', multi: true, includeAll: true },
    { name: 'instance', type: 'query', multi: true, includeAll: true },
    { name: 'rule', type: 'query', multi: true, includeAll: true },
  ]);
  const used = JSON.stringify(panels).match(/\$\{?\w+/g) ?? [];
  const known = ['__rate_interval', ...variables.map(({ name }) => name)];
  for (const name of used) expect(known).toContain(name.replace(/\W/g, ''));
});

function metricsIn(expression: Panel['targets'][number]['expr']): string[] {
  return [...expression.matchAll(/([a-z]\w+_\w+)\{/g)].map(([, name = '']) => name.replace(/_bucket$/, ''));
}
