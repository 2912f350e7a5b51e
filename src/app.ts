import { systemClock } from './adapters/clock/system-clock.ts';
import { ruleFolder } from './adapters/files/rule-folder.ts';
import { refuseOpenDoor } from './adapters/http/guard.ts';
import type { HttpServer } from './adapters/http/server.ts';
import { httpSender } from './adapters/http-client/http-sender.ts';
import type { Config } from './app/config.ts';
import { face } from './app/face.ts';
import { firstTry } from './app/first-try.ts';
import { RuleCompiler } from './app/rules.ts';
import { brokerUrl } from './app/brokers.ts';
import { transports } from './app/transports.ts';
import { version } from './app/version.ts';
import { messageOf } from './core/caught.ts';
import type { Log } from './ports/log.ts';
import type { StateStore } from './ports/state-store.ts';
import { Engine } from './runtime/engine.ts';
import { Reload, type Reloaded } from './runtime/reload.ts';
import type { Problem } from './spec/problem.ts';

/** How long an orderly stop may take in all, and how much of it what is asked from outside may. Milliseconds. */
const GRACE = 4000;
const INTAKE_GRACE = 1000;

/** A running engine with everything around it. */
export interface App {
  /** What the rule files came to when they were read first. */
  readonly loaded: Reloaded<Problem>;
  /** Lines that show how to make the first rule act; `program` is how the user calls this one. */
  firstTry(program: string): readonly string[];
  /** Where people and Prometheus can look, or null if that is off. */
  readonly url: string | null;
  reload(): Promise<Reloaded<Problem>>;
  /** Stop in order: watching, intake, what is taken, `offline`, connections. */
  stop(): Promise<void>;
}

/** Rules that cannot be started with. */
export class BadRules extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('the rules have errors');
    this.problems = problems;
  }
}

/** A configuration that no rule and no broker can be tried with: what it names is not there, or may not be used so. */
export class BadConfiguration extends Error {
  override readonly name = 'BadConfiguration';
}

/** What an engine is started with. */
export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** Reload when the rule files change. */
  readonly watch: boolean;
  /** Evaluate all rules, but let none do anything. */
  readonly shadow: boolean;
}

/** The state of an engine by itself is in one piece. */
const WHOLE = 0;

/**
 * Build and start everything, in this order: rules, brokers, http, watching. The only place that knows both ports and
 * adapters. Throws BadConfiguration, BadRules, or an Error where a port is taken.
 */
export async function startApp({ config, log, watch, shadow }: AppOptions): Promise<App> {
  const startedAt = Date.now();
  const clock = systemClock();
  const compiler = new RuleCompiler(config, shadow);
  const engine = new Engine(
    await configured(() => transports(config)),
    httpSender(clock, { limits: config.limits.http, userAgent: `automate/${version()}` }),
    clock,
    log,
    config.limits,
  );
  const reload = new Reload(
    ruleFolder(config.rules),
    (files) => compiler.compile(files),
    engine,
    clock,
    log,
    (problem) => logProblem(problem, log),
  );

  const { http } = config;
  if (http !== null) await configured(() => refuseOpenDoor(http));

  const loaded = await reload.now('start');
  if (!loaded.ok) throw new BadRules(loaded.problems);
  const store = config.state === null ? null : await storeOf(config.state);
  let server: HttpServer | null = null;
  let url: string | null = null;
  try {
    if (store !== null) await engine.restore(store, await store.acquire(WHOLE), config.state?.trustDowntime);
    await engine.start();
    if (http !== null) {
      server = await face(http, { config, engine, reload, compiler, log, startedAt, shadow });
      ({ url } = await server.start());
    }
  } catch (error) {
    await engine.stop(GRACE);
    await store?.close();
    throw error;
  }
  if (watch) reload.watch();

  return {
    loaded,
    firstTry: (program) =>
      firstTry(
        [...compiler.running.values()].flatMap(({ rules }) => rules),
        program,
        brokerUrl(config),
      ),
    url,
    reload: () => reload.now('signal'),
    stop: async () => {
      const deadline = performance.now() + GRACE;
      // A reload may be waiting for a broker that does not answer, and who asked for it for the reload.
      await within(INTAKE_GRACE, Promise.all([reload.stop(), server?.stop()]));
      const left = deadline - performance.now();
      // What waits to be published or sent gets half of the time it is given, and the transports all of it again.
      await within(left, engine.stop((left * 2) / 3));
      await store?.close();
    },
  };
}

/** Wait for work, but no longer than this. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function storeOf({ folder, sync }: NonNullable<Config['state']>): Promise<StateStore> {
  const { levelStore } = await import('./adapters/level/level-store.ts');
  return levelStore(folder, sync);
}

/** Build a part of what the configuration asks for. */
async function configured<T>(build: () => T | Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    throw new BadConfiguration(messageOf(error), { cause: error });
  }
}

function logProblem({ file, line, column, severity, code, message, hint }: Problem, log: Log): void {
  const fields = { file, line, column, code, ...(hint === undefined ? {} : { hint }) };
  log.write(severity === 'error' ? 'error' : 'warn', message, fields);
}
