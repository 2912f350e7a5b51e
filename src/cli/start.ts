import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { BadConfiguration, BadRules, startApp, type App } from '../app.ts';
import type { Config } from '../app/config.ts';
import { logTo } from '../app/log.ts';
import { brokerAddress, brokerNames, brokerUrl } from '../app/brokers.ts';
import { messageOf } from '../core/caught.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { programName } from './program-name.ts';
import { reloadOnSignal } from './reload-on-signal.ts';
import { countProblems, plural, printProblems, useColor } from './print.ts';

interface StartOptions extends ConfigOptions {
  readonly shadow?: boolean;
  readonly watch: boolean;
}

/** `automate start`: run the engine. */
export function startCommand(): Command {
  return withConfigOptions(new Command('start'))
    .description('run the rules')
    .option('--broker <url>', 'the broker: `embedded`, or an address such as mqtt://host:1883')
    .option('--state <path>', 'the folder in which state is kept, or `memory`')
    .option('--http <address>', 'host:port of metrics and status page, or `off`')
    .option('--shadow', 'evaluate and count, but publish nothing')
    .option('--no-watch', 'do not reload when rule files change')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const { stdout } = process;
  const log = await logTo(stdout, config, useColor(stdout));
  const starting = startApp({ config, log, watch: options.watch, shadow: options.shadow ?? false });
  // From now on: messages come before all of it stands.
  const isStopping = stopOnSignal(starting);
  reloadOnSignal(starting, log);
  let app: App;
  try {
    app = await starting;
  } catch (error) {
    if (error instanceof BadRules) {
      printProblems(error.problems, readText, process.stderr, useColor(process.stderr));
      process.stderr.write(`not started: ${countProblems(error.problems)} in the rules\n`);
      process.exitCode = EXIT.badConfiguration;
    } else {
      process.stderr.write(`not started: ${startFault(error, config)}\n`);
      process.exitCode = error instanceof BadConfiguration ? EXIT.badConfiguration : EXIT.unreachable;
    }
    return;
  }
  if (!isStopping()) greet(app, config);
}

/** What runs where, in a few lines, and what to try next. Only for people: a log in JSON stays pure. */
function greet(app: App, config: Config): void {
  const { stdout } = process;
  const lines = [`automate runs ${plural(app.loaded.rules, 'rule')} from ${config.rules}`];
  for (const name of brokerNames(config)) {
    const address = brokerAddress(config, name);
    lines.push(`  broker   ${address === 'embedded' ? `${brokerUrl(config)} (embedded)` : address}`);
  }
  if (app.url !== null) lines.push(`  status   ${app.url}`, `  metrics  ${app.url}/metrics`);
  const shown = app.loaded.problems.length > 0 ? `  ${countProblems(app.loaded.problems)}: automate check` : '';
  if (shown !== '') lines.push(shown);
  lines.push(...app.firstTry(programName()));
  const stream = stdout.isTTY ? stdout : process.stderr;
  stream.write(`${lines.join('\n')}\n`);
}

/** Ctrl-C stops in order, when all has been started that is to be stopped; a second one at once. Answers whether it does. */
function stopOnSignal(starting: Promise<App>): () => boolean {
  let stopping = false;
  const stop = async (): Promise<void> => {
    const app = await starting.catch(() => null);
    if (app === null) return; // Who waits for the start says why.
    try {
      await app.stop();
      process.exit(EXIT.fine);
    } catch (error) {
      process.stderr.write(`stopping failed: ${String(error)}\n`);
      process.exit(EXIT.failed);
    }
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    process.stderr.write(`${signal}: stopping\n`);
    void stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => stopping;
}

function startFault(error: unknown, { embedded }: Config): string {
  const message = messageOf(error);
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return message;
  return (
    `${embedded.host}:${embedded.port} is taken: another broker?\n` +
    `  to use that one:     automate start --broker mqtt://${embedded.host}:${embedded.port}\n` +
    `  to use another port: AUTOMATE_EMBEDDED_PORT=1884 automate start`
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
