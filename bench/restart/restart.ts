import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { PROGRAM } from '../built.ts';
import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, spread } from '../statistics.ts';
import type { Findings } from '../table.ts';
import { freePort } from '../../test/peers/port.ts';
import { topicOf } from './fill.ts';

/** Two rules, so that there are two cells for each machine. */
const RULES = `
- { id: hot, on: plant/+line/+machine, max_keys: 1000000, if: temperature > 30, for: 10m, log: hot }
- id: count
  on: plant/+line/+machine
  max_keys: 1000000
  memory: { n: 0 }
  set: { n: n + 1 }
  publish: { topic: "out/\${machine}", payload: "\${n}", qos: 1 }
`;

interface Restart {
  /** From the start of the process to the answer to the first message, milliseconds; and what it took in memory by then. */
  readonly firstMs: number;
  readonly firstMB: number;
  /** The same until all that was remembered was there. */
  readonly allMs: number;
  readonly allMB: number;
}

/** How soon an engine that remembers much answers its first message. */
export async function restart({ built, quick, tell }: Options): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
  try {
    const counts = quick ? [0, 20_000] : [0, 100_000, 1_000_000];
    for (const cells of counts) {
      tell(`restart: writing ${decimal(cells)} cells`);
      mkdirSync(join(folder, String(cells), 'rules'), { recursive: true });
      writeFileSync(join(folder, String(cells), 'rules', 'rules.yaml'), RULES);
      const state = join(folder, String(cells), 'written');
      await inFreshProcess(built, 'fill', { folder: state, rules: RULES, machines: cells / 2 });
    }
    const results = await interleaved(counts, quick ? 1 : 5, (cells) => {
      tell(`restart: with ${decimal(cells)} cells`);
      return begin(join(folder, String(cells)), cells);
    });
    const rows = [...results].map(([cells, measured]) => [
      decimal(cells),
      ...(['firstMs', 'firstMB', 'allMs', 'allMB'] as const).map((what) =>
        spread(
          measured.map((one) => one[what]),
          0,
        ),
      ),
    ]);
    return {
      tables: [
        {
          title: 'Restart: an engine that remembers much',
          columns: ['cells', 'first answer, ms', 'MB by then', 'all taken up, ms', 'MB by then'],
          rows,
          note: 'From the start of the process, the embedded broker included, to the answer to a message of QoS 1 for a key that is remembered.',
        },
      ],
      data: [...results].map(([cells, measured]) => ({ cells, measured })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function begin(folder: string, cells: number): Promise<Restart> {
  const port = await freePort();
  rmSync(join(folder, 'state'), { recursive: true, force: true });
  cpSync(join(folder, 'written'), join(folder, 'state'), { recursive: true });
  writeFileSync(
    join(folder, 'automate.yaml'),
    `embedded: { port: ${port} }\nhttp: "off"\nrules: rules\nstate: state\n`,
  );
  const began = performance.now();
  const engine = spawn(process.execPath, [PROGRAM, 'start', '--no-watch'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const all = cells === 0 ? null : said(engine, 'went on from what rules remembered');
  try {
    const client = await Promise.race([connection(port), failure(engine)]);
    const answer = await ask(client, Math.max(0, cells / 2 - 1));
    const [firstMs, firstMB] = [performance.now() - began, residentMB(engine)];
    if (answer !== (cells === 0 ? '1' : '2')) throw new Error(`the first answer was ${answer}`);
    await client.endAsync();
    await all;
    return { firstMs, firstMB, allMs: performance.now() - began, allMB: residentMB(engine) };
  } finally {
    const ended = once(engine, 'exit');
    engine.kill('SIGKILL');
    await ended;
  }
}

/** Publish a message of a machine, and wait for what comes of it. */
async function ask(client: MqttClient, machine: number): Promise<string> {
  await client.subscribeAsync('out/+');
  const answered = new Promise<string>((resolve) => {
    client.once('message', (_topic, payload) => resolve(payload.toString()));
  });
  await client.publishAsync(topicOf(machine), '{"temperature":31.5}', { qos: 1 });
  return answered;
}

/** As soon as somebody listens. */
async function connection(port: number): Promise<MqttClient> {
  while (!(await listens(port))) await delay(5);
  return connectAsync(`mqtt://127.0.0.1:${port}`);
}

/** Rejects if the engine ends. */
async function failure(engine: ChildProcess): Promise<never> {
  const [code] = (await once(engine, 'exit')) as [number | null];
  throw new Error(`the engine has ended with ${code}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function said(engine: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let output = '';
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(text)) resolve();
    };
    engine.stdout?.on('data', listen);
    engine.stderr?.on('data', listen);
  });
}

function residentMB({ pid }: ChildProcess): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1e6;
}
