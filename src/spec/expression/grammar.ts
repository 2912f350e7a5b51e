import type { Cursor } from './cursor.ts';
import { MAX_DEPTH, tooDeep, type Nodes } from './nodes.ts';
import { OperandGrammar } from './operand-grammar.ts';
import { GROWING, INFIX_LEVEL, LEVEL, RANGE } from './operators.ts';
import { Refusal } from './problem.ts';
import type { Token } from './tokens.ts';

/** Brackets that enclose nothing but brackets add no depth to the tree, so there may be more of them. */
const MAX_NESTING = 2 * MAX_DEPTH;

/** Reads tokens as JSON-logic. One method for each kind of form, from the loosest to the tightest. */
export class Grammar {
  readonly #cursor: Cursor;
  readonly #nodes: Nodes;
  readonly #operands: OperandGrammar;
  #nesting = 0;

  constructor(cursor: Cursor, nodes: Nodes) {
    this.#cursor = cursor;
    this.#nodes = nodes;
    this.#operands = new OperandGrammar(cursor, nodes, () => this.#expression());
  }

  whole(): unknown {
    const logic = this.#expression();
    if (this.#cursor.token.type !== 'end') throw this.#cursor.misplaced();
    return logic;
  }

  /** `a ? b : c ? d : e` is one `if` of five. */
  #expression(): unknown {
    this.#enter();
    const operands = [this.#infix(LEVEL.fallback)];
    const { token } = this.#cursor;
    for (let question = this.#cursor.take('?'); question !== undefined; question = this.#cursor.take('?')) {
      operands.push(this.#expression());
      this.#cursor.close(question, ':');
      operands.push(this.#infix(LEVEL.fallback));
    }
    this.#nesting--;
    return operands.length === 1 ? operands[0] : this.#nodes.operation('if', operands, token);
  }

  /** Everything that binds at least as tightly as a level. */
  #infix(minimum: number): unknown {
    let left = this.#prefix(minimum);
    for (;;) {
      const level = INFIX_LEVEL.get(this.#cursor.symbol ?? '');
      if (level === undefined || level < minimum) return left;
      if (level === LEVEL.comparison) left = this.#comparison(left);
      else left = this.#binary(left, level);
    }
  }

  #binary(left: unknown, level: number): unknown {
    const operator = this.#cursor.symbol ?? '';
    const token = this.#cursor.advance();
    const operands = [left, this.#infix(level + 1)];
    while (GROWING.has(operator) && this.#cursor.take(operator) !== undefined) operands.push(this.#infix(level + 1));

    const next = this.#cursor.symbol ?? '';
    if (level === LEVEL.equality && INFIX_LEVEL.get(next) === level) {
      const hint = `Write a ${operator} b and b ${next} c, or use brackets`;
      throw new Refusal('chained-equality', this.#cursor.token, `"${next}" cannot follow "${operator}"`, hint);
    }
    return this.#nodes.operation(operator, operands, token);
  }

  #comparison(left: unknown): unknown {
    const isMembership = this.#cursor.symbol === 'in' || this.#cursor.symbol === 'not';
    const logic = isMembership ? this.#membership(left) : this.#chain(left);
    const next = this.#cursor.symbol ?? '';
    if (INFIX_LEVEL.get(next) === LEVEL.comparison) {
      const hint = 'Put one of the comparisons in brackets, or join them with and';
      throw new Refusal('mixed-comparison', this.#cursor.token, `"${next}" cannot follow another comparison`, hint);
    }
    return logic;
  }

  /** `a in b` and `a not in b`. */
  #membership(left: unknown): unknown {
    const negation = this.#cursor.take('not');
    const { token } = this.#cursor;
    if (this.#cursor.take('in') === undefined) {
      throw new Refusal('unexpected-token', negation ?? token, 'expected "in" after "not"', 'Write x not in list');
    }
    const logic = this.#nodes.operation('in', [left, this.#infix(LEVEL.comparison + 1)], token);
    return negation === undefined ? logic : this.#nodes.operation('!', [logic], negation);
  }

  /** `a < b`, `a < b < c` as JSON-logic's form with three operands, every other chain as an `and` of pairs. */
  #chain(left: unknown): unknown {
    const operands = [left];
    const tokens: Token[] = [];
    const operators: string[] = [];
    for (let next = this.#cursor.symbol; isOrder(next); next = this.#cursor.symbol) {
      const token = this.#cursor.advance();
      const first = operators[0] ?? next;
      if (first[0] !== next[0]) {
        const hint = `Write a ${first} b and b ${next} c`;
        throw new Refusal('mixed-comparison', token, 'the comparisons of a chain point the same way', hint);
      }
      operands.push(this.#infix(LEVEL.comparison + 1));
      operators.push(next);
      tokens.push(token);
    }

    const [operator = '', second] = operators;
    const [token = this.#cursor.token] = tokens;
    const isRange = RANGE.has(operator) && second === operator;
    if (operators.length === 1 || (operators.length === 2 && isRange)) {
      return this.#nodes.operation(operator, operands, token);
    }
    const pairs = operators.map((each, index) =>
      this.#nodes.operation(each, [operands[index], operands[index + 1]], tokens[index] ?? token),
    );
    return this.#nodes.operation('and', pairs, token);
  }

  #prefix(minimum: number): unknown {
    const symbol = this.#cursor.symbol;
    if (symbol === 'not' && minimum <= LEVEL.not) return this.#unary('!', LEVEL.not);
    if (symbol === '!' || symbol === '!!') return this.#unary(symbol, LEVEL.unary);
    if (symbol === '-') return this.#minus();
    return this.#operands.operand();
  }

  #unary(operator: string, level: number): unknown {
    this.#enter();
    const token = this.#cursor.advance();
    const operand = this.#infix(level);
    this.#nesting--;
    return this.#nodes.operation(operator, [operand], token);
  }

  /** `-5` is a number, `-(5)` and `-x` are operations. */
  #minus(): unknown {
    const token = this.#cursor.advance();
    const next = this.#cursor.token;
    if (next.type === 'number') {
      this.#cursor.advance();
      return -next.value;
    }
    this.#enter();
    const operand = this.#prefix(LEVEL.unary);
    this.#nesting--;
    return this.#nodes.operation('-', [operand], token);
  }

  /** Keeps the recursion within the stack. */
  #enter(): void {
    if (++this.#nesting > MAX_NESTING) throw tooDeep(this.#cursor.token);
  }
}

function isOrder(symbol: string | undefined): symbol is string {
  return symbol !== undefined && /^[<>]=?$/.test(symbol);
}
