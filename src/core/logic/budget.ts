import type { LogicScope } from './getter.ts';

/** Iterator steps a message may take: what `LogicScope.steps` starts from. */
export const MAX_STEPS = 100_000;
/** The longest text an expression may make, in UTF-16 units. */
export const MAX_TEXT = 65_536;
/** The longest list an expression may make. */
export const MAX_LIST = 10_000;
/** The longest text that `matches` searches: linear time is still time. */
export const MAX_SEARCHED_TEXT = 4_096;
/** The deepest value that may be printed, or carried from step to step by `reduce`. */
export const MAX_VALUE_DEPTH = 64;
/** How large a value of a rule's memory may be, per key: lists, mappings and what is in them. */
export const MAX_MEMORY_NODES = 10_000;
/** How much text there may be in it, in UTF-16 units. */
export const MAX_MEMORY_TEXT = 262_144;
/** How many messages a window keeps for each key: the oldest make room. */
export const MAX_WINDOW_MESSAGES = 100_000;
/** How many characters of them it keeps, an element or a key counting as eight: the oldest make room. */
export const MAX_WINDOW_TEXT = 1_048_576;
/** The longest path of a `var`, in characters. */
export const MAX_PATH_LENGTH = 256;
/** The longest path of a `var`, in steps. */
export const MAX_PATH_STEPS = 16;

/** Which limit an expression went over. */
export type BudgetLimit = 'steps' | 'text' | 'list' | 'search' | 'depth' | 'path' | 'memory';

/** An expression went over one of its limits. The rule is skipped for this message and counted. */
export class BudgetError extends Error {
  readonly limit: BudgetLimit;

  constructor(limit: BudgetLimit, message: string) {
    super(message);
    this.name = 'BudgetError';
    this.limit = limit;
  }
}

/** One error for each limit, made beforehand: a rule that is over its budget at every message must not pay for stacks. */
const EXCEEDED: Readonly<Record<BudgetLimit, BudgetError>> = {
  steps: new BudgetError('steps', 'too many steps through lists for one message (limits.steps)'),
  text: new BudgetError('text', `a text longer than ${MAX_TEXT} characters`),
  list: new BudgetError('list', `a list longer than ${MAX_LIST}`),
  search: new BudgetError('search', `matches searches at most ${MAX_SEARCHED_TEXT} characters`),
  depth: new BudgetError('depth', `lists or mappings nested deeper than ${MAX_VALUE_DEPTH}`),
  memory: new BudgetError(
    'memory',
    `a value of the memory with more than ${MAX_MEMORY_NODES} elements or ${MAX_MEMORY_TEXT} characters, or deeper than ${MAX_VALUE_DEPTH}`,
  ),
  path: new BudgetError('path', `a path longer than ${MAX_PATH_STEPS} steps or ${MAX_PATH_LENGTH} characters`),
};

/** Refuses to go on: throws the BudgetError of a limit. */
export function exceed(limit: BudgetLimit): never {
  throw EXCEEDED[limit];
}

/** Pays for a loop that evaluates an expression for each of `count` elements. */
export function charge(scope: LogicScope, count: number): void {
  scope.steps -= count;
  if (scope.steps < 0) exceed('steps');
}

/** Pays for a loop that only looks at `count` elements, which is many times cheaper than evaluating. */
export function chargeScan(scope: LogicScope, count: number): void {
  charge(scope, count / SCANNED_A_STEP);
}

/** Pays for reading or writing a text; short ones are free. Answers the text. */
export function chargeText(scope: LogicScope, text: string): string {
  if (text.length > FREE_TEXT) charge(scope, text.length / CHARACTERS_A_STEP);
  return text;
}

/** A text that an expression made, if it is not too long. */
export function boundedText(scope: LogicScope, text: string): string {
  if (text.length > MAX_TEXT) exceed('text');
  return chargeText(scope, text);
}

/** A list that an expression made, if it is not too long. */
export function boundedList<T>(list: readonly T[]): readonly T[] {
  if (list.length > MAX_LIST) exceed('list');
  return list;
}

/** Powers of two, so that parts of a step add up exactly. */
const SCANNED_A_STEP = 8;
const CHARACTERS_A_STEP = 64;
const FREE_TEXT = 1_024;
