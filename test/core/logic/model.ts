import jsonLogic from 'json-logic-js';

/**
 * The obvious, slow meaning of an expression: json-logic-js applies one operator at a time, to operands that are already
 * values (bound by `{"var": 0}`, so data is never taken for logic), and what null means is added by definition.
 */

/**
 * Where plain json-logic-js answers something else on purpose: these and no others. Each is noted when it is met, and has
 * an expression, with its payload, that shows it.
 */
export const DIFFERENCES = {
  unknown: {
    why: 'null is unknown, and so is what would be NaN or an infinity',
    example: [{ '<': [{ var: 'temperature' }, 5] }, {}],
  },
  'not-numeric': {
    why: 'what is not numeric is unknown where a number is needed; JavaScript takes true, "" and lists for numbers',
    example: [{ '<': [{ var: 'temperature' }, 5] }, { temperature: true }],
  },
  'numeric-texts': {
    why: 'two texts of numbers compare as numbers; JavaScript compares their letters',
    example: [{ '<': [{ var: 'temperature' }, { var: 'limit' }] }, { temperature: '9', limit: '10' }],
  },
  'list-extreme': {
    why: 'min and max of one list are those of its elements; in JavaScript a list of several is no number',
    example: [{ max: [{ var: 'list' }] }, { list: [1, 2] }],
  },
  'negative-text': {
    why: 'the negative length of substr may be the text of a number; JavaScript appends that to another number',
    example: [{ substr: ['switch', 0, '-2'] }, {}],
  },
  inherited: {
    why: 'var reads own properties only; json-logic-js also reads what is built into JavaScript',
    example: [{ '!!': { var: 'constructor' } }, {}],
  },
  hostile: {
    why: 'a mapping is data, with a key "toString" and without a prototype; JavaScript calls its methods, or throws',
    example: [{ cat: [{ var: 'state' }] }, { state: { toString: 'ON' } }],
  },
  'missing-logic': {
    why: 'a key of missing is a key; json-logic-js evaluates data as logic when it is a list or mapping',
    example: [{ missing: [{ var: 'keys' }] }, { keys: [['absent', 'default']] }],
  },
  added: {
    why: 'item, outer, exists, ?? and between do not exist in json-logic-js',
    example: [{ map: [{ var: 'list' }, { '*': [{ var: 'item' }, 2] }] }, { list: [1] }],
  },
} as const;

export type Difference = keyof typeof DIFFERENCES;

export interface Meaning {
  readonly value: unknown;
  readonly met: ReadonlySet<Difference>;
}

export function meaningOf(logic: unknown, payload: unknown): Meaning {
  const met = new Set<Difference>();
  const value = evaluate(logic, [payload], (difference) => met.add(difference));
  return { value, met };
}

type Note = (difference: Difference) => void;
/** The payload and the elements of the iterators around, the innermost last. */
type Data = readonly unknown[];

const NOTHING = Symbol('nothing');

function evaluate(logic: unknown, data: Data, note: Note): unknown {
  if (Array.isArray(logic)) return logic.map((element) => evaluate(element, data, note));
  if (typeof logic !== 'object' || logic === null) return logic;
  const entries: [string, unknown][] = Object.entries(logic);
  const [only] = entries;
  if (only === undefined || entries.length !== 1) return logic;
  const [operator, argument] = only;
  const operands: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const value = (index: number): unknown => evaluate(operands[index], data, note);
  /** A value that an operator looks at: if it is unknown, that counts. */
  const seen = (index: number): unknown => {
    const result = value(index);
    if (result === null) note('unknown');
    return result;
  };

  switch (operator) {
    case 'var':
      return readVar(operands, data, note);
    case 'and':
    case 'or': {
      let unknown = false;
      let last: unknown = null;
      for (let i = 0; i < operands.length; i++) {
        last = seen(i);
        if (last === null) unknown = true;
        else if (jsonLogic.truthy(last) === (operator === 'or')) return last;
      }
      return unknown ? null : last;
    }
    case 'if':
    case '?:': {
      let i = 0;
      for (; i < operands.length - 1; i += 2) {
        const condition = seen(i);
        if (condition === null) return null;
        if (jsonLogic.truthy(condition)) return value(i + 1);
      }
      return i < operands.length ? value(i) : null;
    }
    case 'map':
    case 'filter':
    case 'all':
    case 'some':
    case 'none':
    case 'reduce':
      return iterate(operator, operands, data, note);
    case 'missing': {
      const values = operands.map((_, index) => value(index));
      const inList = Array.isArray(values[0]);
      return missing(inList ? (values[0] as unknown[]) : values, inList ? operands[0] : operands, data, note); // The line above.
    }
    case 'missing_some': {
      const needed = numeric(seen(0), note);
      const keys = seen(1);
      if (needed === null || !Array.isArray(keys)) return null;
      const absent = missing(keys, operands[1], data, note);
      return absent === null ? null : keys.length - absent.length >= needed ? [] : absent;
    }
    case 'exists':
      note('added');
      return value(0) !== null;
    case '??':
      note('added');
      return value(0) ?? value(1);
    case '==':
    case '===':
      if (operands.includes(null)) return value(0) === null && value(1) === null;
      break;
    case '!=':
    case '!==':
      if (operands.includes(null)) return value(0) !== null || value(1) !== null;
      break;
  }
  // Everyone else is a function of known values.
  const values = operands.map((_, index) => seen(index));
  if (values.includes(null)) return null;
  return known(applied(operator, values, note), note);
}

