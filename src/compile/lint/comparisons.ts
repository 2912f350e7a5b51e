import { variableName } from '../variable-name.ts';
import type { Names } from '../names.ts';
import { EQUALITIES, isComparison, operatorOf, ORDERS, type Check } from './seen.ts';

/** Operators whose operands are conditions, where a value may stand as well. */
const JOINS: ReadonlySet<string> = new Set(['and', 'or', '!', '!!']);

/** `{ and: ["x > 3", …] }`: a text among conditions. */
const textForCondition: Check = ({ operator, operands }, suspect) => {
  if (!JOINS.has(operator)) return;
  for (const operand of operands.filter((one) => isTextForCondition(one, operands))) {
    const message = `the text ${JSON.stringify(operand)} is itself here, not an expression: it is always true`;
    const hint = 'Write the whole condition as one text, such as "x > 3 and y < 4", and both sides of each comparison';
    suspect('text-condition', message, hint);
  }
};

/** `doors > 3`, where `doors` is a mapping. */
const orderOfMapping: Check = ({ operator, first, second, names }, suspect) => {
  if (!ORDERS.has(operator)) return;
  for (const name of [first, second]) {
    if (name === null || !isMap(name, names)) continue;
    const message = `\`${name}\` is a mapping from the levels of its wildcards to values: it is more or less than nothing`;
    const hint = `Write max(values(${name})), or name the wildcard in \`with\` like that of the trigger`;
    suspect('never-known', message, hint);
  }
};

/** `mode == "home"`, where `mode` is a mapping. */
const equalityOfMapping: Check = ({ operator, operands: [left, right], first, second, names }, suspect) => {
  if (!EQUALITIES.has(operator)) return;
  for (const [name, other] of [
    [first, right],
    [second, left],
  ] as const) {
    if (name === null || !isMap(name, names) || other === null || typeof other === 'object') continue;
    const message = `\`${name}\` is a mapping from the levels of its wildcards to values: it is never ${JSON.stringify(other)}`;
    const hint = `Write ${JSON.stringify(other)} in values(${name}), or name the wildcard in \`with\` like that of the trigger`;
    suspect('never-true', message, hint);
  }
};

const WEEKDAYS: ReadonlySet<unknown> = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** `weekday() == "monday"`. */
const noWeekday: Check = ({ operator, operands: [left, right] }, suspect) => {
  if (!EQUALITIES.has(operator) && operator !== 'in') return;
  if (operatorOf(left) !== 'weekday' && operatorOf(right) !== 'weekday') return;
  const days = [operatorOf(left) === 'weekday' ? right : left].flat();
  const wrong = days.find((day) => (typeof day === 'string' || typeof day === 'number') && !WEEKDAYS.has(day));
  if (wrong === undefined) return;
  suspect('never-true', `weekday() is never ${JSON.stringify(wrong)}`, `It is one of ${[...WEEKDAYS].join(', ')}`);
};

/** What devices say, where people forget the quotes. */
const BARE_TEXT = /^(?:[A-Z]{2,}|on|off|open|closed|online|offline|home|away|mon|tue|wed|thu|fri|sat|sun)$/;

/** `state == ON`. */
const bareText: Check = ({ operator, operands: [, right], names }, suspect) => {
  const texts = operator === 'in' ? [right].flat() : EQUALITIES.has(operator) ? [right] : [];
  for (const name of texts.map((text) => variableName(text))) {
    if (name === null || !BARE_TEXT.test(name) || names.has(name)) continue;
    suspect('bare-text', `${name} is read as a field of the payload`, `If it is a text, quote it: "${name}"`);
  }
};

/** Comparisons with their operands exchanged. */
const FLIPPED: Readonly<Record<string, string>> = { '==': '==', '===': '===', '>': '<', '>=': '<=' };

/** `n == 0` of a count of messages, in a window that is never empty. */
const countOfNothing: Check = ({ operator, operands: [left, right], first, second, names, place }, suspect) => {
  if (place !== 'rule' || names.slides) return;
  const counted = first !== null && isNone(operator, right) ? first : isNone(FLIPPED[operator], left) ? second : null;
  if (counted === null || !names.messageCounts.has(counted)) return;
  const message = `\`${counted}\` is never 0: an empty window gives nothing`;
  suspect('never-true', message, 'For silence write absent: 5m, in a rule without a window');
};

/** What is compared, and compares otherwise than it looks. */
export const COMPARISON_CHECKS: readonly Check[] = [
  textForCondition,
  orderOfMapping,
  equalityOfMapping,
  noWeekday,
  bareText,
  countOfNothing,
];

/** Whether a text among conditions was meant to be one: it compares, or stands alone beside a comparison. */
function isTextForCondition(operand: unknown, all: readonly unknown[]): operand is string {
  if (typeof operand !== 'string') return false;
  const besides = all.filter((one) => one !== operand);
  return /[<>=]/.test(operand) || (operand !== '' && besides.some((one) => isComparison(one)));
}

function isMap(name: string, names: Names): boolean {
  return (names.lookups.get(name)?.spec.open.length ?? 0) > 0;
}

/** Whether a comparison asks for a count of nothing. */
function isNone(operator: string | undefined, limit: unknown): boolean {
  if (operator === '<') return limit === 0 || limit === 1;
  return limit === 0 && (operator === '==' || operator === '===' || operator === '<=');
}
