import { printDuration } from '../../spec/duration.ts';
import { formatProblem, sortProblems } from '../../spec/frame.ts';
import type { FailureLine } from '../../testing/failure-lines.ts';
import { countProblems } from '../print.ts';
import { printableLine } from '../printable.ts';
import { coverageText } from './coverage.ts';
import { countTests, tellFailures, type RanTest, type TestReport } from './report.ts';

/** For people: a line for each test, and all that helps where one failed. `textOf` gives the text of a file. */
export function prettyReport(report: TestReport, textOf: (file: string) => string | undefined, color: boolean): string {
  const paint = color
    ? (style: Style, text: string) => `${STYLES[style]}${text}\x1b[0m`
    : (_: Style, text: string) => text;
  let output = '';
  for (const problem of sortProblems(report.problems))
    output += `${formatProblem(problem, textOf(problem.file), { color })}\n\n`;
  for (const { path, tests } of report.files) {
    const lines = tests.map((ran) => testText(path, ran, paint)).join('');
    output += `${paint('bold', printableLine(path))}\n${lines.trimEnd()}\n\n`;
  }
  if (report.coverage !== null) output += `${coverageText(report.coverage)}\n`;
  return `${output}${summary(report, paint)}\n`;
}

type Style = 'good' | 'bad' | 'dim' | 'bold' | 'hint';
type Paint = (style: Style, text: string) => string;

const STYLES: Readonly<Record<Style, string>> = {
  good: '\x1b[32m',
  bad: '\x1b[31m',
  dim: '\x1b[2m',
  bold: '\x1b[1m',
  hint: '\x1b[36m',
};

const STYLE_OF: Readonly<Record<FailureLine['kind'], Style | null>> = {
  title: 'bold',
  missing: 'bad',
  came: 'good',
  both: null,
  heading: 'hint',
  detail: 'dim',
};

function testText(path: string, ran: RanTest, paint: Paint): string {
  const { test, result, ms } = ran;
  const mark = result.passed ? paint('good', '✓') : paint('bad', '✗');
  const time = paint('dim', `${printDuration(result.duration)} in ${ms.toFixed(0)} ms`);
  let text = `  ${mark} ${printableLine(test.name)}  ${time}\n`;
  if (result.passed) return text;
  for (const { line, column, message, details } of tellFailures(path, ran)) {
    text += `\n    ${paint('dim', printableLine(`${path}:${line}:${column}`))}\n`;
    text += `    ${paint('bold', printableLine(message))}\n`;
    for (const { kind, text: words } of details) {
      const style = STYLE_OF[kind];
      text += `    ${style === null ? printableLine(words) : paint(style, printableLine(words))}\n`;
    }
  }
  if (result.more > 0) text += `\n    and ${result.more} more\n`;
  return `${text}\n`;
}

function summary(report: TestReport, paint: Paint): string {
  const { passed, failed } = countTests(report);
  const parts = [
    failed > 0 ? paint('bad', `${failed} failed`) : '',
    passed > 0 ? paint('good', `${passed} passed`) : '',
    report.problems.length > 0 ? paint('bad', `${countProblems(report.problems)} in files that were not run`) : '',
  ];
  return `${parts.filter((part) => part !== '').join(', ')} ${paint('dim', `(${report.ms.toFixed(0)} ms)`)}`;
}
