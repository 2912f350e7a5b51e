import { parseExpression } from '../../../src/spec/expression/parse.ts';

/** The JSON-logic of an expression that has no mistake. */
export function logicOf(source: string): unknown {
  const expression = parseExpression(source);
  if (!expression.ok) throw new Error(`${expression.problem.message}\n${source}`);
  return expression.logic;
}
