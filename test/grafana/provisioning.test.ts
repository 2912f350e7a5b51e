import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const GRAFANA = join(import.meta.dirname, '../../grafana');
const read = (name: string) => parse(readFileSync(join(GRAFANA, name), 'utf8'));

/** Where each folder of this one is in a container. */
const mounts = (service: string): Map<string, string> =>
  new Map(
    (read('compose.yaml').services[service].volumes as string[])
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':') as [string, string]),
  );

test('what the containers are given is there', () => {
  for (const service of ['prometheus', 'grafana']) {
    for (const path of mounts(service).keys()) expect(existsSync(join(GRAFANA, path)), path).toBe(true);
  }
});

test('Grafana looks for the dashboard where it lies', () => {
  const [provider] = read('provisioning/dashboards/automate.yaml').providers;
  expect(provider.options.path).toBe(mounts('grafana').get('./dashboards'));
  expect(mounts('grafana').get('./provisioning')).toBe('/etc/grafana/provisioning');
});

test('Prometheus finds the alerts beside its configuration', () => {
  expect(mounts('prometheus').get('./alerts.yaml')).toBe('/etc/prometheus/alerts.yaml');
  expect(read('compose.yaml').services.prometheus.command).toContain(
    `--config.file=${mounts('prometheus').get('./prometheus.yml')}`,
  );
  expect(read('prometheus.yml').rule_files).toEqual(['alerts.yaml']);
});

test('Grafana asks the Prometheus that is started, and knows how often it scrapes', () => {
  const [source] = read('provisioning/datasources/prometheus.yaml').datasources;
  expect(read('compose.yaml').services.prometheus.command).toContain(
    `--web.listen-address=${source.url.replace('http://', '')}`,
  );
  expect(source.jsonData.timeInterval).toBe(read('prometheus.yml').global.scrape_interval);
});

test('every alert says how bad it is, what it is and what to do, and asks for the job that is scraped', () => {
  const job: string = read('prometheus.yml').scrape_configs[0].job_name;
  for (const { alert, expr, labels, annotations } of read('alerts.yaml').groups[0].rules) {
    expect(['critical', 'warning'], alert).toContain(labels.severity);
    expect(annotations, alert).toEqual({ summary: expect.any(String), description: expect.any(String) });
    for (const [, name] of expr.matchAll(/job="(\w+)"/g)) expect(name).toBe(job);
  }
});
