import { countTests, tellFailures, type TestReport } from './report.ts';

/** One JSON document with all there is to know. */
export function jsonReport(report: TestReport): string {
  const { files, problems, coverage, ms } = report;
  const document = {
    ...countTests(report),
    ms: Math.round(ms),
    problems,
    tests: files.flatMap(({ path, tests }) =>
      tests.map((ran) => ({
        file: path,
        line: ran.test.line,
        column: ran.test.column,
        name: ran.test.name,
        passed: ran.result.passed,
        virtual_ms: ran.result.duration,
        ms: Math.round(ran.ms),
        failures: tellFailures(path, ran).map(({ details, ...failure }) => ({
          ...failure,
          details: details.map(({ text }) => text),
        })),
        more_failures: ran.result.more,
      })),
    ),
    ...(coverage === null ? {} : { coverage }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
