import type { Application } from '../adapters/http/application.ts';
import type { HttpServer } from '../adapters/http/server.ts';
import type { Log } from '../ports/log.ts';
import type { Engine } from '../runtime/engine.ts';
import type { Reload } from '../runtime/reload.ts';
import type { Problem } from '../spec/problem.ts';
import type { Config } from './config.ts';
import { readingsOf } from './readings.ts';
import type { RuleCompiler } from './rules.ts';
import { readiness, runningRules, status } from './status.ts';
import { version } from './version.ts';

/** What is looked at from outside. */
export interface Shown {
  readonly config: Config;
  readonly engine: Engine;
  readonly reload: Reload<Problem>;
  readonly compiler: RuleCompiler;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly shadow: boolean;
}

/**
 * The engine's face to people, probes and Prometheus, yet to be started. No message waits for it, and it is a good part of
 * the program: so it is loaded when the engine runs.
 */
export async function face(http: NonNullable<Config['http']>, shown: Shown): Promise<HttpServer> {
  const { config, engine, reload, compiler, log, startedAt, shadow } = shown;
  const { metrics } = await import('../adapters/metrics/metrics.ts');
  const { httpServer } = await import('../adapters/http/server.ts');
  const readings = readingsOf(engine, reload);
  const page = metrics(readings, { version: version() });
  const application: Application = {
    metrics: (accept) => page.render(accept),
    ready: () => readiness(engine, reload.last.problems),
    status: () => status(config, startedAt, engine, readings, reload.last, compiler.running),
    rules: () => ({ version: version(), shadow, rules: runningRules(engine, compiler.running) }),
    cells: (rule, key) => engine.cells(rule, key),
    dormant: (rule) => engine.dormant(rule),
    dormantCells: (rule, key, most) => engine.dormantCells(rule, key, most),
    reload: async () => {
      const { ok, rules, changed, problems } = await reload.now('api');
      return ok ? { ok, rules, changed } : { ok, problems };
    },
  };
  const onError = (error: Error): void => log.write('error', `http: ${error.stack ?? error.message}`);
  return httpServer({ ...http, onError }, application);
}
