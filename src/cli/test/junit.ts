import { countTests, tellFailures, type RanTest, type TestedFile, type TestReport } from './report.ts';

/** JUnit's XML, which CI servers read: a suite for each file, and one for the files with errors. */
export function junitReport(report: TestReport): string {
  const { files, problems, ms } = report;
  const { passed, failed } = countTests(report);
  const errors = problems.map(({ file, line, column, code, message, hint }) => {
    const words = `${file}:${line}:${column} ${code}: ${message}${hint === undefined ? '' : `\n${hint}`}`;
    const error = element('error', { message, type: code }, text(words));
    return element('testcase', { name: `${code}: ${message}`, classname: file, file, line, time: 0 }, error);
  });
  const suites = files.map(suiteOf);
  if (errors.length > 0)
    suites.unshift(
      element('testsuite', { name: 'rule files', tests: errors.length, failures: 0, errors: errors.length }, ...errors),
    );
  const counts = { tests: passed + failed + errors.length, failures: failed, errors: errors.length, time: seconds(ms) };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'automate', ...counts }, ...suites)}\n`;
}

function suiteOf({ path, tests }: TestedFile): string {
  const failures = tests.filter(({ result }) => !result.passed).length;
  const time = seconds(tests.reduce((sum, { ms }) => sum + ms, 0));
  const counts = { tests: tests.length, failures, errors: 0, time };
  return element('testsuite', { name: path, file: path, ...counts }, ...tests.map((ran) => caseOf(path, ran)));
}

function caseOf(path: string, ran: RanTest): string {
  const { name, line } = ran.test;
  const failures = tellFailures(path, ran).map(({ type, file, line: at, column, message, details }) =>
    element(
      'failure',
      { message, type },
      text([`${file}:${at}:${column} ${message}`, ...details.map((one) => one.text)].join('\n')),
    ),
  );
  return element('testcase', { name, classname: path, file: path, line, time: seconds(ran.ms) }, ...failures);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  return content.length === 0 ? `${open}/>` : `${open}>\n${content.join('\n')}\n</${name}>`;
}

function attribute(value: string): string {
  return text(value)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

/** Text of which nothing is markup. What XML 1.0 cannot hold, not even escaped, is written out: `\u0007`. */
function text(value: string): string {
  return value
    .replace(
      /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
