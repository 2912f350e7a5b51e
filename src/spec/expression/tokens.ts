import { parseDuration } from '../duration.ts';
import { badCharacter, badNumber } from './mistakes.ts';
import { Refusal, type ExpressionProblem, type Place } from './problem.ts';
import { endOfText, readText, unterminatedText } from './text.ts';

/** One piece of an expression. Operators that are words (`and`) are symbols; `&&` is the symbol `and`. */
export type Token = Place &
  (
    | { readonly type: 'number'; readonly value: number }
    | { readonly type: 'text' | 'name' | 'symbol'; readonly value: string }
    | { readonly type: 'end'; readonly value: undefined }
    | { readonly type: 'mistake'; readonly value: ExpressionProblem }
  );

const SPACE = /\s+/y;
const NAME = /[\p{L}_$][\p{L}\p{M}\p{Nd}_$]*/uy;
const FIELD = /[\p{L}\p{M}\p{Nd}_$]+/uy;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NUMBER_TAIL = /[\p{L}\p{M}\p{Nd}_$.]+/uy;
const WRONG_SYMBOL = /\$\{|\{\{|\*\*|\/\/|<>|=<|=>|=~|->|\?\.(?!\d)|\?:/y;
const SYMBOL = /===|!==|==|!=|<=|>=|&&|\|\||\?\?|!!|[-+*/%<>!()[\],.?:=]/y;

const OPERATOR_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in']);
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
]);

/** Cuts an expression into tokens. A mistake becomes the last token, so that mistakes are met from left to right. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  try {
    for (;;) {
      offset += match(SPACE, source, offset).length;
      if (offset >= source.length) break;
      const token = tokenAt(source, offset, tokens.at(-1));
      tokens.push(token);
      offset += token.length;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tokens.push({ type: 'mistake', value: error.problem, offset: error.problem.offset, length: error.problem.length });
  }
  tokens.push({ type: 'end', value: undefined, offset: source.length, length: 0 });
  return tokens;
}

function tokenAt(source: string, offset: number, previous: Token | undefined): Token {
  const first = source[offset] ?? '';
  if (first === '"' || first === "'") return textAt(source, offset);

  if (previous?.type === 'symbol' && previous.value === '.') {
    const field = match(FIELD, source, offset);
    if (field !== '') return { type: 'name', value: field, offset, length: field.length };
  }

  const wrong = match(WRONG_SYMBOL, source, offset);
  if (wrong !== '') throw badCharacter(source, offset, wrong);

  const name = match(NAME, source, offset);
  if (name !== '') {
    return { type: OPERATOR_WORDS.has(name) ? 'symbol' : 'name', value: name, offset, length: name.length };
  }

  // After an operand the dot of `x.5` leads to a field; elsewhere `.5` is a number.
  if (!(first === '.' && endsOperand(previous))) {
    const digits = match(NUMBER, source, offset);
    if (digits !== '') return numberAt(source, offset, digits);
  }

  const symbol = match(SYMBOL, source, offset);
  if (symbol === '') throw badCharacter(source, offset, String.fromCodePoint(source.codePointAt(offset) ?? 0));
  return { type: 'symbol', value: SAME_AS.get(symbol) ?? symbol, offset, length: symbol.length };
}

function textAt(source: string, offset: number): Token {
  const end = endOfText(source, offset);
  if (end === undefined) throw unterminatedText(source, offset);
  return { type: 'text', value: readText(source, offset, end), offset, length: end - offset };
}

function numberAt(source: string, offset: number, digits: string): Token {
  const text = digits + match(NUMBER_TAIL, source, offset + digits.length);
  const value = text === digits ? Number(digits) : parseDuration(text);
  if (value === undefined || !Number.isFinite(value) || /^0\d/.test(digits)) throw badNumber(offset, text);
  return { type: 'number', value, offset, length: text.length };
}

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.type === 'symbol' ? token.value === ')' || token.value === ']' : true;
}

/** What a sticky expression finds at an offset: an empty text if nothing. */
function match(pattern: RegExp, source: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.test(source) ? source.slice(offset, pattern.lastIndex) : '';
}