function known(value: unknown, note: Note): unknown {
  if (value !== undefined && value !== null && !(typeof value === 'number' && !Number.isFinite(value))) return value;
  note('unknown');
  return null;
}

/** One operator of json-logic-js, on values. */
function apply(operator: string, values: readonly unknown[]): unknown {
  return jsonLogic.apply({ [operator]: values.map((_, index) => ({ var: String(index) })) }, values);
}

function applied(operator: string, values: readonly unknown[], note: Note): unknown {
  switch (operator) {
    case 'between':
      note('added');
      return numbersApplied('<=', [values[1], values[0], values[2]], note);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return numbersApplied(operator, values, note);
    case 'min':
    case 'max':
      if (values.length === 1 && Array.isArray(values[0])) {
        note('list-extreme');
        const numbers = values[0].map(numberOf).filter((number) => number !== null);
        return numbers.length === 0 ? null : apply(operator, numbers);
      }
      return numbersApplied(operator, values, note);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      // json-logic-js reads the texts itself here; only what is not numeric is kept from it.
      return values.some((value) => numeric(value, note) === null) ? null : apply(operator, values);
    case 'substr': {
      const numbers = values.slice(1).map((value) => numeric(value, note));
      if (numbers.includes(null)) return null;
      if (typeof values[2] === 'string' && Number(values[2]) < 0) note('negative-text');
      return apply(operator, [harmless(values[0], note), ...numbers]);
    }
    case 'cat':
      return apply(
        operator,
        values.map((value) => harmless(value, note)),
      );
    case 'in': {
      const [element, whole] = values;
      if (Array.isArray(whole)) return apply(operator, values) === true ? true : whole.includes(null) ? null : false;
      return apply(operator, [harmless(element, note), harmless(whole, note)]);
    }
    case '==':
    case '!=': {
      const [left, right] = values;
      const mixed = (typeof left === 'object') !== (typeof right === 'object');
      return apply(operator, mixed ? [harmless(left, note), harmless(right, note)] : values);
    }
    default:
      return apply(operator, values);
  }
}

function numbersApplied(operator: string, values: readonly unknown[], note: Note): unknown {
  const numbers = values.map((value) => numeric(value, note));
  if (numbers.includes(null)) return null;
  if (operator.length <= 2 && values.filter((value) => typeof value === 'string').length > 1) note('numeric-texts');
  return apply(operator, numbers);
}

function numeric(value: unknown, note: Note): number | null {
  const number = numberOf(value);
  if (number === null) note('not-numeric');
  return number;
}

/** "A number is a JSON number or the text of one, not a boolean." */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return null;
  return Number.isFinite(Number(value)) ? Number(value) : null;
}

const TRIPWIRES = ['toString', 'valueOf', 'indexOf', 'join', '__proto__'];

