import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { generate, type Packet } from 'mqtt-packet';
import { expect, onTestFinished } from 'vitest';
import { Random } from '../../src/testing/simulator/random.ts';
import { startMqttPeer } from '../peers/mqtt-peer.ts';
import { connectClient } from './client.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { pause, until } from './until.ts';

const RULES = { 'echo.yaml': '{ id: echo, on: "in/#", publish: { topic: out, payload: "${payload}", qos: 1 } }' };

/** What it may take more in the end, in bytes: the heap breathes. */
const GROWTH = 60e6;

/**
 * Frames with bytes changed, left out or put in are sent to an engine for a while, by a broker that it is a client of, or by
 * clients of its own broker: it ends connections, and nothing else, and afterwards it works as before.
 */
export async function mutatedFrames(by: 'a broker' | 'clients', seconds: number, seed: number): Promise<void> {
  const rng = new Random(seed);
  if (by === 'a broker') await fromBroker(rng, seconds);
  else await fromClients(rng, seconds);
}

async function fromBroker(rng: Random, seconds: number): Promise<void> {
  const peer = await startMqttPeer({ puback: 0 });
  onTestFinished(() => peer.stop());
  const engine = await startEngine({
    rules: RULES,
    config: { broker: `mqtt://127.0.0.1:${peer.port}`, state: 'memory' },
  });
  const before = memoryOf(engine);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (let i = 0; i < 20; i++) peer.sendBytes(mutated(rng, frame(rng, 5)));
    peer.received.length = 0;
    await pause(5);
  }
  expect(engine.child.exitCode).toBeNull();
  // One frame that was cut short may still wait for its end; another connection begins anew.
  peer.drop();
  await until('the engine to be back', () => peer.received.some(({ cmd }) => cmd === 'subscribe'), 60_000);
  peer.send({ cmd: 'publish', topic: 'in/good', payload: 'still here', qos: 0, retain: false, dup: false });
  await until('the answer', () =>
    peer.received.some((packet) => packet.cmd === 'publish' && packet.payload.toString() === 'still here'),
  );
  await settledAfter(engine, before);
}

async function fromClients(rng: Random, seconds: number): Promise<void> {
  const engine = await startEngine({ rules: RULES, config: { state: 'memory' } });
  const before = memoryOf(engine);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const socket = connect(engine.port, '127.0.0.1').on('error', () => {});
    socket.resume();
    socket.write(
      generate({ cmd: 'connect', clientId: `c${rng.below(5)}`, clean: true, protocolVersion: 4, keepalive: 60 }),
    );
    for (let i = rng.below(20); i >= 0; i--) socket.write(mutated(rng, frame(rng, 4)));
    await pause(5);
    socket.destroy();
  }
  expect(engine.child.exitCode).toBeNull();
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'out' });
  await client.publish('in/good', 'still here', { qos: 1 });
  await until('the answer', () => client.on('out').some(({ text }) => text === 'still here'));
  await settledAfter(engine, before);
}

/** What it logged is of connections, and it has not grown. */
async function settledAfter(engine: RunningEngine, before: number): Promise<void> {
  expect(
    engine.log().filter(({ level, msg }) => level === 'fatal' || /uncaught|unhandled|TypeError/.test(msg)),
  ).toEqual([]);
  await until('its memory to be as before', () => memoryOf(engine) - before < GROWTH, 30_000);
  expect(await engine.stop()).toMatchObject({ code: 0 });
}

function frame(rng: Random, protocolVersion: 4 | 5): Buffer {
  const qos = rng.below(3) as 0 | 1 | 2;
  const messageId = 1 + rng.below(100);
  const packets: readonly Packet[] = [
    {
      cmd: 'publish',
      topic: `in/${rng.below(10)}`,
      payload: 'x'.repeat(rng.below(200)),
      qos,
      retain: rng.below(4) === 0,
      dup: qos > 0 && rng.below(4) === 0,
      messageId,
      ...(protocolVersion === 5
        ? { properties: { topicAlias: 1 + rng.below(20), userProperties: { a: ['b', 'c'] } } }
        : {}),
    },
    { cmd: 'puback', messageId },
    { cmd: 'pubrel', messageId },
    { cmd: 'pingresp' },
  ];
  return generate(packets[rng.below(packets.length)] as Packet, { protocolVersion }); // Below its length.
}

/** One in three as it is; in the others some bytes are others, too many, or missing. */
function mutated(rng: Random, bytes: Buffer): Buffer {
  if (rng.below(3) === 0) return bytes;
  const list = [...bytes];
  for (let i = rng.below(4); i >= 0; i--) {
    const place = rng.below(list.length + 1);
    const what = rng.below(4);
    if (what === 0) list.splice(place, 1);
    else if (what === 1) list.splice(place, 0, rng.below(256));
    else list[Math.min(place, list.length - 1)] = rng.below(256);
  }
  return Buffer.from(list);
}

/** Bytes in memory, as the system sees it. */
function memoryOf({ child }: RunningEngine): number {
  const [, pages = '0'] = readFileSync(`/proc/${child.pid ?? 0}/statm`, 'utf8').split(' ');
  return Number(pages) * 4096;
}
