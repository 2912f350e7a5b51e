import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ShownState } from '../../src/adapters/http/state.ts';
import { connectClient } from './client.ts';
import { automate } from './command.ts';
import { startEngine } from './engine.ts';
import { until } from './until.ts';

const RULES = {
  'hot.yaml': `
id: hot
on: home/+room/temperature
if: payload > 30
for: 2h
publish: { topic: "out/\${room}", payload: hot }
`,
  'count.yaml': `
id: count
on: home/+room/temperature
by: topic
memory: { n: 0 }
set: { n: n + 1 }
publish: { topic: out/count, payload: "\${n}" }
`,
};

test('what a running engine remembers is shown, with the time left', async () => {
  const running = await startEngine({ rules: RULES });
  const { folder } = running;
  const client = await connectClient(`mqtt://127.0.0.1:${running.port}`);
  await client.publish('home/attic/temperature', '31', { qos: 1 });
  await client.publish('home/cellar/temperature', '12', { qos: 1 });
  await until('both keys', async () => (await running.metrics()).value('automate_rule_cells', { rule: 'hot' }) === 2);

  const all = await automate(['state'], { folder });
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout.split('\n')[0]).toMatch(/^RULE +KEY +LEVEL +NEXT +REMEMBERS$/);
  expect(all.stdout).toMatch(/^hot +attic +pending +in (2h|1h59m\d+s) +level/m);
  expect(all.stdout).toMatch(/^hot +cellar +idle +- +level/m);
  expect(all.stdout).toMatch(/^count +home%2Fattic%2Ftemperature +idle +- +memory/m);

  const one = await automate(['state', 'count', 'home%2Fattic%2Ftemperature'], { folder });
  expect(one.stdout).toMatch(/memory:\n\{?\[?\s/);
  const json = await automate(['state', 'hot', 'attic', '--json'], { folder });
  const { now, cells, more } = JSON.parse(json.stdout) as ShownState;
  expect([cells.length, more, cells[0]?.phase, cells[0]?.states?.[0]?.stage]).toEqual([1, 0, 'pending', 'level']);
  expect((cells[0]?.nextAt ?? 0) - now).toBeGreaterThan(7_100_000);

  const none = await automate(['state', 'nothing'], { folder });
  expect(none.stderr).toBe('rule "nothing" remembers nothing, or there is no such rule\n');
  expect(none.code).toBe(3);
  await running.stop();
  const gone = await automate(['state'], { folder });
  expect(gone.code).toBe(69);
  expect(gone.stderr).toMatch(
    /^no answer from an engine at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.* Is it running\?/,
  );
  const off = await automate(['state', '--http', 'off'], { folder });
  expect([off.code, off.stderr]).toEqual([
    78,
    'the HTTP server of the engine is off (`http: off`), and it is the one to ask\n',
  ]);
});

test('what a stopped engine remembers goes out, is forgotten, and comes in', async () => {
  const running = await startEngine({ rules: RULES });
  const { folder, port } = running;
  const client = await connectClient(`mqtt://127.0.0.1:${port}`);
  for (const room of ['attic', 'cellar', 'attic']) await client.publish(`home/${room}/temperature`, '31', { qos: 1 });
  const busy = await automate(['state', 'export'], { folder });
  expect(busy).toMatchObject({ code: 1, stdout: '' });
  expect(busy.stderr).toMatch(/^the state in data\/state is in use by another engine: stop that one/);
  await running.stop();

  const out = await automate(['state', 'export', '-o', 'all.ndjson'], { folder });
  expect(out).toMatchObject({ code: 0, stdout: '' });
  expect(out.stderr).toMatch(/^\d+ records exported\n$/);
  const text = (await automate(['state', 'export'], { folder })).stdout;
  expect(readFileSync(join(folder, 'all.ndjson'), 'utf8')).toBe(text);
  expect(text.split('\n').filter((line) => line.startsWith('{"cell"'))).toHaveLength(4);

  expect(await automate(['state', 'import', 'all.ndjson'], { folder })).toMatchObject({
    code: 1,
    stderr: 'the state in data/state is not empty: clear it first (automate state clear --all)\n',
  });
  expect(await automate(['state', 'clear'], { folder })).toMatchObject({ code: 2 });
  expect((await automate(['state', 'clear', 'hot', 'attic'], { folder })).stderr).toBe('1 key forgotten\n');
  expect(await automate(['state', 'clear', 'hot', 'attic'], { folder })).toMatchObject({ code: 3 });
  expect((await automate(['state', 'export'], { folder })).stdout).not.toContain('"rule":"hot","key":"attic"');
  expect((await automate(['state', 'clear', '--all'], { folder })).stderr).toBe('3 keys forgotten\n');
  expect((await automate(['state', 'import', 'automate.yaml'], { folder })).stderr).toMatch(
    /^automate.yaml:1: this is no/,
  );
  expect((await automate(['state', 'import', 'none.ndjson'], { folder })).stderr).toBe(
    'none.ndjson: there is no such file or folder\n',
  );
  expect((await automate(['state', 'export', '--state', 'none'], { folder })).stderr).toBe(
    'there is no state in none\n',
  );
  // Into another folder, as on another machine.
  const there = ['--state', 'elsewhere'];
  expect(await automate(['state', 'import', 'all.ndjson', ...there], { folder })).toMatchObject({
    code: 0,
    stderr: '4 keys imported\n',
  });
  const again = await startEngine({ folder, words: there, wait: 'up' });
  const { stdout } = await automate(['state', 'count', 'home%2Fattic%2Ftemperature', '--json'], { folder });
  const [cell] = (JSON.parse(stdout) as ShownState).cells;
  expect(JSON.stringify(cell?.states)).toContain('"value":2');
  await again.stop();
});
