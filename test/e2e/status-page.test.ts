import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpServer } from '../../src/adapters/http/server.ts';
import { BUSY, fixedApplication, rule } from '../adapters/http/fixed-application.ts';
import { needs } from '../peers/needs.ts';

const run = promisify(execFile);

/** The document as the browser understood it, and what it complained of. */
async function inBrowser(url: string): Promise<{ dom: string; complaints: string }> {
  const profile = mkdtempSync(join(tmpdir(), 'automate-browser-'));
  onTestFinished(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  const options =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync --enable-logging=stderr --dump-dom';
  const { stdout, stderr } = await run('chromium', [...options.split(' '), `--user-data-dir=${profile}`, url], {
    timeout: 60_000,
    maxBuffer: 2 ** 24,
  });
  return {
    dom: stdout,
    complaints: stderr
      .split('\n')
      .filter((line) => line.includes('CONSOLE'))
      .join('\n'),
  };
}

describe.skipIf(!needs('chromium'))('a browser', () => {
  test('shows the status page as it is meant, with its style and without a complaint', async () => {
    const evil = '<script>document.title = "taken"</script>';
    const status = { ...BUSY, rules: [...BUSY.rules, rule('evil', { file: evil, on: [evil] })] };
    const server = httpServer({ host: '127.0.0.1', port: 0 }, fixedApplication({ status: () => status }));
    const { url } = await server.start();
    onTestFinished(() => server.stop());
    const { dom, complaints } = await inBrowser(url);
    expect(complaints).toBe('');
    expect(dom).toContain('<title>main · automate</title>');
    expect(dom).toContain('<code>rules/heat.yaml:12:9</code>');
    expect(dom.match(/<tr>/g)).toHaveLength(1 + status.rules.length);
    expect(dom).not.toContain('<script');
  });
});
