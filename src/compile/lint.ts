import { AGGREGATES } from '../core/aggregates/functions.ts';
import { isMapping } from '../core/logic/value.ts';
import { printExpression } from '../spec/expression/print.ts';
import type { Names, Place } from './names.ts';
import { variableName } from './variable-name.ts';
import { walkLogic } from './walk-logic.ts';

/** Something in an expression that is allowed, and probably not meant. */
export interface Suspicion {
  readonly node: object;
  /** From the root of the logic. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Look through the logic of an expression for what compiles, but is probably not meant. */
export function lintLogic(logic: unknown, names: Names, place: Place): Suspicion[] {
  const found: Suspicion[] = [];
  const hasPayload = names.hasPayload || names.inWait || place === 'lookup';
  walkLogic(logic, (node, operator, operands, path) => {
    const first = variableName(operands[0]);
    const second = variableName(operands[1]);
    if (TAKES_A_MAPPING.has(operator) && first !== null && isBound(first, names)) {
      const message = `\`${first}\` is one value here, because its wildcards are named like the trigger's`;
      const hint = `To get a mapping of all, give the wildcard in \`with\` a name of its own`;
      found.push({ node, path: [...path], code: 'bound-lookup', message, hint });
    }
    if (JOINS.has(operator)) {
      for (const operand of operands.filter((one) => isTextForCondition(one, operands))) {
        const message = `the text ${JSON.stringify(operand)} is itself here, not an expression: it is always true`;
        const hint =
          'Write the whole condition as one text, such as "x > 3 and y < 4", and both sides of each comparison';
        found.push({ node, path: [...path], code: 'text-condition', message, hint });
      }
    }
    if (ORDERS.has(operator)) {
      for (const name of [first, second]) {
        if (name === null || !isMap(name, names)) continue;
        const message = `\`${name}\` is a mapping from the levels of its wildcards to values: it is more or less than nothing`;
        const hint = `Write max(values(${name})), or name the wildcard in \`with\` like that of the trigger`;
        found.push({ node, path: [...path], code: 'never-known', message, hint });
      }
    }
    if (place === 'aggregate' && isTruth(operands[0]) && (operator === 'count' || OF_NUMBERS.has(operator))) {
      const message =
        operator === 'count'
          ? 'count() counts what is known, false as well as true'
          : `${operator}() is of numbers, and true and false are none`;
      const hint = `To count those for which it is true write count_if(${printExpression(operands[0])})`;
      found.push({ node, path: [...path], code: 'unusual-operand', message, hint });
    }
    if (AGGREGATES.has(operator) && typeof operands[1] === 'number') {
      const hint = UNUSUAL[operator]?.(operands[1]);
      if (hint !== undefined)
        found.push({
          node,
          path: [...path],
          code: 'unusual-operand',
          message: `${operator}() is asked for ${operands[1]}`,
          hint,
        });
    }
    if (COMPARES.has(operator) || operator === 'in') {
      const other = operatorOf(operands[0]) === 'weekday' ? operands[1] : operands[0];
      const asksDay = [operands[0], operands[1]].some((one) => operatorOf(one) === 'weekday');
      const wrong = asksDay ? [other].flat().find((day) => isLiteral(day) && !WEEKDAYS.has(day)) : undefined;
      if (wrong !== undefined) {
        const message = `weekday() is never ${JSON.stringify(wrong)}`;
        found.push({
          node,
          path: [...path],
          code: 'never-true',
          message,
          hint: `It is one of ${[...WEEKDAYS].join(', ')}`,
        });
      }
    }
    const texts = operator === 'in' ? [operands[1]].flat() : COMPARES.has(operator) ? [operands[1]] : [];
    for (const name of texts.map((text) => variableName(text))) {
      if (name === null || !BARE_TEXT.test(name) || names.has(name)) continue;
      const message = `${name} is read as a field of the payload`;
      found.push({ node, path: [...path], code: 'bare-text', message, hint: `If it is a text, quote it: "${name}"` });
    }
    const counted =
      first !== null && isNone(operator, operands[1]) ? first : isNone(FLIPPED[operator], operands[0]) ? second : null;
    if (place === 'rule' && counted !== null && !names.slides && names.messageCounts.has(counted)) {
      const message = `\`${counted}\` is never 0: an empty window gives nothing`;
      const hint = 'For silence write absent: 5m, in a rule without a window';
      found.push({ node, path: [...path], code: 'never-true', message, hint });
    }
    const isOfList = operator !== 'delta' && (operands.length === 1 || !LISTS.has(operator));
    const one = isOfList ? headOf(first) : null;
    if (
      place === 'rule' &&
      names.hasWindow &&
      !names.inLate &&
      AGGREGATES.has(operator) &&
      one !== null &&
      !names.has(one)
    ) {
      const message = `${operator}() is of a list in the latest message here, not of the messages of the window`;
      const hint = `Gather it, such as aggregate: { value: ${printExpression(node)} }, and use that name here`;
      found.push({ node, path: [...path], code: 'not-gathered', message, hint });
    }
    const field = operator === 'var' ? headOf(operands[0]) : null;
    if (field !== null && names.sentFields.has(field) && place !== 'lookup' && names.has(field)) {
      const message = `\`${field}\` is ${names.describe(field)} here, and hides the field \`${field}\` of the payload that a test sends`;
      const hint = `For the field write payload.${field}`;
      found.push({ node, path: [...path], code: 'hidden-field', message, hint });
    }
    if (
      field !== null &&
      (place === 'message' || place === 'window') &&
      names.onlyAggregates.includes(field) &&
      !names.sentFields.has(field)
    ) {
      const message = `\`${field}\` is a field of the message here, not the aggregate of that name`;
      const hint = 'What the result of a window has to be stands in if:';
      found.push({ node, path: [...path], code: 'not-gathered', message, hint });
    }
    if (field !== null && !hasPayload && !names.has(field)) {
      const message = `\`${field}\` is read as a field of the payload, and a tick of a schedule has none: it is always unknown`;
      found.push({
        node,
        path: [...path],
        code: 'no-payload',
        message,
        hint: OF_THE_CLOCK.has(field)
          ? `The function is ${field}()`
          : 'To look at the latest payload of a topic, name it in with:',
      });
    }
    if (operator === 'var' && first === null && typeof operands[0] === 'string') {
      const name = operands[0];
      const [head = '', step] = name.split('.');
      const part = step === undefined ? undefined : PARTS[head];
      if (part !== undefined) {
        const message = `\`${head}\` has no fields: \`${head}.${String(step)}\` is always unknown`;
        found.push({ node, path: [...path], code: 'never-known', message, hint: part });
      }
      if (NOT_FIELDS.has(name) && !names.has(name) && hasPayload) {
        const message = `\`${name}\` is read as a field of the payload`;
        found.push({
          node,
          path: [...path],
          code: 'bare-function',
          message,
          hint: `The function is ${name}(); for the field write payload.${name}`,
        });
      }
    }
  });
  return found;
}

/** Comparisons with their operands exchanged. */
const FLIPPED: Readonly<Record<string, string>> = { '==': '==', '===': '===', '>': '<', '>=': '<=' };

/** Whether a comparison asks for a count of nothing. */
function isNone(operator: string | undefined, limit: unknown): boolean {
  if (operator === '<') return limit === 0 || limit === 1;
  return limit === 0 && (operator === '==' || operator === '===' || operator === '<=');
}

/** Functions of lists that, with several operands, are of these instead. */
const LISTS: ReadonlySet<string> = new Set(['min', 'max']);

/** The first name of a path such as `a.b` or `a[0]`. */
function headOf(path: unknown): string | null {
  return typeof path === 'string' ? (/^[^.[]+/.exec(path)?.[0] ?? null) : null;
}

/** Operators whose operands are conditions, where a value may stand as well. */
const JOINS: ReadonlySet<string> = new Set(['and', 'or', '!', '!!']);
const ORDERS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);
const WEEKDAYS: ReadonlySet<unknown> = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** Functions that gather numbers. */
const OF_NUMBERS: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'variance',
  'percentile',
]);

