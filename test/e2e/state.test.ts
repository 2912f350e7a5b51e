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
