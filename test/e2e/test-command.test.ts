import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { needsPython } from '../peers/needs.ts';
import { automate, COMMAND, environment, type Ended } from './command.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const RULE = `id: hot
on: t/+room
if: temperature > 30
publish: { topic: "o/\${room}", payload: { warm: true } }
`;
const PASSES = `  - name: tells when it is hot
    script:
      - { at: 0s, send: t/hall, payload: { temperature: 31 } }
      - { at: 0s, expect: o/hall, payload: { warm: true } }
`;
const FAILS = `  - name: "tells <cold> & \\"dark\\" #1 \\x07"
    script:
      - { at: 1m, send: t/hall, payload: { temperature: 29, what: "]]>\\x1b[31m" } }
      - { at: 1m, expect: o/hall, payload: { warm: false } }
`;

const withoutTimes = (text: string): string => text.replace(/\b\d+ ms/g, 'N ms');

function run(files: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> {
  return automate(['test', ...words], { folder: makeFolder(files) });
}

describe('automate test', () => {
  test('names the tests that passed, by file', async () => {
    const { stdout, stderr, code } = await run({
      'rules/hot.yaml': `${RULE}tests:\n${PASSES}`,
      'rules/deep/other.yaml': `id: other\non: a\nlog: x\n`,
      'rules/hot.test.yaml': `tests:\n${PASSES.replace('is hot', 'is hot, from beside')}`,
    });
    expect(withoutTimes(stdout)).toBe(`rules/hot.test.yaml
  ✓ tells when it is hot, from beside  0s in N ms

rules/hot.yaml
  ✓ tells when it is hot  0s in N ms

2 passed (N ms)
`);
    expect([stderr, code]).toEqual(['', 0]);
  });

  test('shows what is wrong where one failed, and ends with 1', async () => {
    const { stdout, stderr, code } = await run({ 'rules/hot.yaml': `${RULE}tests:\n${PASSES}${FAILS}` });
    expect(withoutTimes(stdout)).toBe(String.raw`rules/hot.yaml
  ✓ tells when it is hot  0s in N ms
  ✗ tells <cold> & "dark" #1 \x07  1m in N ms

    rules/hot.yaml:13:9
    expected o/hall at 1m, which did not come
    - {"warm":false}
    what hot did:
      1m        t/hall {"temperature":29,"what":"]]>\u001b[31m"}
                if: temperature > 30 → false for hall
                  temperature = 29

1 failed, 1 passed (N ms)
`);
    expect([stderr, code]).toEqual(['', 1]);
  });

  test('runs the tests with the names that are asked for', async () => {
    const files = { 'rules/hot.yaml': `${RULE}tests:\n${PASSES}${FAILS}` };
    expect(await run(files, '--run', '^tells when')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 passed'),
    });
    expect(await run(files, '--run', 'nobody')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'there are no tests with a name that matches /nobody/ in rules\n',
    });
    const wrong = await run(files, '--run', '(');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain("option '--run <pattern>' argument '(' is invalid");
  });

  test('does not take no tests for success', async () => {
    const files = { 'rules/hot.yaml': RULE };
    expect(await run(files)).toEqual({ code: 3, stdout: '', stderr: 'there are no tests in rules\n' });
    expect(await run(files, 'nowhere')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('nowhere:1:1 error unreadable'),
    });
  });

  test('shows the errors of a broken file, and runs the others', async () => {
    const { stdout, code } = await run({
      'rules/broken.yaml':
        'id: broken\non: a\nif: x >\nlog: x\ntests: [{ name: never, script: [{ at: 0s, send: a }] }]\n',
      'rules/broken.test.yaml': `tests:\n${PASSES}`,
      'rules/hot.yaml': `${RULE}tests:\n${PASSES}`,
    });
    expect(withoutTimes(stdout)).toBe(`rules/broken.yaml:3:7 error expected-value: expected a value after ">"
  2 | on: a
  3 | if: x >
    |       ^

