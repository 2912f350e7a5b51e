import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaCommand } from '../../src/cli/schema.ts';
import { versionCommand } from '../../src/cli/version.ts';
import { ruleFileSchema } from '../../src/compile/json-schema.ts';
import { run, TestTerminal } from './test-terminal.ts';

test('prints the schema of rule files', async () => {
  const terminal = new TestTerminal();
  await run(schemaCommand(terminal), []);
  expect(JSON.parse(terminal.out)).toEqual(ruleFileSchema());
});

test('writes the schema to a file', async () => {
  const terminal = new TestTerminal();
  const path = join(mkdtempSync(join(tmpdir(), 'automate-schema-')), 'schema.json');
  await run(schemaCommand(terminal), ['-o', path]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(ruleFileSchema());
  expect(terminal.out).toBe('');
});

test('says why the schema cannot be written', async () => {
  const terminal = new TestTerminal();
  await run(schemaCommand(terminal), ['-o', '/nowhere/schema.json']);
  expect([terminal.exitCode, terminal.err]).toEqual([
    1,
    'cannot write /nowhere/schema.json: there is no such file or folder\n',
  ]);
});

test('prints the version, and as JSON what it runs on', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const terminal = new TestTerminal();
  await run(versionCommand(terminal), []);
  await run(versionCommand(terminal), ['--json']);
  const [text, json = ''] = terminal.out.split('\n');
  expect(text).toBe(version);
  expect(JSON.parse(json)).toEqual({ version, node: process.version, platform: process.platform, arch: process.arch });
});
