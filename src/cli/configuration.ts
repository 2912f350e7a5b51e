import type { Command } from 'commander';
import type { Setting } from '../app/config-layers.ts';
import { loadConfig, type Config } from '../app/config.ts';
import { EXIT } from './exit-codes.ts';
import { printProblems, useColor } from './print.ts';

/** The options that every command with a configuration has. */
export interface ConfigOptions {
  readonly config?: string;
  readonly rules?: string;
  readonly logLevel?: string;
  readonly broker?: string;
  readonly state?: string;
  readonly http?: string;
  readonly json?: boolean;
}

/** Add `--config`, `--rules` and `--log-level` to a command. */
export function withConfigOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file (default: automate.yaml, if there is one)')
    .option('--rules <path>', 'rule file or folder')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--json', 'print JSON');
}

/** Read the configuration with a command's flags over it. Mistakes are printed, and the answer is null. */
export function readConfig(options: ConfigOptions, stderr: NodeJS.WriteStream = process.stderr): Config | null {
  const loaded = loadConfig({ file: options.config ?? null, environment: process.env, flags: flagsOf(options) });
  if (loaded.ok) {
    printProblems(loaded.problems, () => undefined, stderr, useColor(stderr));
    return loaded.config;
  }
  printProblems(loaded.problems, loaded.textOf, stderr, useColor(stderr));
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  process.exitCode = errors.every(({ file }) => file.startsWith('--')) ? EXIT.usage : EXIT.badConfiguration;
  return null;
}

function flagsOf(options: ConfigOptions): Setting[] {
  const flags: [string, string | undefined, readonly string[]][] = [
    ['--broker', options.broker, ['broker']],
    ['--rules', options.rules, ['rules']],
    ['--state', options.state, ['state']],
    ['--http', options.http, ['http']],
    ['--log-level', options.logLevel, ['log', 'level']],
  ];
  return flags.flatMap(([source, text, path]) => (text === undefined ? [] : [{ source, path, text }]));
}
