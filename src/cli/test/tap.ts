import { stringify } from 'yaml';
import { printableLine } from '../printable.ts';
import { coverageText } from './coverage.ts';
import { tellFailures, type TestReport } from './report.ts';

/** TAP version 14, for programs. A file with errors is a test that failed. */
export function tapReport({ files, problems, coverage }: TestReport): string {
  const points = [
    ...problems.map(({ file, line, column, code, message, hint }) => ({
      name: `${file} ${code}`,
      failures: [{ at: `${file}:${line}:${column}`, message, ...(hint === undefined ? {} : { hint }) }],
    })),
    ...files.flatMap(({ path, tests }) =>
      tests.map((ran) => ({
        name: `${path}: ${ran.test.name}`,
        failures: tellFailures(path, ran).map(({ file, line, column, message, details }) => ({
          at: `${file}:${line}:${column}`,
          message,
          ...(details.length === 0 ? {} : { details: details.map(({ text }) => text).join('\n') }),
        })),
      })),
    ),
  ];
  const lines = ['TAP version 14', `1..${points.length}`];
  for (const [i, { name, failures }] of points.entries()) {
    lines.push(`${failures.length === 0 ? 'ok' : 'not ok'} ${i + 1} - ${description(name)}`);
    if (failures.length > 0)
      lines.push('  ---', ...indented(stringify({ failures }, { blockQuote: 'literal', lineWidth: 0 })), '  ...');
  }
  if (coverage !== null) lines.push(...linesOf(coverageText(coverage)).map((line) => `# ${line}`));
  return `${lines.join('\n')}\n`;
}

/** A `#` would begin a directive, such as TODO. */
function description(name: string): string {
  return printableLine(name).replace(/[\\#]/g, String.raw`\$&`);
}

function indented(text: string): string[] {
  return linesOf(text).map((line) => `  ${line}`.trimEnd());
}

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}