/** The same value to JavaScript's conversion to text, with nothing in it to trip over. */
function harmless(value: unknown, note: Note): unknown {
  if (Array.isArray(value)) return value.map((element) => harmless(element, note));
  if (typeof value !== 'object' || value === null) return value;
  const isPlain = Object.getPrototypeOf(value) !== null && !TRIPWIRES.some((key) => Object.hasOwn(value, key));
  if (!isPlain) note('hostile');
  return {};
}

function readVar(operands: readonly unknown[], data: Data, note: Note): unknown {
  const [path] = operands;
  const otherwise = (): unknown => (operands.length > 1 ? evaluate(operands[1], data, note) : null);
  if (typeof path === 'object' && path !== null) {
    const computed = evaluate(path, data, note);
    if (computed === null) {
      note('unknown');
      return null;
    }
    return computed === '' ? data.at(-1) : lookUp(String(harmless(computed, note)), data.at(-1), otherwise, note);
  }
  const [found, rest] = scoped(path === undefined || path === null ? '' : String(path), data, note);
  return rest === undefined ? found : lookUp(rest, found, otherwise, note);
}

/** Follows `outer` and `item` where there is an iterator around. */
function scoped(path: string, data: Data, note: Note): [unknown, string | undefined] {
  let left = data;
  let steps = path === '' ? [] : path.split('.');
  while (left.length > 1 && steps[0] === 'outer') {
    note('added');
    left = left.slice(0, -1);
    steps = steps.slice(1);
  }
  if (left.length > 1 && steps[0] === 'item') {
    note('added');
    steps = steps.slice(1);
  }
  return [left.at(-1), steps.length === 0 ? undefined : steps.join('.')];
}

function lookUp(path: string, start: unknown, otherwise: () => unknown, note: Note): unknown {
  const theirs: unknown = jsonLogic.apply({ var: [path, NOTHING as never] }, start);
  let found = start;
  for (const step of path.split('.')) {
    const own: boolean = found !== null && found !== undefined && Object.hasOwn(found, step);
    found = own ? (found as Record<string, unknown>)[step] : undefined; // It has such a property.
  }
  if (found !== undefined) return found;
  if (theirs !== NOTHING) note('inherited');
  return otherwise();
}

/** Keys that are all written down mean what they mean elsewhere; computed ones are paths into the payload or the element. */
function missing(keys: readonly unknown[], logic: unknown, data: Data, note: Note): unknown[] | null {
  if (keys.includes(null)) {
    note('unknown');
    return null;
  }
  const areLiterals = Array.isArray(logic) && logic.every((key) => typeof key === 'string' || typeof key === 'number');
  return keys.filter((key) => {
    if (typeof key === 'object') note('missing-logic');
    const computed = key === '' ? undefined : String(harmless(key, note));
    const [start, path] = areLiterals ? scoped(String(key), data, note) : [data.at(-1), computed];
    const found = path === undefined ? start : lookUp(path, start, () => null, note);
    return found === null || found === '';
  });
}

function iterate(operator: string, operands: readonly unknown[], data: Data, note: Note): unknown {
  const list = evaluate(operands[0], data, note);
  if (list === null) {
    note('unknown');
    return null;
  }
  const body = (element: unknown): unknown => evaluate(operands[1], [...data, element], note);
  const initial = operands.length > 2 ? evaluate(operands[2], data, note) : null;
  if (!Array.isArray(list)) return apply(operator, operator === 'reduce' ? [list, 0, initial] : [list, 0]);
  if (operator === 'map') return list.map(body);
  if (operator === 'reduce')
    return list.reduce((accumulator: unknown, current: unknown) => body({ current, accumulator }), initial);
  if (operator === 'filter') return list.filter((element) => isTrue(body(element), note));
  const verdicts: unknown[] = [];
  for (const element of list) {
    const verdict = body(element);
    if (verdict === null) note('unknown');
    verdicts.push(verdict === null ? null : jsonLogic.truthy(verdict));
    if (verdict !== null && jsonLogic.truthy(verdict) !== (operator === 'all')) break;
  }
  if (operator === 'all') return verdicts.includes(false) ? false : verdicts.includes(null) ? null : list.length > 0;
  if (verdicts.includes(true)) return operator === 'some';
  return verdicts.includes(null) ? null : operator === 'none';
}

function isTrue(value: unknown, note: Note): boolean {
  if (value === null) note('unknown');
  return value !== null && jsonLogic.truthy(value);
}