/** What a number is probably meant to be. */
const UNUSUAL: Readonly<Record<string, (operand: number) => string | undefined>> = {
  percentile: (percent) =>
    percent > 0 && percent < 1 ? `Percentiles go from 0 to 100: write ${percent * 100}` : undefined,
  rate: (per) => (per < 1000 ? `That is in milliseconds: write ${per}s` : undefined),
};

/** Whether a text among conditions was meant to be one: it compares, or stands alone beside a comparison. */
function isTextForCondition(operand: unknown, all: readonly unknown[]): operand is string {
  if (typeof operand !== 'string') return false;
  const besides = all.filter((one) => one !== operand);
  return /[<>=]/.test(operand) || (operand !== '' && besides.some((one) => isComparison(one)));
}

function isComparison(logic: unknown): boolean {
  const operator = operatorOf(logic);
  return operator !== null && (COMPARES.has(operator) || ORDERS.has(operator));
}

/** Whether it is true or false and nothing else, as `x or 0` is not. */
function isTruth(logic: unknown): boolean {
  const operator = operatorOf(logic);
  if (operator === 'and' || operator === 'or') return [Object.values(logic as object)[0]].flat().every(isTruth); // A mapping.
  return operator === '!' || operator === '!!' || isComparison(logic);
}

function operatorOf(logic: unknown): string | null {
  return isMapping(logic) ? (Object.keys(logic)[0] ?? null) : null;
}

function isLiteral(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isMap(name: string, names: Names): boolean {
  return (names.lookups.get(name)?.spec.open.length ?? 0) > 0;
}

const TAKES_A_MAPPING = new Set(['keys', 'values', 'entries']);
/** What devices say, where people forget the quotes. */
const BARE_TEXT = /^(?:[A-Z]{2,}|on|off|open|closed|online|offline|home|away|mon|tue|wed|thu|fri|sat|sun)$/;
const COMPARES = new Set(['==', '!=', '===', '!==']);
/** Reserved names that are a number or a text, and how to get at a part of them. */
const PARTS: Readonly<Record<string, string>> = {
  now: 'For a part of the time write hour(), weekday() or date()',
  held: 'It is in milliseconds: held > 5m',
  topic: 'Name the level in `on`, as in home/+room/temperature, and write that name',
  key: 'Write the names of its parts, such as wildcards of `on`',
};
const NOT_FIELDS = new Set(['hour', 'weekday']);
const OF_THE_CLOCK = new Set([...NOT_FIELDS, 'date']);

function isBound(name: string, names: Names): boolean {
  const lookup = names.lookups.get(name);
  return lookup !== undefined && lookup.spec.open.length === 0 && lookup.spec.bound.length > 0;
}
