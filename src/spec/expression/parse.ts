import { Cursor } from './cursor.ts';
import { Grammar } from './grammar.ts';
import { Nodes } from './nodes.ts';
import { problemAt, Refusal, type ExpressionProblem } from './problem.ts';
import { tokenize } from './tokens.ts';

/** An expression as plain JSON-logic. Read it, do not change it: `a < b <= c` holds `b` twice. */
export interface Expression {
  readonly ok: true;
  readonly logic: unknown;
  /** Where an operation, variable or list of `logic` stands in the source: the offset of its operator or name. */
  offsetOf(node: object): number | undefined;
}

/** An expression, or the first thing that is wrong with it. */
export type ParsedExpression = Expression | { readonly ok: false; readonly problem: ExpressionProblem };

/** In UTF-16 units. */
const MAX_LENGTH = 4096;

/** Reads an expression. Never throws: whatever the text, it answers JSON-logic or a problem. */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > MAX_LENGTH) {
    const message = `the expression has ${source.length} characters; ${MAX_LENGTH} is the limit`;
    const place = { offset: MAX_LENGTH, length: source.length - MAX_LENGTH };
    return { ok: false, problem: problemAt('expression-too-long', place, message, 'Give parts of it names with let') };
  }
  try {
    const nodes = new Nodes();
    const logic = new Grammar(new Cursor(source, tokenize(source)), nodes).whole();
    return { ok: true, logic, offsetOf: (node) => nodes.offsetOf(node) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}
