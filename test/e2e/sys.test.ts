import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { connectClient } from './client.ts';
import { environment } from './command.ts';
import { startEngine } from './engine.ts';
import { until } from './until.ts';

const RULES = {
  'connected.yaml': `
id: connected
on: $SYS/broker/clients/connected
publish: { topic: clients/connected, payload: { clients: "\${payload}", raw: "\${topic}" }, retain: true }
`,
  'everything.yaml': `
- id: everything
  on: "#"
  if: startsWith(topic, "$")
  publish: { topic: wrong, payload: "\${topic}" }
- id: any-level
  on: +/broker/clients/connected
  publish: { topic: wrong, payload: "\${topic}" }
`,
};

describe.skipIf(!needs('mosquitto') || !needs('mosquitto_sub'))('$SYS of mosquitto', () => {
  test('wakes a rule that asks for it when clients come and go, and no rule on #', async () => {
    const { port, stop } = await startMosquitto({ lines: ['sys_interval 1'] });
    onTestFinished(stop);
    const broker = `mqtt://127.0.0.1:${port}`;
    const watcher = await connectClient(broker, { subscribe: ['clients/connected', 'wrong'] });
    const engine = await startEngine({ config: { broker }, rules: RULES });
    const connected = (): number | undefined => {
      const last = watcher.received.at(-1);
      return last === undefined ? undefined : (JSON.parse(last.text) as { clients: number }).clients;
    };
    // Mosquitto counts once a second and tells of what has changed: the watcher and the engine it may have counted before.
    const guest = spawn('mosquitto_sub', ['-h', '127.0.0.1', '-p', String(port), '-t', '$SYS/#', '-v'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void guest.kill('SIGKILL'));
    let seen = '';
    guest.stdout.on('data', (data: Buffer) => (seen += data.toString()));
    await until('the rule to see one more', () => connected() === 3);
    await until('the guest to see it too', () => seen.includes('$SYS/broker/clients/connected 3'));
    guest.kill('SIGTERM');
    await once(guest, 'exit');
    await until('the rule to see it go', () => connected() === 2);

    const metrics = await engine.metrics();
    const results = (rule: string): Record<string, number | undefined> => ({
      fired: metrics.value('automate_rule_fired_total', { rule }),
      false: metrics.value('automate_rule_evaluations_total', { rule, result: 'false' }),
    });
    expect(watcher.on('wrong')).toEqual([]);
    expect(results('any-level')).toEqual({ fired: 0, false: 0 });
    // It has seen what the other rule published and the engine's status, and that only.
    expect(results('everything')).toEqual({ fired: 0, false: (results('connected')['fired'] ?? 0) + 1 });
  });
});
