import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { automate, COMMAND, environment } from './command.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const [PROGRAM = '', ...FIRST] = COMMAND;

const RULE =
  'id: hot\non: t/+room\nif: payload > 30\nfor: 5m\npublish: { topic: "o/${room}", payload: { t: "${payload}" } }\n';
const RECORDING = [
  '{"at":"2026-11-20T10:00:00Z","topic":"t/a","payload":31}',
  '{"at":"2026-11-20T10:01:00Z","topic":"t/b","payload":"32"}',
  '{"at":"2026-11-20T10:04:00Z","topic":"t/a","payload":33}',
  '{"at":"2026-11-20T10:05:00Z","topic":"t/b","payload":20}',
].join('\n');
const LINE =
  '{"at":"2026-11-20T10:05:00.000Z","rule":"hot","key":"a","type":"publish","topic":"o/a","payload":{"t":33},"qos":1,"retain":false}\n';

describe('automate replay', () => {
  test('prints what the rules do, and nothing else, on standard output', async () => {
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': RECORDING });
    const { stdout, stderr, code } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stdout).toBe(LINE);
    expect(stderr).toMatch(/^4 messages in \d+\.\d\d s, 4 matched: 1 publish\n$/);
    expect(code).toBe(0);
  });

  test('prints its summary as JSON', async () => {
    const noise = '{"at":"2026-11-20T10:05:00Z","topic":"nobody","payload":1}\n';
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': `${RECORDING}\n${noise}` });
    const words = ['replay', 'day.ndjson', '--until', '2026-11-20T12:00:00Z', '--json'];
    const { stdout, stderr } = await automate(words, { folder });
    expect(stdout).toBe(LINE);
    expect(JSON.parse(stderr)).toEqual({
      messages: 5,
      matched: 4,
      oversize: 0,
      effects: { publish: 1 },
      errors: {},
      against: null,
      badLines: 0,
      seconds: expect.any(Number) as unknown,
    });
  });

  test.each([
    [['--from', '2026-11-20T10:00:30Z', '--until', '2026-11-20T10:09:00Z'], '2026-11-20T10:09:00.000Z'],
    [['--until', '2026-11-20T10:04:59.999Z'], undefined],
    [['--until', String(Date.UTC(2026, 10, 20, 10, 5))], '2026-11-20T10:05:00.000Z'],
  ])('keeps to the span %j', async (words, at) => {
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': RECORDING });
    const { stdout } = await automate(['replay', 'day.ndjson', ...words], { folder });
    expect(stdout === '' ? undefined : (JSON.parse(stdout) as { at: string }).at).toBe(at);
  });

  test('has the time of UTC, or of the zone that the configuration names', async () => {
    const rule = 'id: hour\non: t\npublish: { topic: o, payload: "${hour()}" }\n';
    const recording = '{"at":"2026-11-20T10:00:00Z","topic":"t"}';
    const folder = makeFolder({
      'rules/hour.yaml': rule,
      'day.ndjson': recording,
      'zone.yaml': 'timezone: Asia/Tokyo',
    });
    const hours = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await automate(['replay', 'day.ndjson', ...words], {
        folder,
        variables: { TZ: 'Asia/Kolkata' },
      });
      return (JSON.parse(stdout) as { payload: unknown }).payload;
    };
    expect([await hours(), await hours('--config', 'zone.yaml', '--rules', 'rules')]).toEqual([10, 19]);
  });

  test('prints the same bytes again', async () => {
    const folder = makeFolder({ 'rules/many.yaml': MANY, 'day.ndjson': traffic(20_000) });
    const [one, two] = [
      await automate(['replay', 'day.ndjson'], { folder }),
      await automate(['replay', 'day.ndjson'], { folder }),
    ];
    expect(one.stdout.length).toBeGreaterThan(100_000);
    expect(two.stdout === one.stdout).toBe(true);
  });

  test('says what another version would have done differently', async () => {
    const folder = makeFolder({
      'rules/hot.yaml': RULE,
      'other/hot.yaml': RULE.replace('for: 5m', 'for: 3m'),
      'same/hot.yaml': RULE,
      'day.ndjson': RECORDING,
    });
    const { stdout, stderr, code } = await automate(['replay', 'day.ndjson', '--against', 'other'], { folder });
    expect(stdout.split('\n').map((line) => line.slice(0, 33))).toEqual([
      '+ {"at":"2026-11-20T10:03:00.000Z',
      '+ {"at":"2026-11-20T10:04:00.000Z',
      '- {"at":"2026-11-20T10:05:00.000Z',
      '',
    ]);
    expect(stderr).toMatch(
      /the other version: 4 matched: 2 publish\n1 only this one did \(-\), 2 only the other \(\+\)\n$/,
    );
    expect(code).toBe(1);
    const same = await automate(['replay', 'day.ndjson', '--against', 'same'], { folder });
    expect([same.stdout, same.code]).toEqual(['', 0]);
    expect(same.stderr).toMatch(/no difference\n$/);
  });

  test('names lines that are no messages, goes on, and ends with 1', async () => {
    const wrong = '{"at":1,"topic":"t/a"}\n'.repeat(30);
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': `\x1b[2Jnonsense\n${RECORDING}\n${wrong}` });
    const { stdout, stderr, code } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stdout).toBe(LINE);
    expect(stderr).toContain('day.ndjson:1 error bad-line: not JSON');
    expect(stderr).not.toContain('\x1b');
    expect(stderr).toContain('day.ndjson:6 error bad-line: times must not decrease');
    expect(stderr).toContain('day.ndjson: 11 more lines like these\n');
    expect(stderr).toContain('31 lines left out: no messages\n');
    expect(code).toBe(1);
  });

  test('tells where a name hides a field that the recording has', async () => {
    const rule = 'id: r\non: t/+f\nif: f > 46\npublish: { topic: o, payload: "${f}" }\n';
    const lines = '{"at":0,"topic":"t/a","payload":{"f":47}}\n{"at":1,"topic":"x/a","payload":{"g":47}}\n';
    const folder = makeFolder({ 'rules/r.yaml': rule, 'day.ndjson': lines });
    const { stdout, stderr } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stdout).toBe('');
    expect(stderr).toContain('rules/r.yaml:3:5 warning hidden-field: `f` is a wildcard of the topic here, and hides');
    expect(stderr).toContain('hint: For the field write payload.f');
  });

  test('tells the first things that a rule could not do, and counts the others', async () => {
    const rule = 'id: r\non: { topic: t/+k, codec: json }\npublish: { topic: "o/${k}", payload: 1 }\n';
    const lines = Array.from({ length: 9 }, (_, i) => `{"at":${i},"topic":"t/\\u202e${i}","payload":"{"}`);
    const folder = makeFolder({ 'rules/r.yaml': rule, 'day.ndjson': lines.join('\n') });
    const { stderr, code } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stderr.split('\n')).toEqual([
      ...[0, 1, 2, 3, 4].map(
        (i) =>
          `1970-01-01T00:00:00.00${i}Z r undecodable: the payload is not json (key \\u202e${i}, topic t/\\u202e${i})`,
      ),
      'r undecodable: 4 more like these',
      expect.stringMatching(/^9 messages in .* s, 9 matched: nothing done; rule errors: undecodable 9$/),
      '',
    ]);
    expect(code).toBe(0);
  });

  test.each([
    [['replay', 'none.ndjson'], 2, 'cannot read none.ndjson: there is no such file'],
    [['replay', 'rules'], 2, 'cannot read rules: it is a folder'],
    [['replay'], 2, "missing required argument 'file'"],
    [['replay', 'day.ndjson', '--from', 'yesterday'], 2, 'Write a time such as'],
    [['replay', 'day.ndjson', '--from', '2', '--until', '1'], 2, '--until is before --from'],
    [['replay', 'day.ndjson', '--rules', 'bad.yaml'], 78, 'bad.yaml:3:1 error unknown-key'],
    [['replay', 'day.ndjson', '--rules', 'nowhere'], 78, 'unreadable'],
    [['replay', 'day.ndjson', '--against', 'bad.yaml'], 78, 'bad.yaml:3:1 error unknown-key'],
    [['replay', 'day.ndjson', '--config', 'none.yaml'], 78, 'none.yaml'],
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

  test('reads standard input, and prints what is due as it comes', async () => {
    const folder = makeFolder({ 'rules/hot.yaml': RULE });
    const child = spawn(PROGRAM, [...FIRST, 'replay', '-'], { cwd: folder, env: environment() });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    const [first = '', ...others] = RECORDING.replace('T10:05:00Z', 'T10:05:01Z').split('\n');
    child.stdin.write(`${first}\n${others.join('\n')}\n`);
    await until('the line', () => out === LINE);
    child.stdin.end();
    await once(child, 'close');
    expect([out, child.exitCode]).toEqual([LINE, 0]);
  });

  test('stops quietly when nobody reads what it prints', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `{"at":${i},"topic":"t","payload":${i}}`);
    const folder = makeFolder({
      'rules/all.yaml': 'id: all\non: t\nrate_limit: off\npublish: { topic: o, payload: "${payload}" }\n',
      'day.ndjson': lines.join('\n'),
    });
    const child = spawn(PROGRAM, [...FIRST, 'replay', 'day.ndjson'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await text(child.stderr)).toBe('');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });

  test('fails when what it prints cannot be written', async () => {
    const folder = makeFolder({ 'rules/hot.yaml': RULE, 'day.ndjson': RECORDING });
    const child = spawn(PROGRAM, [...FIRST, 'replay', 'day.ndjson'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', openSync('/dev/full', 'w'), 'ignore'],
    });
    expect((await once(child, 'exit'))[0]).toBe(1);
  });

  test('holds neither the recording nor what it prints in memory', async () => {
    const folder = makeFolder({
      'rules/all.yaml': 'id: all\non: t/+k\nrate_limit: off\npublish: { topic: "o/${k}", payload: "${payload}" }\n',
    });
    const file = createWriteStream(join(folder, 'long.ndjson'));
    const padding = 'x'.repeat(1000);
    for (let i = 0; i < 80; i++) {
      const part = Array.from(
        { length: 1000 },
        (_, k) => `{"at":${i * 1000 + k},"topic":"t/${k % 10}","payload":"${padding}"}\n`,
      );
      if (!file.write(part.join(''))) await once(file, 'drain');
    }
    await finished(file.end());
    const child = spawn(PROGRAM, ['--max-old-space-size=64', ...FIRST, 'replay', 'long.ndjson'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', openSync(join(folder, 'out.ndjson'), 'w'), 'pipe'],
    });
    const said = await text(child.stderr as Readable); // It is a pipe.
    expect(said).toMatch(/^80000 messages .*: 80000 publish\n$/);
    expect(statSync(join(folder, 'out.ndjson')).size).toBeGreaterThan(80_000_000);
  });
});

const MANY = ['throttle: 1m', 'for: 5m', 'times: 3', 'debounce: 5s', 'absent: 10m', 'distinct: true']
  .map((line, i) => {
    const condition = line.startsWith('absent') ? '' : '  if: payload > 25\n';
    return `- id: r${i}\n  on: t/+k\n${condition}  ${line}\n  publish: { topic: "o/\${k}", payload: "\${payload}" }\n`;
  })
  .join('');

/** Messages of forty sensors, one after the other. */
function traffic(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const value = 20 + ((i * 7919) % 1000) / 100;
    return `{"at":${1_795_168_800_000 + i * 700},"topic":"t/${(i * 31) % 40}","payload":${value}}\n`;
  });
  return lines.join('');
}
