import type { YAMLError } from 'yaml';
import type { Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { shorten } from './shorten.ts';
import type { TextLines } from './text-lines.ts';
import { plainWords } from './yaml-words.ts';
import type { TokenFacts, Unclosed } from './yaml-tokens.ts';

/**
 * The mistakes of syntax in a text, in plain words, one for each line: what YAML says after the first mistake of a line
 * is nearly always a consequence of it.
 */
export function syntaxProblems(
  file: string,
  text: string,
  lines: TextLines,
  errors: readonly YAMLError[],
  facts: TokenFacts,
): Problem[] {
  const problems = facts.unclosed.map((open) => unclosedProblem(file, lines, open));
  const seen = new Set(problems.map((problem) => problem.line));
  const explained = new Set<number>();
  for (const error of errors) {
    const { line } = lines.position(error.pos[0]);
    if (isAboutUnclosed(error) || explained.has(line)) continue;
    explained.add(line);
    const { start, end, code, message, hint } = explain(error, text, lines, facts);
    const at = lines.position(start, end - start);
    if (!seen.has(at.line)) problems.push(problemAt(file, at, code, message, hint));
    seen.add(at.line);
    // Here the parser has lost its place: what follows are echoes.
    if (/ in YAML (?:stream|document)/.test(error.message)) break;
  }
  return problems;
}

interface Explanation {
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function unclosedProblem(file: string, lines: TextLines, { offset, mark }: Unclosed): Problem {
  const at = lines.position(offset);
  if (mark === '"' || mark === "'") {
    return problemAt(
      file,
      at,
      'unclosed-quote',
      `the text that begins with this ${mark} never ends`,
      `Close it with ${mark}; a file cut short ends like this too`,
    );
  }
  const close = mark === '{' ? '}' : ']';
  const hint = `Close it with "${close}"; lines inside must be indented deeper than the key. A file cut short ends like this too`;
  return problemAt(file, at, 'unclosed-bracket', `this "${mark}" is never closed`, hint);
}

/** Whether an error is the library's way to say that a bracket or quote is open at its end; we say where it began. */
export function isAboutUnclosed({ message }: YAMLError): boolean {
  return /must end with a|and end with a|Missing closing/.test(message);
}

function explain(error: YAMLError, text: string, lines: TextLines, facts: TokenFacts): Explanation {
  const { code, message } = error;
  if (code === 'TAB_AS_INDENT') return { start: error.pos[0], end: error.pos[0] + 1, ...tabs };
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') return tagExplanation(text, error);
  if (isGluedInFlow(error, text, facts)) return missingComma(text, lines, error);
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && message.startsWith('Nested')) return nestedUnderValue(text, lines, error);
  if (code === 'MULTILINE_IMPLICIT_KEY' || message.startsWith('Implicit map keys need')) {
    return strayLine(text, lines, error);
  }
  if (message.endsWith('at node end')) return leftOver(text, lines, error, facts);

  const start = skipBlanks(text, error.pos[0]);
  const { width, ...words } = plainWords(error, text.slice(start, start + 2));
  const written = text.slice(start, lines.lineEnd(start)).trim();
  return { start, end: start + Math.max(1, width ?? written.length), ...words };
}

const tabs = { code: 'tab-indentation', message: 'a tab cannot be used for indentation', hint: 'Use spaces' };

function tagExplanation(text: string, { pos }: YAMLError): Explanation {
  const tag = shorten(text.slice(...pos));
  const isSecret = /^!(?:secret|env|env_var|include)$/.test(tag);
  const hint = isSecret
    ? 'Secrets come from outside as "${env:NAME}" or "${file:/path}", in the configuration and in `vars`'
    : 'There are no tags here. Quote a text that begins with "!"';
  return { start: pos[0], end: pos[1], code: 'unknown-tag', message: `the tag "${tag}" means nothing here`, hint };
}

/** `1` and, on the next line, `"b": 2`, which inside brackets becomes one text of two lines. */
function isGluedInFlow({ code, pos }: YAMLError, text: string, facts: TokenFacts): boolean {
  if (code !== 'BLOCK_IN_FLOW' && code !== 'MULTILINE_IMPLICIT_KEY') return false;
  return facts.mapsInBrackets.has(pos[0]) && text.slice(...pos).includes('\n');
}

function missingComma(text: string, lines: TextLines, { pos }: YAMLError): Explanation {
  const end = pos[0] + text.slice(pos[0], lines.lineEnd(pos[0])).trimEnd().length;
  return {
    start: pos[0],
    end,
    code: 'yaml-syntax',
    message: 'a comma is missing behind this',
    hint: 'Inside { … } and [ … ] a comma stands between two entries',
  };
}

/** `a: 1` and, on the next line, `  b: 2`. */
function nestedUnderValue(text: string, lines: TextLines, error: YAMLError): Explanation {
  const start = skipBlanks(text, lines.lineEnd(error.pos[0]));
  const end = Math.max(start + 1, lines.lineEnd(start));
  return {
    start,
    end,
    code: 'indentation',
    message: 'this is indented deeper than the key above it, which already has a value',
    hint: 'Begin it at the column of that key, or quote the value above if it goes on here',
  };
}

/** A line that is neither `key: value` nor `- item`. */
function strayLine(text: string, lines: TextLines, error: YAMLError): Explanation {
  const before = text.slice(lines.lineStart(error.pos[0]), error.pos[0]);
  if (/[^\s?-]/.test(before)) return nestedUnderValue(text, lines, error);
  const start = skipBlanks(text, error.pos[0]);
  const line = text.slice(start, lines.lineEnd(start)).trim();
  const glued = /^(?:- )?([\w-]+):(\S.*)$/.exec(line);
  return {
    code: 'yaml-syntax',
    start,
    end: start + Math.max(1, line.length),
    message: 'this line is neither "key: value" nor "- item"',
    hint:
      glued && line.length <= 80
        ? `Put a space after the colon: ${glued[1]}: ${glued[2]}`
        : 'Write a key before it, or indent it deeper if it continues the text above',
  };
}

function leftOver(text: string, lines: TextLines, error: YAMLError, facts: TokenFacts): Explanation {
  const start = error.pos[0];
  const before = text.slice(0, start).trimEnd().length;
  const opened = facts.longQuotes.get(before);
  const end = Math.max(start + 1, lines.lineEnd(start));
  if (opened !== undefined) {
    const { line, column } = lines.position(opened);
    const message = `the text in quotes that began at ${line}:${column} ends here, and this is left over`;
    return {
      start,
      end,
      code: 'unclosed-quote',
      message,
      hint: `Is the closing ${text[opened]} missing on line ${line}?`,
    };
  }
  const rest = JSON.stringify(shorten(text.slice(start, end)));
  const message = `${rest} is left over: the value before it is complete`;
  const glued = /^-([^\s-].{0,60})$/.exec(text.slice(start, end));
  const hint = glued
    ? `Put a space after the dash: - ${glued[1]}`
    : 'Quote all of it if it is one text, or begin a new line';
  return { start, end, code: 'yaml-syntax', message, hint };
}

function skipBlanks(text: string, offset: number): number {
  const rest = /\s*/y;
  rest.lastIndex = offset;
  rest.exec(text);
  return rest.lastIndex < text.length ? rest.lastIndex : Math.min(offset, text.length);
}
