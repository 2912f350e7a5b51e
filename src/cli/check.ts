import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { checkRules, type CheckedRules } from '../app/check.ts';
import type { Config } from '../app/config.ts';
import { lostState } from '../app/lost-state.ts';
import { formatProblemGithub, sortProblems } from '../spec/frame.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { countProblems, plural, printProblems, useColor } from './print.ts';

interface CheckOptions extends ConfigOptions {
  readonly format?: 'pretty' | 'json' | 'github';
  readonly strict?: boolean;
  readonly against?: string;
}

/** `automate check [paths]`: parse, compile and lint rule files. */
export function checkCommand(): Command {
  return withConfigOptions(new Command('check'))
    .description('look through rule files for mistakes')
    .argument('[paths...]', 'rule files or folders (default: those of the configuration)')
    .addOption(new Option('--format <format>', 'how to print').choices(['pretty', 'json', 'github']))
    .option('--strict', 'warnings fail as well')
    .option('--against <path>', 'the rules that run now: warn of what they remember and these would not')
    .action(check);
}

async function check(paths: readonly string[], options: CheckOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const checked = await withLosses(config, paths.length > 0 ? paths : [config.rules], options.against);
  print(checked, options);
  const fails = checked.problems.some(({ severity }) => severity === 'error' || options.strict === true);
  if (fails) process.exitCode = EXIT.failed;
}

/** The check of rules, and of what is forgotten if they take the place of others. */
async function withLosses(
  config: Config,
  paths: readonly string[],
  against: string | undefined,
): Promise<CheckedRules> {
  const checked = await checkRules(config, paths);
  if (against === undefined) return checked;
  const before = await checkRules(config, [against]);
  const errors = before.problems.filter(({ severity }) => severity === 'error');
  return { ...checked, problems: [...checked.problems, ...errors, ...lostState(before, checked)] };
}

function print(checked: CheckedRules, options: CheckOptions): void {
  const { problems, rules, files } = checked;
  const format = options.json === true ? 'json' : (options.format ?? 'pretty');
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ files, rules, problems: sortProblems(problems) }, null, 2)}\n`);
    return;
  }
  if (format === 'github') {
    for (const problem of sortProblems(problems)) process.stdout.write(`${formatProblemGithub(problem)}\n`);
    return;
  }
  printProblems(problems, textOf, process.stdout, useColor(process.stdout));
  process.stdout.write(`${plural(rules, 'rule')} in ${plural(files, 'file')}: ${countProblems(problems)}\n`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
