import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { freePort } from './port.ts';

export interface MosquittoOptions {
  /** Users by name with their passwords; without it anyone may connect. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an ACL file. */
  readonly acl?: readonly string[];
  /** A server certificate, and one asked of clients. */
  readonly tls?: Certificates;
  /** WebSocket too, on a port of its own. */
  readonly websockets?: boolean;
  /** It remembers sessions, and what is retained, when it begins anew. */
  readonly isPersistent?: boolean;
  /** More lines for the configuration. */
  readonly lines?: readonly string[];
}

/** A mosquitto of its own for a test. */
export interface Mosquitto {
  readonly port: number;
  readonly websocketPort: number | undefined;
  /** What it has logged. */
  log(): string;
  kill(): Promise<void>;
  /** Start again on the same port, with nothing remembered. */
  restart(): Promise<void>;
  /** End in order, and start again on the same port. */
  anew(): Promise<void>;
  stop(): Promise<void>;
}

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** Start a mosquitto on a free port; resolves when it accepts connections. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-mosquitto-'));
  const port = await freePort();
  const websocketPort = options.websockets === true ? await freePort() : undefined;
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, configuration(folder, port, websocketPort, options));
  let log = '';
  let process = await launch(config, websocketPort ?? port, (text) => (log += text));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  };
  const kill = (): Promise<void> => end('SIGKILL');
  const restart = async (): Promise<void> => {
    process = await launch(config, websocketPort ?? port, (text) => (log += text));
  };
  return {
    port,
    websocketPort,
    log: () => log,
    kill,
    restart,
    anew: async () => {
      await end('SIGTERM');
      await restart();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(
  folder: string,
  port: number,
  websocketPort: number | undefined,
  { users, acl, tls, lines = [], isPersistent = false }: MosquittoOptions,
): string {
  const text = [
    'user root',
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${users === undefined}`,
    'max_queued_messages 0',
  ];
  if (isPersistent) text.push('persistence true', `persistence_location ${folder}/`);
  text.push('log_dest stderr', 'log_type error', 'log_type warning', 'log_type notice');
  if (users !== undefined) {
    const file = join(folder, 'passwd');
    writeFileSync(file, '');
    for (const [name, password] of Object.entries(users)) {
      execFileSync('mosquitto_passwd', ['-b', file, name, password], {
        env: { ...globalThis.process.env, PATH },
        stdio: 'pipe',
      });
    }
    text.push(`password_file ${file}`);
  }
  if (acl !== undefined) {
    writeFileSync(join(folder, 'acl'), `${acl.join('\n')}\n`);
    text.push(`acl_file ${join(folder, 'acl')}`);
  }
  if (tls !== undefined) {
    text.push(
      `cafile ${tls.path('ca.crt')}`,
      `certfile ${tls.path('server.crt')}`,
      `keyfile ${tls.path('server.key')}`,
    );
    text.push('require_certificate true');
  }
  text.push(...lines);
  // Beside the other one, because mosquitto 2.0 does not start with this alone.
  if (websocketPort !== undefined) text.push(`listener ${websocketPort} 127.0.0.1`, 'protocol websockets');
  return `${text.join('\n')}\n`;
}

async function launch(config: string, port: number, onLog: (text: string) => void): Promise<ChildProcess> {
  const child = spawn('mosquitto', ['-c', config], {
    env: { ...process.env, PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (data: Buffer) => {
    log += data.toString();
    onLog(data.toString());
  });
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${log}`);
  }
  return child;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return answer;
}
