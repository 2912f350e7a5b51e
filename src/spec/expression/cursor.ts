import { parseDuration } from '../duration.ts';
import { shorten } from '../shorten.ts';
import { hintForWord } from './mistakes.ts';
import { Refusal } from './problem.ts';
import type { Token } from './tokens.ts';

const CLOSER_OF: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
]);

/** A place in the list of tokens, and what is wrong when the one found there is not the one expected. */
export class Cursor {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  /** The token to be read next. Meeting a mistake refuses the expression. */
  get token(): Token {
    const token = this.#at(this.#index);
    if (token.type === 'mistake') {
      const { code, message, hint } = token.value;
      throw new Refusal(code, token, message, hint);
    }
    return token;
  }

  /** The operator or bracket to be read next; undefined if it is none. */
  get symbol(): string | undefined {
    const { token } = this;
    return token.type === 'symbol' ? token.value : undefined;
  }

  advance(): Token {
    const { token } = this;
    if (token.type !== 'end') this.#index++;
    return token;
  }

  /** Reads a symbol if it is the next one. */
  take(symbol: string): Token | undefined {
    return this.symbol === symbol ? this.advance() : undefined;
  }

  /** Reads the bracket that closes another, or the `:` of a `?`. */
  close(opener: Token, closer = CLOSER_OF.get(this.#text(opener)) ?? ''): void {
    if (this.take(closer) !== undefined) return;
    if (this.token.type !== 'end') throw this.misplaced(closer, this.#text(opener));
    const hint = closer === ':' ? 'Write condition ? a : b' : `Add a ${closer}`;
    throw new Refusal('not-closed', opener, `${this.#quoted(opener)} has no "${closer}"`, hint);
  }

  /** The problem of a token that stands behind a complete operand and does not go on from there. */
  misplaced(expected?: string, within?: string): Refusal {
    const { token } = this;
    const text = this.#text(token);
    const previous = this.#at(this.#index - 1);

    if (text === '=') return new Refusal('single-equals', token, '"=" does not compare', 'Use ==');
    if (text === ':' && previous.type !== 'symbol') {
      return new Refusal('unexpected-token', token, 'unexpected ":"', this.#hintForColon(previous));
    }
    if (startsOperand(token)) return this.#missingOperator(previous, within);
    if (expected !== undefined) {
      const hint = within === '(' ? this.#hintForComma(previous) : undefined;
      return new Refusal('unexpected-token', token, `expected "${expected}", found ${this.#quoted(token)}`, hint);
    }
    const hint = text === ')' || text === ']' ? 'Nothing is open that it could close' : this.#hintForComma(previous);
    return new Refusal('unexpected-token', token, `unexpected ${this.#quoted(token)}`, hint);
  }

  /** The problem of a token that stands where an operand should. */
  missingOperand(): Refusal {
    const { token } = this;
    const previous = this.#index === 0 ? undefined : this.#at(this.#index - 1);
    const hint = hintForOperand(previous, token);
    if (token.type !== 'end') {
      return new Refusal('expected-value', token, `expected a value, found ${this.#quoted(token)}`, hint);
    }
    if (previous === undefined) {
      return new Refusal('empty-expression', { offset: 0, length: this.#source.length }, 'the expression is empty');
    }
    return new Refusal('expected-value', previous, `expected a value after ${this.#quoted(previous)}`, hint);
  }

  /** The problem of a dot without a name behind it. */
  missingField(dot: Token): Refusal {
    const { token } = this;
    const rest = this.#source.slice(token.offset);
    const index = /^\d+(\.\d+)*(?![\p{L}\p{M}\p{Nd}_$])/u.exec(rest)?.[0];
    if (index !== undefined) {
      const hint = `Write ${index
        .split('.')
        .map((step) => `[${step}]`)
        .join('')} instead of .${index}`;
      return new Refusal('bad-field', { offset: token.offset, length: index.length }, 'an index needs brackets', hint);
    }
    if (token.type === 'name') {
      return new Refusal('bad-field', token, `${this.#quoted(token)} is not a name`, `Write ["${token.value}"]`);
    }
    const hint = token.type === 'text' ? `Write [${this.#text(token)}]` : undefined;
    return new Refusal('bad-field', token.type === 'text' ? token : dot, 'expected a name after "."', hint);
  }

  #missingOperator(previous: Token, within: string | undefined): Refusal {
    const { token } = this;
    if (token.type === 'name') {
      const hint = hintForWord(token.value);
      if (hint !== undefined) return this.#notAnOperator(token, hint);
    }
    if (previous.type === 'name') {
      const hint = hintForWord(previous.value);
      if (hint !== undefined) return this.#notAnOperator(previous, hint);
    }
    const hint =
      this.#hintForNumber(previous, token) ??
      this.#hintForMethod(token) ??
      (within === '[' || within === '(' ? COMMA : undefined);
    return new Refusal('missing-operator', token, `expected an operator before ${this.#quoted(token)}`, hint);
  }

  #notAnOperator(token: Token, hint: string): Refusal {
    return new Refusal('missing-operator', token, `${this.#quoted(token)} is not an operator`, hint);
  }

  #hintForNumber(previous: Token, token: Token): string | undefined {
    if (previous.type !== 'number' || (token.type !== 'name' && token.type !== 'number')) return undefined;
    const joined = this.#text(previous) + this.#text(token);
    if (parseDuration(joined) !== undefined) return `A duration has no spaces: ${joined}, if one is meant`;
    return token.type === 'name' ? `Numbers have no unit: write ${this.#text(previous)}` : undefined;
  }

  /** `x.round(1)`, as other languages call what belongs to a value. */
  #hintForMethod(token: Token): string | undefined {
    const method = /\.([\p{L}_$][\p{L}\p{N}_$]*)$/u.exec(this.#source.slice(0, token.offset))?.[1];
    if (token.type !== 'symbol' || token.value !== '(' || method === undefined) return undefined;
    return `A function takes the value in its brackets, such as round(x, 1): there is no x.${method}()`;
  }

  /** `1,5`, as many countries write it, and `x in (1, 2)`. */
  #hintForComma(previous: Token): string | undefined {
    if (this.symbol !== ',') return undefined;
    const text = /^\d+,\d+/.exec(this.#source.slice(previous.offset))?.[0];
    return text === undefined ? 'Write a list in brackets: [a, b]' : `Write ${text.replace(',', '.')}`;
  }

  #hintForColon(previous: Token): string | undefined {
    const text = /^[\p{L}\p{N}_$]+:\d+/u.exec(this.#source.slice(previous.offset))?.[0];
    if (text === undefined) return undefined;
    if (previous.type === 'name') return `Write ["${text}"] for a field with a colon`;
    return /^\d\d?:\d\d$/.test(text) ? `Quote a time of day: "${text}"` : undefined;
  }

  #at(index: number): Token {
    const token = this.#tokens[Math.max(index, 0)] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('a list of tokens ends with an end');
    return token;
  }

  /** A token as a message shows it: a text has its own quotes. */
  #quoted(token: Token): string {
    const text = shorten(this.#text(token), 30);
    return token.type === 'text' ? text : `"${text}"`;
  }

  #text({ offset, length }: Token): string {
    return this.#source.slice(offset, offset + length);
  }
}

const COMMA = 'Separate values with a comma';

/** Whether a token can only be the beginning of another operand. */
function startsOperand(token: Token): boolean {
  if (token.type === 'symbol') return token.value === '(' || token.value === '!' || token.value === '!!';
  return token.type !== 'end';
}

function hintForOperand(previous: Token | undefined, token: Token): string | undefined {
  if (previous?.value === '%' && previous.type === 'symbol') return '% is the remainder: write a percentage without it';
  if (previous?.value === ',' && previous.type === 'symbol') return 'Leave out the comma';
  if (token.type !== 'symbol') return undefined;
  if (token.value === '+') return 'Leave it out; number(x) makes a number of a text';
  if (token.value === '=') return 'Use ==';
  if (token.value === '*' && previous?.value === '(')
    return 'Leave it out: count() counts all messages, collect(payload) lists them';
  if (token.value === '*' && previous?.value === '[')
    return 'Leave [*] out; of each element are foreach: list, and map(list, x)';
  if (token.value === '>' && previous?.value === '>') return 'Write floor(x / 8) for x >> 3';
  if (token.value === '<' && previous?.value === '<') return 'Write x * 8 for x << 3';
  if (token.value === 'not') return 'Write (not …) or !';
  return undefined;
}
