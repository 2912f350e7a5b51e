import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMAND, environment } from './command.ts';
import { connectClient } from './client.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

test('runs on when whoever read its log has gone', async () => {
  const engine = await startEngine({ rules: { 'a.yaml': '{ id: a, on: in/+x, log: "${x}" }' } });
  engine.child.stdout?.destroy();
  engine.child.stderr?.destroy();
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`);
  for (let i = 0; i < 20; i++) await client.publish(`in/${i}`, 'x', { qos: 1 });
  await until(
    'all are acted on',
    async () => (await engine.metrics()).value('automate_rule_fired_total', { rule: 'a' }) === 20,
  );
  expect(engine.child.exitCode).toBeNull();
});

test('shows no stack trace when what it prints cannot be written', async () => {
  const [program = '', ...words] = COMMAND;
  const folder = makeFolder({});
  const child = spawn(program, [...words, 'config'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
});
