import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { checkRules, type CheckedRules } from '../app/check.ts';
import type { Config } from '../app/config.ts';
import { lostState } from '../app/lost-state.ts';
import { formatProblemGithub, sortProblems } from '../spec/frame.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { runCommand } from './failure.ts';
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
    .option('--against <path>', WHAT_RUNS)
    .action((paths: readonly string[], options: CheckOptions) => runCommand(process, () => check(paths, options)));
}

const WHAT_RUNS =
  'what runs now: warn of what it remembers and these rules would not. ' +
  'Rule files, `running`, the http:// address of an engine, or the state folder of a stopped one';

async function check(paths: readonly string[], options: CheckOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const checked = await withLosses(config, paths.length > 0 ? paths : [config.rules], options.against);
  print(checked, options);
  const fails = checked.problems.some(({ severity }) => severity === 'error' || options.strict === true);
  if (fails) process.exitCode = EXIT.failed;
}

/** The check of rules, and of what is forgotten if they take the place of others. */
async function withLosses(config: Config, paths: readonly string[], what: string | undefined): Promise<CheckedRules> {
  if (what === undefined) return checkRules(config, paths);
  const { against } = await import('./against.ts'); // What it takes to ask and to read a state is for it alone.
  const before = await against(config, what);
  const checked = await checkRules(config, paths, before.shadow);
  // Of a file with errors nothing is known: its rules only seem to be gone.
  const hasErrors = checked.problems.some(({ severity }) => severity === 'error');
  const lost = hasErrors ? [] : lostState(before.rules, checked);
  return { ...checked, problems: [...checked.problems, ...before.problems, ...lost] };
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
