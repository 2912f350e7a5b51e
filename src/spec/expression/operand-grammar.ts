import type { Cursor } from './cursor.ts';
import { isWord, spellingOf } from './name.ts';
import type { Nodes } from './nodes.ts';
import { isPathStep } from './path.ts';
import { Refusal } from './problem.ts';
import type { Token } from './tokens.ts';

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads what stands between operators: literals, names, calls, brackets, and the fields behind them. */
export class OperandGrammar {
  readonly #cursor: Cursor;
  readonly #nodes: Nodes;
  readonly #expression: () => unknown;

  /** `expression` reads what stands inside brackets. */
  constructor(cursor: Cursor, nodes: Nodes, expression: () => unknown) {
    this.#cursor = cursor;
    this.#nodes = nodes;
    this.#expression = expression;
  }

  operand(): unknown {
    const { token } = this.#cursor;
    switch (token.type) {
      case 'number':
        this.#cursor.advance();
        return token.value;
      case 'text':
        return this.#text(token, token.value);
      case 'name':
        return this.#name(token, token.value);
      case 'symbol':
        return this.#bracket(token);
      case 'end':
      case 'mistake':
        throw this.#cursor.missingOperand();
    }
  }

  /** A text; directly before a bracket it is the name of an operator that is no name: `"<"(a)`. */
  #text(token: Token, text: string): unknown {
    this.#cursor.advance();
    const isCall = this.#cursor.symbol === '(' && this.#cursor.token.offset === token.offset + token.length;
    return isCall ? this.#member(this.#call(token, text), token) : text;
  }

  #name(token: Token, name: string): unknown {
    this.#cursor.advance();
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return constant;
    const spelling = spellingOf(name);
    if (spelling !== undefined) {
      throw new Refusal('misspelled-constant', token, `"${name}" is not a value`, `Write ${spelling}`);
    }
    return this.#cursor.symbol === '(' ? this.#member(this.#call(token, name), token) : this.#path(token, name);
  }

  /** `var("x")` is a variable like any other: `{var: "x"}`. */
  #call(token: Token, name: string): object {
    const operands = this.#items(this.#cursor.advance());
    const [path] = operands;
    if (name === 'var' && operands.length === 1 && typeof path === 'string') return this.#nodes.variable(path, token);
    return this.#nodes.operation(name, operands, token);
  }

  /** `a.b["c"][0]` is the path `a.b.c.0`; from the first key on that cannot be a step of it, `val` looks further. */
  #path(token: Token, name: string): unknown {
    const keys = this.#keys();
    const wild = keys.findIndex((key) => !isPathStep(key));
    const steps = wild < 0 ? keys : keys.slice(0, wild);
    const variable = this.#nodes.variable([name, ...steps].join('.'), token);
    return wild < 0 ? variable : this.#nodes.operation('val', [variable, ...keys.slice(wild)], token);
  }

  #bracket(token: Token): unknown {
    if (this.#cursor.take('(') !== undefined) {
      const logic = this.#expression();
      this.#cursor.close(token);
      return this.#member(logic, token);
    }
    if (this.#cursor.take('[') !== undefined) {
      return this.#member(this.#nodes.list(this.#items(token), token), token);
    }
    throw this.#cursor.missingOperand();
  }

  /** `f(x).y`, `(a ?? b)["c"]`. */
  #member(logic: unknown, token: Token): unknown {
    const keys = this.#keys();
    return keys.length === 0 ? logic : this.#nodes.operation('val', [logic, ...keys], token);
  }

  /** `.name` and `[expression]`, as many as follow. */
  #keys(): unknown[] {
    const keys: unknown[] = [];
    for (;;) {
      const { token } = this.#cursor;
      if (this.#cursor.take('.') !== undefined) {
        keys.push(this.#field(token));
      } else if (this.#cursor.take('[') !== undefined) {
        keys.push(this.#expression());
        this.#cursor.close(token);
      } else {
        return keys;
      }
    }
  }

  #field(dot: Token): string {
    const { token } = this.#cursor;
    if (token.type !== 'name' || !isWord(token.value)) throw this.#cursor.missingField(dot);
    this.#cursor.advance();
    return token.value;
  }

  /** What stands between an opening bracket, already read, and its closing one. */
  #items(opener: Token): unknown[] {
    const items: unknown[] = [];
    const isEmpty = this.#cursor.symbol === ')' || this.#cursor.symbol === ']';
    if (!isEmpty) {
      do items.push(this.#expression());
      while (this.#cursor.take(',') !== undefined);
    }
    this.#cursor.close(opener);
    return items;
  }
}
