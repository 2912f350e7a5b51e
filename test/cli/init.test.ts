import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkRules } from '../../src/app/check.ts';
import { loadConfig } from '../../src/app/config.ts';
import { TestSources } from '../../src/app/test.ts';
import { serviceUnit } from '../../src/cli/init/service-unit.ts';
import { initCommand } from '../../src/cli/init.ts';
import { ruleFileSchema } from '../../src/compile/json-schema.ts';
import { run, TestTerminal } from './test-terminal.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'automate-init-')), 'house');
});

async function init(env: Record<string, string> = {}): Promise<TestTerminal> {
  const terminal = new TestTerminal({ env });
  await run(initCommand(terminal), [folder]);
  return terminal;
}

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

test('writes a project and says what to do next', async () => {
  const terminal = await init();
  expect([terminal.exitCode, terminal.err]).toEqual([undefined, '']);
  expect(files()).toEqual([
    '.automate/schema.json',
    '.gitignore',
    'README.md',
    'automate.service',
    'automate.yaml',
    'compose.yaml',
    'rules/battery.yaml',
    'rules/climate.yaml',
  ]);
  for (const file of files()) expect(terminal.out).toContain(`  ${file}\n`);
  expect(terminal.out).toMatch(
    /next:\n {2}cd .*\/house\n {2}automate check .*\n {2}automate test .*\n {2}automate start /,
  );
});

test('its configuration and rules have no problems', async () => {
  await init();
  const loaded = loadConfig({ file: join(folder, 'automate.yaml'), environment: {}, flags: [] });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.problems).toEqual([]);
  expect(await checkRules(loaded.config, [loaded.config.rules])).toMatchObject({
    files: 2,
    rules: 2,
    problems: [],
  });
});

test('its rules have tests, which they pass', async () => {
  await init();
  const loaded = loadConfig({ file: join(folder, 'automate.yaml'), environment: {}, flags: [] });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { files, problems } = await new TestSources(loaded.config, [loaded.config.rules]).load();
  expect([files.length, problems]).toEqual([2, []]);
  for (const { tests, run } of files) expect(tests.map((one) => run(one, null).failures)).toEqual(tests.map(() => []));
});

test('its rules lead editors to the schema', async () => {
  await init();
  for (const file of ['rules/climate.yaml', 'rules/battery.yaml']) {
    const [, path = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(read(file)) ?? [];
    expect(JSON.parse(read(join('rules', path)))).toEqual(ruleFileSchema());
  }
});

test('its compose file runs the program that is installed here', async () => {
  await init();
  const { services } = parse(read('compose.yaml')) as {
    services: { automate: { volumes: string[]; command: string[] } };
  };
  const [, program = ''] =
    /^\$\{AUTOMATE_PROGRAM:-(.*)\}:\/opt\/automate:ro$/.exec(services.automate.volumes[0] ?? '') ?? [];
  expect(statSync(join(program, 'bin/automate.js')).isFile()).toBe(true);
  expect(services.automate.command).toEqual(['node', '/opt/automate/bin/automate.js', 'start']);
});

test('overwrites nothing and writes nothing beside what is there', async () => {
  mkdirSync(join(folder, 'rules'), { recursive: true });
  writeFileSync(join(folder, 'automate.yaml'), 'mine');
  symlinkSync('/nowhere', join(folder, 'rules/climate.yaml'));
  const terminal = await init();
  expect(terminal.exitCode).toBe(1);
  expect(terminal.err).toContain(
    'nothing was written, because these are here already:\n  automate.yaml\n  rules/climate.yaml\n',
  );
  expect([read('automate.yaml'), readdirSync(folder).sort()]).toEqual(['mine', ['automate.yaml', 'rules']]);
});

test('writes into a folder that has other files', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  expect((await init()).exitCode).toBeUndefined();
});

test('says that the folder is a file', async () => {
  writeFileSync(folder, '');
  const terminal = await init();
  expect([terminal.exitCode, terminal.err]).toEqual([
    1,
    expect.stringMatching(/^cannot write .*: it is not a folder\n$/),
  ]);
});

test('sends nobody out of reach of npx', async () => {
  const { out } = await init({ npm_command: 'exec' });
  expect(out).toMatch(/\n {2}npx automate start --config \S+\/house\/automate\.yaml /);
  expect(out).not.toContain('cd ');
});

describe('the systemd unit', () => {
  test('quotes what systemd would read otherwise', () => {
    const unit = serviceUnit({
      folder: '/srv/50% "off"',
      user: 'jo',
      node: '/opt/node $1/bin/node',
      program: '/opt/automate',
    });
    expect(unit).toContain('\nExecStart="/opt/node $$1/bin/node" /opt/automate/bin/automate.js start\n');
    expect(unit).toContain('\nWorkingDirectory=/srv/50%% "off"\n');
    expect(unit).toContain('\nReadWritePaths="/srv/50%% \\"off\\""\n');
    expect(unit).toContain('\nUser=jo\n');
  });
});
