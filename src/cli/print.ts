import { formatProblem, sortProblems } from '../spec/frame.ts';
import type { Problem } from '../spec/problem.ts';

/** Whether to colour what goes to a stream: only on a terminal, and not where NO_COLOR says no. */
export function useColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR: none } = process.env;
  return stream.isTTY && (none === undefined || none === '');
}

/** Print problems with their code frames, a line between them; `textOf` gives the text of a file that could be read. */
export function printProblems(
  problems: readonly Problem[],
  textOf: (file: string) => string | undefined,
  stream: NodeJS.WritableStream,
  color: boolean,
): void {
  for (const problem of sortProblems(problems)) {
    // Of a file that is too large, or not text, nothing is shown.
    const text = problem.code === 'unreadable' ? undefined : textOf(problem.file);
    stream.write(`${formatProblem(problem, text, { color })}\n\n`);
  }
}

/** `3 errors, 1 warning`. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : ''];
  return parts.filter((part) => part !== '').join(', ') || 'no problems';
}

/** `1 rule`, `2 rules`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
