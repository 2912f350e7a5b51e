import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { needs } from '../peers/needs.ts';
import { startMosquitto } from '../peers/mosquitto.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { pause, until } from './until.ts';

interface Told {
  readonly topic: string;
  readonly text: string;
  readonly id: unknown;
  readonly at: number;
}

/** Everything that comes to topics below `out`, in a session that outlives its connections. */
async function listen(url: string): Promise<Told[]> {
  const told: Told[] = [];
  const client = await connectAsync(url, { protocolVersion: 5 });
  onTestFinished(() => client.endAsync(true));
  client.on('message', (topic, payload, { properties }) => {
    const id = properties?.userProperties?.['automate-id'];
    told.push({ topic, text: payload.toString(), id, at: Date.now() });
  });
  await client.subscribeAsync('out/#', { qos: 1 });
  return told;
}

/** How often each text was told, and whether all that were told again have the id they had. */
function repeats(told: readonly Told[]): { readonly texts: ReadonlySet<string>; readonly isSameId: boolean } {
  const ids = new Map<string, unknown>();
  let isSameId = true;
  for (const { topic, text, id } of told) {
    const name = `${topic} ${text}`;
    if (ids.has(name) && ids.get(name) !== id) isSameId = false;
    ids.set(name, id);
  }
  return { texts: new Set(ids.keys()), isSameId };
}

const MESSAGES = 4000;
const KILLS = 5;

describe.skipIf(!needs('mosquitto'))('an engine that is killed', () => {
  test('again and again under load counts every message once, and does everything at least once', async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const rules = {
      'count.yaml': `
- { id: count, on: in/count, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out/count, payload: "\${payload} \${n}", qos: 1 } }
- { id: echo, on: in/count, if: payload % 10 == 0, publish: { topic: out/echo, payload: "\${payload}", qos: 1 } }
- { id: hold, on: in/hold/+x, if: payload > 5, for: 2s, publish: { topic: "out/hold/\${x}", payload: held, qos: 1 } }
`,
    };
    const told = await listen(url);
    let engine: RunningEngine = await startEngine({ rules, config: { broker: url } });
    const { folder } = engine;
    const publisher = await connectAsync(url);
    onTestFinished(() => publisher.endAsync(true));
    let sent = 0;
    const sending = (async () => {
      while (sent < MESSAGES) {
        const end = Math.min(MESSAGES, sent + 20);
        const batch: Promise<unknown>[] = [];
        for (; sent < end; sent++) {
          batch.push(publisher.publishAsync('in/count', String(sent), { qos: 1 }));
          if (sent % 200 === 0) batch.push(publisher.publishAsync(`in/hold/${sent}`, '6', { qos: 1 }));
        }
        await Promise.all(batch);
        await pause(20);
      }
    })();
    for (let i = 1; i <= KILLS; i++) {
      await until('messages to come', () => sent >= (MESSAGES / (KILLS + 2)) * i);
      await pause(Math.random() * 50);
      await engine.kill();
      engine = await startEngine({ folder, config: { broker: url }, wait: 'up' });
    }
    await sending;
    const counts = (): Told[] => told.filter(({ topic }) => topic === 'out/count');
    const last = (): number => Math.max(...counts().map(({ text }) => Number(text.split(' ')[1])));
    await until('all messages to be counted', () => last() >= MESSAGES);
    const holds = Array.from({ length: MESSAGES / 200 }, (_, i) => `out/hold/${i * 200} held`);
    const echoes = Array.from({ length: MESSAGES / 10 }, (_, i) => `out/echo ${i * 10}`);
    await until('everything to be done', () => {
      const { texts } = repeats(told);
      return [...holds, ...echoes].every((text) => texts.has(text));
    });
    expect(last()).toBe(MESSAGES);
    const { texts, isSameId } = repeats(told);
    // One line for each message: its number, and how many came up to it.
    expect([...texts].filter((text) => text.startsWith('out/count'))).toHaveLength(MESSAGES);
    expect(isSameId).toBe(true);
    expect(told.length - texts.size).toBeLessThanOrEqual(KILLS * 64);
  });

  test('in the middle of a hold, of steps and of an alert goes on with them', async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const rules = {
      'all.yaml': `
- { id: hold, on: in, if: payload > 5, for: 4s, publish: { topic: out/hold, payload: "\${held}", qos: 1 } }
- { id: steps, on: in, if: payload > 5, do: [{ publish: { topic: out/steps, payload: a, qos: 1 } }, { wait: 4s }, { publish: { topic: out/steps, payload: b, qos: 1 } }] }
- { id: alert, on: in, if: payload > 5, alert: { severity: bad, topic: out/alert } }
`,
    };
    const told = await listen(url);
    const on = (topic: string): string[] => told.filter((one) => one.topic === topic).map(({ text }) => text);
    const states = (): unknown[] => on('out/alert').map((text) => (JSON.parse(text) as { state: unknown }).state);
    const first = await startEngine({ rules, config: { broker: url } });
    const publisher = await connectAsync(url);
    onTestFinished(() => publisher.endAsync(true));
    const began = Date.now();
    await publisher.publishAsync('in', '6', { qos: 1 });
    await until('the first steps', () => on('out/steps').length > 0 && states().length > 0);
    await pause(300); // Until it is written that they are done.
    await first.kill();
    const second = await startEngine({ folder: first.folder, config: { broker: url }, wait: 'up' });
    await until('what was waited for', () => on('out/hold').length > 0 && on('out/steps').length > 1);
    expect(on('out/hold')).toEqual(['4000']);
    expect((told.find(({ topic }) => topic === 'out/hold')?.at ?? 0) - began).toBeGreaterThanOrEqual(4000);
    expect(on('out/steps')).toEqual(['a', 'b']);
    await publisher.publishAsync('in', '1', { qos: 1 });
    await until('the alert to be resolved', () => states().includes('resolved'));
    expect(states()).toEqual(['firing', 'resolved']);
    await second.stop();
  });
});

describe('a second engine on the same folder', () => {
  test('does not start, and says why', async () => {
    const first = await startEngine({ rules: { 'r.yaml': '{ id: r, on: { every: 1h }, log: x }' } });
    await expect(startEngine({ folder: first.folder, words: ['--http', 'off'] })).rejects.toThrow(
      /the state in data\/state is in use by another engine: stop that one, or give this one another folder with --state/,
    );
  });
});
