import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Readiness } from '../../src/adapters/http/application.ts';
import { freePort } from '../peers/port.ts';
import { COMMAND, environment } from './command.ts';
import { makeFolder } from './folder.ts';
import { readMetrics, type Scraped } from './scrape.ts';
import { until } from './until.ts';

export interface EngineOptions {
  /** Texts of rule files by name. */
  readonly rules?: Readonly<Record<string, string>>;
  /** What automate.yaml says besides the ports. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  /** Use what is there instead of a new folder. */
  readonly folder?: string;
  /** `ready` (the default): as /readyz says; `up`: it has said what runs where. */
  readonly wait?: 'ready' | 'up';
}

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal that was sent until it was gone. */
  readonly ms: number;
}

/** `automate start` in a process of its own. Whatever a test leaves running is killed when the test has ended. */
export interface RunningEngine {
  readonly folder: string;
  /** Of its embedded broker. */
  readonly port: number;
  readonly url: string;
  readonly child: ChildProcess;
  log(): LogLine[];
  stderr(): string;
  metrics(): Promise<Scraped>;
  ready(): Promise<Readiness & { readonly status: number }>;
  reload(): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Send a signal and wait for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  kill(): Promise<Exit>;
}

/** Start an engine on free ports. */
export async function startEngine(options: EngineOptions = {}): Promise<RunningEngine> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const config = { embedded: { port }, http: `127.0.0.1:${httpPort}`, ...options.config };
  const rules = Object.entries(options.rules ?? {}).map(([name, text]) => [`rules/${name}`, text]);
  const folder =
    options.folder ??
    makeFolder({ 'automate.yaml': JSON.stringify(config), ...(Object.fromEntries(rules) as Record<string, string>) });

  const [program = '', ...first] = COMMAND;
  const child = spawn(program, [...first, 'start', ...(options.words ?? [])], {
    cwd: folder,
    env: environment(options.variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<Exit> => {
    const begun = performance.now();
    const closed = isGone() ? Promise.resolve() : once(child, 'exit');
    child.kill(signal);
    await closed;
    return { code: child.exitCode, signal: child.signalCode, ms: performance.now() - begun };
  };
  onTestFinished(async () => void (await end('SIGKILL')));

  const ready = async (): Promise<Readiness & { readonly status: number }> => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, ...((await answer.json()) as Readiness) };
  };
  await until('the engine to start', () => {
    if (isGone()) throw new Error(`the engine ended with ${child.exitCode ?? child.signalCode}: ${stderr}${stdout}`);
    return stderr.includes('automate runs');
  });
  if (options.wait !== 'up') await until('the engine to be ready', async () => (await ready()).ready);

  return {
    folder,
    port,
    url,
    child,
    log: () =>
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LogLine),
    stderr: () => stderr,
    metrics: async () => readMetrics(await (await fetch(`${url}/metrics`)).text()),
    ready,
    reload: async () => {
      const answer = await fetch(`${url}/api/reload`, { method: 'POST' });
      return { status: answer.status, body: await answer.json() };
    },
    stop: (signal = 'SIGTERM') => end(signal),
    kill: () => end('SIGKILL'),
  };
}
