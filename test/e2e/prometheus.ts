import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../peers/port.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

/** A series with its values over time; one value for an instant. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A Prometheus of its own for a test, which ends with it. */
export interface Prometheus {
  /** What an expression is now. It rejects, with Prometheus' words, if it is none. */
  query(expression: string): Promise<Series[]>;
  /** What it was since a time (epoch ms), second by second. */
  queryRange(expression: string, since: number): Promise<Series[]>;
  /** Any other question of its HTTP API: the `data` of the answer. */
  ask(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
}

/** Start one with these files, of which `prometheus.yml` is its configuration. */
export async function startPrometheus(files: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = makeFolder(files);
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus to start', async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}: ${log}`);
    return await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  });

  const ask = async (path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    // As Prometheus documents its answers.
    const body = (await answer.json()) as { readonly data?: unknown; readonly error?: string };
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(parameters)}: ${body.error}`);
    return body.data;
  };
  return {
    ask,
    query: async (expression) => seriesOf(await ask('query', { query: expression })),
    queryRange: async (expression, since) => {
      const [start, end] = [String(since / 1000), String(Date.now() / 1000)];
      return seriesOf(await ask('query_range', { query: expression, start, end, step: '1' }));
    },
  };
}

type Sample = readonly [number, string];

function seriesOf(data: unknown): Series[] {
  // As Prometheus documents vectors and matrices.
  const { result } = data as {
    readonly result: readonly {
      readonly metric: Series['metric'];
      readonly value?: Sample;
      readonly values?: Sample[];
    }[];
  };
  return result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    metric,
    values: values.map(([, text]) => Number(text)),
  }));
}
