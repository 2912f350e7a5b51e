import { escapeControls } from '../core/escape.ts';
import { cellsOf } from './line-cells.ts';
import type { Cell } from './line-cells.ts';
import type { Problem } from './problem.ts';

/** Columns of a line that a frame shows. */
const MAX_WIDTH = 120;

const colors = { error: '\x1b[31m', warning: '\x1b[33m', dim: '\x1b[2m', bold: '\x1b[1m', hint: '\x1b[36m' } as const;

/**
 * A problem as people read it: one line that says what and where, the lines of the file with the place underlined if its
 * text is given, and the hint. What comes from the user's file cannot write control characters to the terminal.
 */
export function formatProblem(problem: Problem, text: string | undefined, options: { color: boolean }): string {
  const paint = (style: keyof typeof colors, words: string): string =>
    options.color ? `${colors[style]}${words}\x1b[0m` : words;
  const { severity } = problem;
  const place = `${visible(problem.file)}:${problem.line}:${problem.column}`;
  const output = [
    `${paint('bold', place)} ${paint(severity, `${severity} ${problem.code}:`)} ${visible(problem.message)}`,
  ];

  const lines = text === undefined ? [] : linesAround(text, problem.line);
  const width = String(problem.line).length;
  for (const { number, line } of lines) {
    const isHere = number === problem.line;
    const caret = isHere ? problem.column - 1 : 0;
    const { shown, before, underlined } = frameLine(line, caret, problem.length);
    output.push(`  ${paint('dim', `${String(number).padStart(width)} |`)} ${shown}`.trimEnd());
    if (!isHere) continue;
    output.push(
      `  ${paint('dim', `${' '.repeat(width)} |`)} ${' '.repeat(before)}${paint(severity, '^'.repeat(underlined))}`,
    );
  }
  if (problem.hint !== undefined) output.push(`  ${paint('hint', 'hint:')} ${visible(problem.hint)}`);
  return output.join('\n');
}

/** A problem as a workflow command of GitHub Actions, which shows it beside the line in a pull request. */
export function formatProblemGithub(problem: Problem): string {
  const { file, line, column, length, severity, code, message, hint } = problem;
  const properties = { file, line, col: column, endColumn: column + length, title: code };
  const list = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(escapeControls(String(value)))}`,
  );
  const shown = escapeControls(message);
  const words = hint === undefined ? shown : `${shown}\nhint: ${escapeControls(hint)}`;
  return `::${severity} ${list.join(',')}::${escapeData(words)}`;
}

/** Problems by file, line and column; those of one place stay in their order. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function linesAround(text: string, line: number): { number: number; line: string }[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/, line);
  if (lines.length < line) return [];
  return [line - 1, line].flatMap((number) => {
    const content = lines[number - 1];
    return content === undefined || (number < line && content.trim() === '') ? [] : [{ number, line: content }];
  });
}

/** The part of a line around `length` characters from `start` on, the columns before the carets, and how many there are. */
function frameLine(line: string, start: number, length: number): { shown: string; before: number; underlined: number } {
  const end = start + length;
  const cells = cellsOf(line);
  const first = windowStart(cells, start);
  let shown = first > 0 ? '…' : '';
  let width = first > 0 ? 1 : 0;
  let before = width;
  let underlined = 0;
  for (const cell of cells.slice(first)) {
    if (width + cell.width > MAX_WIDTH) {
      shown += '…';
      break;
    }
    shown += cell.shown;
    width += cell.width;
    if (cell.start < start) before = width;
    else if (cell.start < end) underlined += cell.width;
  }
  return { shown, before, underlined: Math.max(1, underlined) };
}

/** The first cell to show so that the caret is at most in the middle of the window. */
function windowStart(cells: readonly Cell[], caret: number): number {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= MAX_WIDTH) return 0;
  let room = Math.floor(MAX_WIDTH / 2);
  let first = cells.findIndex((cell) => cell.start >= caret);
  if (first === -1) first = cells.length;
  while (first > 0 && room > 0) {
    first -= 1;
    room -= cells[first]?.width ?? 0;
  }
  return first;
}

function visible(words: string): string {
  return cellsOf(words)
    .map((cell) => cell.shown)
    .join('');
}

function escapeData(words: string): string {
  return words.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(words: string): string {
  return escapeData(words).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
