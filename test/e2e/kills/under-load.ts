import { once } from 'node:events';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished } from 'vitest';
import { startMosquitto } from '../../peers/mosquitto.ts';
import { startEngine, type RunningEngine } from '../engine.ts';
import { pause, until } from '../until.ts';
import { listen, repeats, type Told } from './listening.ts';

/** Where an engine is ended: at a step of what becomes of a message, or whenever. */
const STEPS = [
  'on receiving',
  'before the commit',
  'in the commit',
  'after the commit',
  'before publishing',
  'after publishing',
  'before noting what is done',
  null,
] as const;

/** A message holds one in so many. */
const HOLD_EVERY = 200;
/** Repeated at the most by one end of an engine or of its connection: what is in flight. */
const REPEATED = 64;
const PRELOAD = new URL('kill-at.mjs', import.meta.url).href;

const RULES = `
- { id: count, on: in/count, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out/count, payload: "\${payload} \${n}", qos: 1 } }
- { id: echo, on: in/count, if: payload % 10 == 0, publish: { topic: out/echo, payload: "\${payload}", qos: 1 } }
- { id: hold, on: in/hold/+x, if: payload > 5, for: 2s, publish: { topic: "out/hold/\${x}", payload: held, qos: 1 } }
`;

/**
 * Numbered messages of QoS 1 come through a mosquitto, while the engine is killed at each step in turn, and the broker
 * begins anew now and then: every message is counted once, everything is done at least once, and again only by its id.
 */
export async function killUnderLoad({
  messages,
  kills,
  brokerRestarts,
}: {
  readonly messages: number;
  readonly kills: number;
  readonly brokerRestarts: number;
}): Promise<void> {
  const mosquitto = await startMosquitto({ isPersistent: true });
  onTestFinished(() => mosquitto.stop());
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const told = await listen(url);
  let engine: RunningEngine = await startEngine({ rules: { 'count.yaml': RULES }, config: { broker: url } });
  const { folder } = engine;
  const publisher = await connectAsync(url, { clientId: 'publisher', clean: false, reconnectPeriod: 100 });
  onTestFinished(() => publisher.endAsync(true));

  let sent = 0;
  const sendTo = async (target: number): Promise<void> => {
    while (sent < target) {
      const end = Math.min(target, sent + 20);
      const batch: Promise<unknown>[] = [];
      for (; sent < end; sent++) {
        batch.push(publisher.publishAsync('in/count', String(sent), { qos: 1 }));
        if (sent % HOLD_EVERY === 0) batch.push(publisher.publishAsync(`in/hold/${sent}`, '6', { qos: 1 }));
      }
      await Promise.all(batch);
      await pause(20);
    }
  };
  /** The engine ends at the step by itself; it may never come to it, or before it has said that it runs. */
  const begin = async (step: (typeof STEPS)[number]): Promise<RunningEngine | null> => {
    const variables =
      step === null
        ? {}
        : {
            NODE_OPTIONS: `--import ${PRELOAD}`,
            KILL_AT: step,
            KILL_AFTER: String(1 + Math.floor(Math.random() * 60)),
            KILL_PORT: String(mosquitto.port),
          };
    try {
      return await startEngine({ folder, config: { broker: url }, wait: 'up', variables });
    } catch (error) {
      if (step === null) throw error;
      return null;
    }
  };

  const restarts = new Set(
    Array.from({ length: brokerRestarts }, (_, i) => Math.ceil(((i + 1) * kills) / (brokerRestarts + 1))),
  );
  let ended = 0;
  await engine.kill();
  for (let i = 1; i <= kills; i++) {
    const step = STEPS[i % STEPS.length] ?? null;
    const begun = await begin(step);
    const sending = sendTo(Math.floor((messages * i) / (kills + 1)));
    if (begun !== null) {
      if (step !== null && begun.child.exitCode === null && begun.child.signalCode === null)
        await Promise.race([once(begun.child, 'exit'), sending.then(() => pause(500))]);
      else await pause(Math.random() * 200);
      if (begun.child.signalCode !== null) ended++;
      await begun.kill();
    } else ended++;
    await sending;
    // While nothing is on its way to the broker: what the publisher sends again would count as a message of its own.
    if (restarts.has(i)) await mosquitto.anew();
  }
  engine = await startEngine({ folder, config: { broker: url }, wait: 'up' });
  await sendTo(messages);

  const counts = (): Told[] => told.filter(({ topic }) => topic === 'out/count');
  const last = (): number => counts().reduce((most, { text }) => Math.max(most, Number(text.split(' ')[1])), 0);
  const holds = Array.from({ length: Math.ceil(messages / HOLD_EVERY) }, (_, i) => `out/hold/${i * HOLD_EVERY} held`);
  const echoes = Array.from({ length: messages / 10 }, (_, i) => `out/echo ${i * 10}`);
  await until('all messages to be counted', () => last() >= messages, 60_000);
  await until(
    'everything to be done',
    () => {
      const { texts } = repeats(told);
      return [...holds, ...echoes].every((text) => texts.has(text)) && texts.size >= messages * 1.1 + holds.length;
    },
    60_000,
  );
  // Most of those that were to end by themselves did.
  expect(ended).toBeGreaterThan(kills / 2);
  expect(last()).toBe(messages);
  const { texts, isSameId } = repeats(told);
  // One line for each message: its number, and how many came up to it.
  expect([...texts].filter((text) => text.startsWith('out/count'))).toHaveLength(messages);
  expect(texts.size).toBe(messages + holds.length + echoes.length);
  expect(isSameId).toBe(true);
  expect(told.length - texts.size).toBeLessThanOrEqual((kills + brokerRestarts) * REPEATED);
  await engine.stop();
}