rules/hot.yaml
  ✓ tells when it is hot  0s in N ms

1 passed, 1 error in files that were not run (N ms)
`);
    expect(code).toBe(1);
  });

  test('runs a single file of tests with the rules that it is about', async () => {
    const files = {
      'rules/hot.yaml': `${RULE}tests:\n${FAILS}`,
      'rules/hot.test.yaml': `tests:\n${PASSES}`,
      'rules/all.test.yaml': `tests:\n${PASSES}`,
    };
    expect(await run(files, './rules/hot.test.yaml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 passed'),
    });
    expect(await run(files, 'rules/all.test.yaml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 passed'),
    });
  });

  test('goes by the configuration', async () => {
    const rule = 'id: local\non: a\npublish: { topic: b, payload: \'${format_date(now, "%H")}\' }\n';
    const at = 'start: 2026-07-01T10:00:00Z, script: [{ at: 0s, send: a }, { at: 0s, expect: b, payload: "12" }]';
    const files = { 'rules/a.yaml': `${rule}tests: [{ name: it, ${at} }]` };
    expect(await run(files)).toMatchObject({ code: 1 });
    expect(await run({ ...files, 'automate.yaml': 'timezone: Europe/Berlin' })).toMatchObject({ code: 0 });
    const asked = { 'rules/a.yaml': `${rule}tests: [{ name: it, timezone: Europe/Berlin, ${at} }]` };
    expect(await run({ ...asked, 'automate.yaml': 'timezone: Asia/Tokyo' })).toMatchObject({ code: 0 });
    expect(await run({ 'automate.yaml': 'rulez: x' })).toMatchObject({ code: 78 });
  });
});

describe('reporters', () => {
  const files = { 'rules/hot.yaml': `${RULE}tests:\n${PASSES}${FAILS}`, 'rules/x.yaml': 'id: [' };

  test('tap is TAP 14', async () => {
    const { stdout, code } = await run(files, '--reporter', 'tap');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      'TAP version 14',
      '1..3',
      expect.stringMatching(/^not ok 1 - rules\/x\.yaml [a-z-]+$/),
      'ok 2 - rules/hot.yaml: tells when it is hot',
      String.raw`not ok 3 - rules/hot.yaml: tells <cold> & "dark" \#1 \\x07`,
    ]);
    const blocks = stdout.matchAll(/^ {2}---\n([^]*?)^ {2}\.\.\.$/gm);
    const [, second] = [...blocks].map(([, text]) => parse(text ?? '') as unknown);
    expect(second).toEqual({
      failures: [
        {
          at: 'rules/hot.yaml:13:9',
          message: 'expected o/hall at 1m, which did not come',
          details: expect.stringContaining('- {"warm":false}\nwhat hot did:\n'),
        },
      ],
    });
    expect(code).toBe(1);
  });

  test.runIf(needsPython('xml.etree.ElementTree'))('junit is XML, whatever is in it', async () => {
    const { stdout, code } = await run(files, '--reporter', 'junit');
    const script = `
import json, sys, xml.etree.ElementTree as tree
def read(e): return [e.tag, {k: v for k, v in e.attrib.items() if k != 'time'}, [read(c) for c in e]]
print(json.dumps(read(tree.fromstring(sys.stdin.buffer.read()))))`;
    const read: unknown = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script], { input: stdout, encoding: 'utf8' }),
    );
    expect(read).toEqual([
      'testsuites',
      { name: 'automate', tests: '3', failures: '1', errors: '1' },
      [
        [
          'testsuite',
          { name: 'rule files', tests: '1', failures: '0', errors: '1' },
          [
            [
              'testcase',
              expect.objectContaining({ classname: 'rules/x.yaml', line: '1' }),
              [['error', expect.anything(), []]],
            ],
          ],
        ],
        [
          'testsuite',
          { name: 'rules/hot.yaml', file: 'rules/hot.yaml', tests: '2', failures: '1', errors: '0' },
          [
            [
              'testcase',
              { name: 'tells when it is hot', classname: 'rules/hot.yaml', file: 'rules/hot.yaml', line: '6' },
              [],
            ],
            [
              'testcase',
              {
                name: String.raw`tells <cold> & "dark" #1 \u0007`,
                classname: 'rules/hot.yaml',
                file: 'rules/hot.yaml',
                line: '10',
              },
              [['failure', { message: 'expected o/hall at 1m, which did not come', type: 'missing' }, []]],
            ],
          ],
        ],
      ],
    ]);
    expect(code).toBe(1);
  });

  test('json is one document, as --json is', async () => {
    const { stdout, code } = await run(files, '--reporter', 'json', '--coverage');
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      problems: [{ file: 'rules/x.yaml', severity: 'error' }],
      tests: [
        {
          file: 'rules/hot.yaml',
          line: 6,
          column: 5,
          name: 'tells when it is hot',
          passed: true,
          virtual_ms: 0,
          failures: [],
        },
        {
          name: 'tells <cold> & "dark" #1 \x07',
          passed: false,
          virtual_ms: 60_000,
          failures: [
            {
              type: 'missing',
              file: 'rules/hot.yaml',
              line: 13,
              column: 9,
              message: 'expected o/hall at 1m, which did not come',
            },
          ],
        },
      ],
      coverage: [{ rule: 'hot', scenarios: 2, acted: 1, gaps: [] }],
    });
    expect(code).toBe(1);
    expect((await run(files, '--json')).stdout).toContain('"passed": 1');
  });

  test('coverage lists what no test has tried', async () => {
    const rules = {
      'rules/hot.yaml': `${RULE}tests:\n${PASSES}`,
      'rules/more.yaml':
        '- { id: idle, on: a, log: x }\n- { id: both, on: t/hall, if: temperature > 20 and mode != "off", log: x }\n',
      'rules/more.test.yaml':
        'tests: [{ name: other, rules: [both], script: [{ at: 0s, send: t/hall, payload: { temperature: 3 } }] }]',
    };
    const { stdout, code } = await run(rules, '--coverage');
    expect(withoutTimes(stdout)).toContain(`
coverage: 0 of 3 rules tried in every way
rule  tests  true  false  unknown  acted
hot       1     1      0        0      1
idle      0     0      0        0      0
both      1     0      1        0      0
rules/hot.yaml:1 hot never false: if: temperature > 30
rules/more.yaml:1 idle in no test
rules/more.yaml:2 both never acted
rules/more.yaml:2 both never true: if: temperature > 20 and mode != "off"
rules/more.yaml:2 both never true: if: temperature > 20
rules/more.yaml:2 both never true: if: mode != "off"
rules/more.yaml:2 both never false: if: mode != "off"

2 passed`);
    expect(code).toBe(0);
    const tap = await run(rules, '--coverage', '--reporter', 'tap');
    expect(tap.stdout).toContain('\n# hot       1     1      0        0      1\n');
    const junit = await run(rules, '--coverage', '--reporter', 'junit');
    expect(junit.stderr).toContain('idle in no test');
  });
});

describe('--watch', () => {
  test('runs the tests again when a file changes, until Ctrl-C', async () => {
    const folder = makeFolder({ 'rules/hot.yaml': `${RULE}tests:\n${PASSES}` });
    const [program = '', ...first] = COMMAND;
    const child = spawn(program, [...first, 'test', '--watch'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await until('the first run', () => stdout.includes('1 passed') && stderr.includes('watching rules; Ctrl-C ends\n'));
    const path = join(folder, 'rules/hot.yaml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('temperature > 30', 'temperature > 40'));
    await until('the run after the change', () => stdout.includes('1 failed'));
    writeFileSync(join(folder, 'rules/hot.test.yaml'), `tests:\n${PASSES.replace('31', '41')}`);
    await until('the run with the new file', () => stdout.includes('1 failed, 1 passed'));
    writeFileSync(path, text);
    await until('the run that is good again', () => stdout.includes('2 passed'));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
  });
});
