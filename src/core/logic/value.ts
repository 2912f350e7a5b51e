import { chargeScan, chargeText, exceed, MAX_TEXT, MAX_VALUE_DEPTH } from './budget.ts';
import type { LogicScope } from './getter.ts';

/**
 * What a value of the payload counts as: true, a number, a text, a mapping. Payload data is hostile, so nothing here
 * calls a method that the data could bring along, and nothing throws because of it.
 */

/** JSON-logic's truth: as in JavaScript, but an empty list is false. The value must be known. */
export function truthy(value: unknown): boolean {
  return typeof value === 'boolean' ? value : Array.isArray(value) ? value.length !== 0 : Boolean(value);
}

/** The number that a value is, or is the text of; NaN for all else, which stands for unknown. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  return typeof value === 'string' ? numberOfText(value) : Number.NaN;
}

/** The number if it is one, else unknown: NaN, the infinities and a zero with a sign never leave an expression. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** The text that a text function reads: a text, or a number or boolean as text; undefined for all else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A JSON array. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A JSON object: neither a list nor null. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JavaScript's `String` answers for plain data, a list's elements joined by commas. The value must be known. */
export function toText(value: unknown, scope: LogicScope): string {
  if (typeof value !== 'object') return chargeText(scope, String(value));
  return Array.isArray(value) ? joined(value, scope, 1) : MAPPING_TEXT;
}

/** JavaScript's `==` for plain data. Both must be known. */
export function looselyEqual(left: unknown, right: unknown, scope: LogicScope): boolean {
  const leftIsObject = typeof left === 'object';
  const rightIsObject = typeof right === 'object';
  if (leftIsObject && rightIsObject) return left === right;
  const a = leftIsObject ? toText(left, scope) : left;
  const b = rightIsObject ? toText(right, scope) : right;
  // oxlint-disable-next-line eqeqeq -- json-logic-js compares as JavaScript's `==` does: "1" is 1, and so is true.
  return a == b;
}

const MAPPING_TEXT = '[object Object]';
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** No number that anything sends is longer, and a long text is not worth reading to the end. */
const LONGEST_NUMBER = 400;

function numberOfText(text: string): number {
  if (text.length > LONGEST_NUMBER) return Number.NaN;
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return Number.NaN;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : Number.NaN;
}

function joined(list: readonly unknown[], scope: LogicScope, depth: number): string {
  if (depth > MAX_VALUE_DEPTH) exceed('depth');
  chargeScan(scope, list.length + 1); // The list costs something itself, or lists of empty lists would be free.
  let text = '';
  for (let i = 0; i < list.length; i++) {
    const element = list[i];
    if (i > 0) text += ',';
    if (element === null || element === undefined) continue;
    text +=
      typeof element !== 'object'
        ? String(element)
        : Array.isArray(element)
          ? joined(element, scope, depth + 1)
          : MAPPING_TEXT;
    if (text.length > MAX_TEXT) exceed('text');
  }
  return depth === 1 ? chargeText(scope, text) : text;
}
