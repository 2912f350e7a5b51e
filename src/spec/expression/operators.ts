/** How tightly a form binds, loosest first. A form stands unbracketed where its level is at least the one asked for. */
export const LEVEL = {
  choice: 0,
  fallback: 1,
  or: 2,
  and: 3,
  not: 4,
  equality: 5,
  comparison: 6,
  sum: 7,
  product: 8,
  unary: 9,
  operand: 10,
} as const;

/** Operators between two operands. `not` stands for `not in`. */
export const INFIX_LEVEL: ReadonlyMap<string, number> = new Map([
  ['??', LEVEL.fallback],
  ['or', LEVEL.or],
  ['and', LEVEL.and],
  ['==', LEVEL.equality],
  ['!=', LEVEL.equality],
  ['===', LEVEL.equality],
  ['!==', LEVEL.equality],
  ['<', LEVEL.comparison],
  ['<=', LEVEL.comparison],
  ['>', LEVEL.comparison],
  ['>=', LEVEL.comparison],
  ['in', LEVEL.comparison],
  ['not', LEVEL.comparison],
  ['+', LEVEL.sum],
  ['-', LEVEL.sum],
  ['*', LEVEL.product],
  ['/', LEVEL.product],
  ['%', LEVEL.product],
]);

/**
 * Operators that take any number of operands: `a and b and c` is one `and` of three. Brackets keep apart what they
 * enclose, so `(a and b) and c` is an `and` of two, and each tree has its own text.
 */
export const GROWING: ReadonlySet<string> = new Set(['and', 'or', '+', '*']);

/** JSON-logic gives these a form with three operands: `20 <= t <= 40`. */
export const RANGE: ReadonlySet<string> = new Set(['<', '<=']);
