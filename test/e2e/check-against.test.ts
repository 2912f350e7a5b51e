import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ShownRule } from '../../src/adapters/http/rules.ts';
import { connectClient } from './client.ts';
import { automate } from './command.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const HOT = 'id: hot\non: home/+room/temperature\nif: payload > 30\nfor: 2h\nlog: hot\n';
const FIRE = 'id: fire\non: home/+room/smoke\nif: payload > 3\nalert: { severity: critical }\n';
const COUNT = 'id: count\non: other\nmemory: { n: 0 }\nset: { n: n + 1 }\nlog: "${n}"\n';

const RULES = { 'hot.yaml': HOT, 'fire.yaml': FIRE, 'count.yaml': COUNT };

/** The lines of an output that say what is lost. */
function losses(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.includes('state-lost'));
}

test('rules are checked against what a running engine remembers, and against what a stopped one has stored', async () => {
  const running = await startEngine({ rules: RULES, words: ['--no-watch'] });
  const { folder, url, port } = running;
  const client = await connectClient(`mqtt://127.0.0.1:${port}`);
  await client.publish('home/attic/temperature', '31', { qos: 1 });
  await client.publish('home/cellar/temperature', '12', { qos: 1 });
  await client.publish('home/attic/smoke', '4', { qos: 1 });
  const count = async (name: string, rule: string): Promise<number | undefined> =>
    (await running.metrics()).value(name, { rule });
  await until('both keys', async () => (await count('automate_rule_cells', 'hot')) === 2);
  await until('the alert', async () => (await count('automate_rule_active', 'fire')) === 1);

  const same = await automate(['check', '--against', url], { folder });
  expect(same).toEqual({ code: 0, stdout: '3 rules in 3 files: no problems\n', stderr: '' });

  const write = (name: string, text: string): void => writeFileSync(join(folder, 'rules', name), text);
  write('hot.yaml', HOT.replace('for: 2h', 'alert: { severity: bad }'));
  write('fire.yaml', FIRE.replace('id: fire', 'id: smoke'));
  write('count.yaml', COUNT.replace('id: count', 'id: counted'));
  const expected = [
    `${url} rules/fire.yaml:1:1 warning state-lost: rule "fire" is gone: what it remembers of 1 key (1 firing) is dropped, and its alerts are resolved`,
    'rules/hot.yaml:1:1 warning state-lost: rule "hot" begins anew with its level for 2 keys (1 pending)',
  ];
  const changed = await automate(['check', '--against', url], { folder });
  expect([changed.code, changed.stderr, losses(changed.stdout)]).toEqual([0, '', expected]);
  const byName = await automate(['check', '--against', 'running', '--strict'], { folder });
  expect([byName.code, losses(byName.stdout)]).toEqual([1, expected]);

  write('hot.yaml', `${HOT}hold: 3m\n`);
  const broken = await automate(['check', '--against', url], { folder });
  expect([broken.code, losses(broken.stdout)]).toEqual([1, []]);
  write('hot.yaml', `${HOT}enabled: false\n`);

  await running.stop();
  const stored = await automate(['check', '--against', 'data/state', '--json'], { folder });
  const { problems } = JSON.parse(stored.stdout) as { problems: { file: string; message: string }[] };
  expect(problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
    'data/state rule "fire" is gone: what it remembers of 1 key is dropped',
    'data/state rule "hot" is disabled: what it remembers of 2 keys is dropped',
  ]);
  const gone = await automate(['check', '--against', url], { folder });
  expect([gone.code, gone.stdout]).toEqual([69, '']);
  expect(gone.stderr).toMatch(
    /^no answer from an engine at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.* Is it running\? \(automate start\)\n$/,
  );
});

test('an engine that only evaluates is compared as such, and lists its rules', async () => {
  const rules = { 'fire.yaml': FIRE, 'off.yaml': `${HOT}enabled: false\n` };
  const { folder, url, port } = await startEngine({ rules, words: ['--shadow'] });
  const client = await connectClient(`mqtt://127.0.0.1:${port}`);
  await client.publish('home/attic/smoke', '4', { qos: 1 });
  const shown = async (): Promise<ShownRule[]> => {
    const answer = (await (await fetch(`${url}/api/rules`)).json()) as { readonly rules: ShownRule[] };
    return answer.rules;
  };
  await until('the alert', async () => (await shown())[0]?.active === 1);
  expect(await shown()).toEqual([
    {
      id: 'fire',
      file: 'rules/fire.yaml',
      line: 1,
      column: 1,
      state: 'shadow',
      alert: true,
      stages: [{ kind: 'alert', shape: 'alert/3/shadow' }],
      keys: 1,
      pending: 0,
      active: 1,
    },
  ]);
  const same = await automate(['check', '--against', url], { folder });
  expect(same).toMatchObject({ code: 0, stdout: '2 rules in 2 files: no problems\n' });
});

test('an engine of another version is compared all the same, and what is no engine is not', async () => {
  const folder = makeFolder({ 'rules/hot.yaml': HOT });
  const hot = { id: 'hot', file: 'r.yaml', line: 1, column: 1, state: 'active', alert: false };
  const counts = { keys: 3, pending: 0, active: 1 };
  let answer: unknown = {
    version: '0.0.9',
    shadow: false,
    rules: [{ ...hot, ...counts, stages: [{ kind: 'level', shape: 'level/1' }] }],
  };
  const server = createServer((_request, response) => void response.end(JSON.stringify(answer))).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens on a port.

  const older = await automate(['check', '--against', `${url}/`], { folder });
  expect(older.stderr).toMatch(/^the engine is version 0\.0\.9: this is what one of version \S+ would not take up\n$/);
  expect(losses(older.stdout)).toEqual([
    'rules/hot.yaml:1:1 warning state-lost: rule "hot" begins anew with its level for 3 keys (1 active)',
  ]);
  answer = { rules: 7 };
  expect(await automate(['check', '--against', url], { folder })).toEqual({
    code: 69,
    stdout: '',
    stderr: `no answer from an engine at ${url}: its answer is not what an engine says of its rules (version)\n`,
  });
});

test.each([
  ['running', 78, 'the HTTP server of the engine is off (`http: off`), and it is the one to ask\n'],
  ['http://', 2, '--against: that is no address of an engine (http://host:port)\n'],
  [
    'http://:secret@127.0.0.1:9464',
    2,
    '--against: an address of an engine has no user and no password, its token comes from the configuration (`http: { token: … }`, AUTOMATE_HTTP_TOKEN)\n',
  ],
])('what cannot be asked is said: %s', async (what, code, stderr) => {
  const folder = makeFolder({ 'automate.yaml': 'http: off\n', 'rules/hot.yaml': HOT });
  expect(await automate(['check', '--against', what], { folder })).toEqual({ code, stdout: '', stderr });
});
