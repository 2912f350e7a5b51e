import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { automate, COMMAND, environment } from './command.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const RULE =
  'id: hot\non: t/+room\nif: payload > 30\nfor: 5m\npublish: { topic: "o/${room}", payload: { t: "${payload}" } }\n';
const RECORDING = [
  '{"at":"2026-11-20T10:00:00Z","topic":"t/a","payload":31}',
  '{"at":"2026-11-20T10:01:00Z","topic":"t/b","payload":"32"}',
  '{"at":"2026-11-20T10:04:00Z","topic":"t/a","payload":33}',
  '{"at":"2026-11-20T10:05:00Z","topic":"t/b","payload":20}',
].join('\n');

describe('automate replay', () => {
  test('prints what the rules do, and nothing else, on standard output', async () => {
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': RECORDING });
    const line =
      '{"at":"2026-11-20T10:05:00.000Z","rule":"hot","key":"a","type":"publish","topic":"o/a","payload":{"t":33},"qos":1,"retain":false}\n';
    const { stdout, stderr, code } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stdout).toBe(line);
    expect(stderr).toMatch(/^4 messages in \d+\.\d\d s, 0 of them for no rule: 1 publish\n$/);
    expect(code).toBe(0);
    const longer = await automate(['replay', 'day.ndjson', '--until', '2026-11-20T12:00:00Z', '--json'], { folder });
    expect(longer.stdout).toBe(line);
    expect(JSON.parse(longer.stderr)).toEqual({
      messages: 4,
      unmatched: 0,
      effects: { publish: 1 },
      errors: {},
      differences: null,
      badLines: 0,
    });
  });

  test('says what another version would have done differently', async () => {
    const folder = makeFolder({
      'rules/hot.yaml': RULE,
      'other/hot.yaml': RULE.replace('for: 5m', 'for: 3m'),
      'same/hot.yaml': RULE,
      'day.ndjson': RECORDING,
    });
    const { stdout, code } = await automate(['replay', 'day.ndjson', '--against', 'other'], { folder });
    expect(stdout.split('\n').map((line) => line.slice(0, 33))).toEqual([
      '+ {"at":"2026-11-20T10:03:00.000Z',
      '+ {"at":"2026-11-20T10:04:00.000Z',
      '- {"at":"2026-11-20T10:05:00.000Z',
      '',
    ]);
    expect(code).toBe(1);
    const same = await automate(['replay', 'day.ndjson', '--against', 'same'], { folder });
    expect([same.stdout, same.code]).toEqual(['', 0]);
  });

  test('names lines that are no messages, goes on, and ends with 1', async () => {
    const folder = makeFolder({
      'rules/hot.yaml': RULE,
      'day.ndjson': `nonsense\n${RECORDING}\n{"at":1,"topic":"t/a"}\n`,
    });
    const { stdout, stderr, code } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toContain('day.ndjson:1 error bad-line: not JSON');
    expect(stderr).toContain('day.ndjson:6 error bad-line: times must not decrease');
    expect(code).toBe(1);
  });

  test.each([
    [['replay', 'none.ndjson'], 2, 'cannot read none.ndjson'],
    [['replay', 'day.ndjson', '--from', 'yesterday'], 2, 'expected a time'],
    [['replay', 'day.ndjson', '--rules', 'bad.yaml'], 78, 'unknown-key'],
    [['replay', 'day.ndjson', '--against', 'nowhere'], 78, 'unreadable'],
  ])('%j ends with %d and says why', async (words, exit, said) => {
    const folder = makeFolder({
      'rules/hot.yaml': RULE,
      'bad.yaml': 'id: x\non: a\nhold: 3\nlog: x\n',
      'day.ndjson': RECORDING,
    });
    const { stdout, stderr, code } = await automate(words, { folder });
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(said);
  });

  test('stops quietly when nobody reads what it prints', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `{"at":${i},"topic":"t","payload":${i}}`);
    const folder = makeFolder({
      'rules/all.yaml': 'id: all\non: t\nrate_limit: off\npublish: { topic: o, payload: "${payload}" }\n',
      'day.ndjson': lines.join('\n'),
    });
    const command = [...COMMAND, 'replay', 'day.ndjson'].map((word) => `'${word}'`).join(' ');
    const child = spawn('sh', ['-c', `${command} | head -1`], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    await once(child, 'exit');
    expect(said).not.toContain('Error');
  });
});

test('automate record writes what replay reads: the rules do the same again', async () => {
  const rule = 'id: one\non: in/+k\npublish: { topic: "out/${k}", payload: "${payload}" }\n';
  const { folder, port } = await startEngine({ rules: { 'one.yaml': rule } });
  const [program = '', ...first] = COMMAND;
  const words = ['record', '-p', String(port), '-o', 'all.ndjson', 'in/#', 'out/#'];
  const recording = spawn(program, [...first, ...words], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void recording.kill('SIGKILL'));
  let told = '';
  recording.stderr.on('data', (data: Buffer) => (told += data.toString()));
  await until('the recorder to listen', () => told.includes('subscribed'));
  for (const [topic, payload] of [
    ['in/a', '{"x": 1}'],
    ['in/b', 'ON'],
  ] as const)
    await automate(['pub', '-p', String(port), '-q', '1', '-t', topic, '-m', payload], { folder });
  const lines = (): string[] => readFileSync(join(folder, 'all.ndjson'), 'utf8').split('\n');
  await until('all to be recorded', () => lines().length === 5);
  recording.kill('SIGINT');
  await once(recording, 'exit');
  expect(told).toContain('4 messages recorded');
  expect(recording.exitCode).toBe(0);
  const { stdout } = await automate(['replay', 'all.ndjson'], { folder });
  const outputs = (texts: readonly string[]): unknown[] =>
    texts
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as { topic: string; payload: unknown })
      .flatMap(({ topic, payload }) => (topic.startsWith('out/') ? [[topic, payload]] : []));
  expect(outputs(stdout.split('\n'))).toEqual(outputs(lines()));
  expect(outputs(lines()).length).toBe(2);
});
