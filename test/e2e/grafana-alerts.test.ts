import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../peers/needs.ts';

const PROJECT = join(import.meta.dirname, '../..');

describe.skipIf(!needs('promtool'))('promtool', () => {
  test.each([
    ['accepts the alerting rules', ['check', 'rules', 'grafana/alerts.yaml']],
    ['accepts the configuration to scrape with', ['check', 'config', 'grafana/prometheus.yml']],
    ['sees every alert fire when it should and not else', ['test', 'rules', 'test/grafana/alerts.promtool.yaml']],
  ])('%s', (_behaviour, words) => {
    const { status, stdout, stderr } = spawnSync('promtool', words, { cwd: PROJECT, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });
});
