import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TestSources } from '../app/test.ts';
import { messageOf } from '../core/caught.ts';
import { Coverage } from '../testing/coverage.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { useColor } from './print.ts';
import { printableLine } from './printable.ts';
import { coverageRows, coverageText } from './test/coverage.ts';
import { jsonReport } from './test/json.ts';
import { junitReport } from './test/junit.ts';
import { prettyReport } from './test/pretty.ts';
import { countTests, type RanTest, type TestReport } from './test/report.ts';
import { tapReport } from './test/tap.ts';

interface TestOptions extends ConfigOptions {
  readonly run?: RegExp;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly reporter?: keyof typeof REPORTERS;
}

const REPORTERS = {
  pretty: (report: TestReport) => prettyReport(report, textOf, useColor(process.stdout)),
  tap: tapReport,
  junit: junitReport,
  json: jsonReport,
} as const;

/** `automate test [paths]`: the tests of rule files, in virtual time. */
export function testCommand(): Command {
  return withConfigOptions(new Command('test'))
    .description('run the tests of rule files, in virtual time')
    .argument('[paths...]', 'rule files or folders (default: those of the configuration)')
    .option('--run <pattern>', 'only tests whose name matches this regular expression', pattern)
    .option('--watch', 'run them again whenever a file changes')
    .option('--coverage', 'show what of the rules the tests do not try')
    .addOption(new Option('--reporter <reporter>', 'how to print').choices(Object.keys(REPORTERS)))
    .action(test);
}

async function test(paths: readonly string[], options: TestOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const named = paths.length > 0 ? paths : [config.rules];
  const sources = new TestSources(config, named);
  const runAll = async (): Promise<void> => {
    process.exitCode = await run(sources, named, options);
  };
  await runAll();
  if (options.watch === true) await runOnChange(sources, named, runAll);
}

/** Run all tests and tell of them; the answer is the exit code. */
async function run(sources: TestSources, paths: readonly string[], options: TestOptions): Promise<number> {
  const startedAt = performance.now();
  const loaded = await sources.load();
  const coverage = options.coverage === true ? new Coverage() : null;
  const files = loaded.files.map((file) => ({
    path: file.path,
    tests: file.tests
      .filter(({ name }) => options.run === undefined || options.run.test(name))
      .map((one): RanTest => {
        const before = performance.now();
        const result = file.run(one, coverage);
        return { test: one, result, ms: performance.now() - before };
      }),
  }));
  const report = {
    files: files.filter(({ tests }) => tests.length > 0),
    problems: loaded.problems,
    coverage: coverage === null ? null : coverageRows(coverage, loaded),
    ms: performance.now() - startedAt,
  };
  return tell(report, paths, options);
}

function tell(report: TestReport, paths: readonly string[], { run, reporter = 'pretty', json }: TestOptions): number {
  const name = json === true ? 'json' : reporter;
  const { passed, failed } = countTests(report);
  const isEmpty = passed + failed + report.problems.length === 0;
  if (!isEmpty || name !== 'pretty') process.stdout.write(REPORTERS[name](report));
  if (report.coverage !== null && name === 'junit') process.stderr.write(coverageText(report.coverage));
  if (failed + report.problems.length > 0) return EXIT.failed;
  if (passed > 0) return EXIT.fine;
  const which = run === undefined ? '' : ` with a name that matches ${String(run)}`;
  process.stderr.write(`there are no tests${which} in ${paths.map(printableLine).join(', ')}\n`);
  return EXIT.nothingMatched;
}

/** Until somebody ends it. */
async function runOnChange(sources: TestSources, paths: readonly string[], runAll: () => Promise<void>): Promise<void> {
  process.stderr.write(`watching ${paths.map(printableLine).join(', ')}; Ctrl-C ends\n`);
  let last = Promise.resolve();
  const stop = sources.watch(
    () => {
      last = last.then(runAll);
    },
    (error) => process.stderr.write(`${printableLine(error.message)}\n`),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  stop();
  await last;
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
