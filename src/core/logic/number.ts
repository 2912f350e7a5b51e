import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import type { Operator } from './operator.ts';
import { binary, numeric } from './strict.ts';
import { numberOf } from './value.ts';

/** Functions of numbers. */
export const NUMBER: readonly Operator[] = [
  {
    name: 'number',
    arity: [1, 1],
    signature: 'number(x)',
    summary: 'The number that x is, or is the text of; else unknown.',
    example: { logic: { number: { var: 'value' } }, payload: { value: ' 21.5 ' }, result: 21.5 },
    build: numeric((x) => x),
  },
  {
    name: 'abs',
    arity: [1, 1],
    signature: 'abs(x)',
    summary: 'x without its sign.',
    example: { logic: { abs: -3 }, result: 3 },
    build: numeric(Math.abs),
  },
  {
    name: 'round',
    arity: [1, 2],
    signature: 'round(x, digits?)',
    summary: 'x to the nearest whole number, or to so many decimals; a half goes away from zero.',
    example: { logic: { round: [1.005, 2] }, result: 1.01 },
    build: buildRound,
  },
  {
    name: 'format_number',
    arity: [2, 2],
    signature: 'format_number(x, digits)',
    summary: 'x as a text with exactly so many decimals; a half goes away from zero.',
    example: { logic: { format_number: [{ var: 'temperature' }, 1] }, payload: { temperature: 21 }, result: '21.0' },
    build: buildFormatNumber,
  },
  {
    name: 'floor',
    arity: [1, 1],
    signature: 'floor(x)',
    summary: 'The whole number at or below x.',
    example: { logic: { floor: -1.5 }, result: -2 },
    build: numeric(Math.floor),
  },
  {
    name: 'ceil',
    arity: [1, 1],
    signature: 'ceil(x)',
    summary: 'The whole number at or above x.',
    example: { logic: { ceil: 1.2 }, result: 2 },
    build: numeric(Math.ceil),
  },
  {
    name: 'pow',
    arity: [2, 2],
    signature: 'pow(x, y)',
    summary: 'x to the power of y.',
    example: { logic: { pow: [2, 10] }, result: 1024 },
    build: numeric(Math.pow),
  },
  {
    name: 'sqrt',
    arity: [1, 1],
    signature: 'sqrt(x)',
    summary: 'The square root; unknown below zero.',
    example: { logic: { sqrt: 16 }, result: 4 },
    build: numeric(Math.sqrt),
  },
  {
    name: 'exp',
    arity: [1, 1],
    signature: 'exp(x)',
    summary: 'e to the power of x; unknown where that is too large for a number.',
    example: { logic: { exp: 0 }, result: 1 },
    build: numeric(Math.exp),
  },
  {
    name: 'ln',
    arity: [1, 1],
    signature: 'ln(x)',
    summary: 'The natural logarithm, unknown at and below zero; that to the base 10 is ln(x) / ln(10).',
    example: { logic: { ln: 1 }, result: 0 },
    build: numeric(Math.log),
  },
  {
    name: 'clamp',
    arity: [3, 3],
    signature: 'clamp(x, lo, hi)',
    summary: 'x, but not below lo and not above hi.',
    example: { logic: { clamp: [{ var: 'level' }, 0, 100] }, payload: { level: 104 }, result: 100 },
    build: numeric((x, lo, hi) => Math.min(Math.max(x, lo), hi)),
  },
];

/** More digits than a number has. */
const MAX_DIGITS = 20;

const rounded = numeric((x, digits = 0) => round(x, digits));

function buildRound(call: Call): Getter {
  const digits = call.count === 2 ? call.operand(1).value : 0;
  if (typeof digits === 'number' && !areDigits(digits)) {
    call.error('bad-digits', `digits are a whole number from -${MAX_DIGITS} to ${MAX_DIGITS}`, { operand: 1 });
  }
  return rounded(call);
}

const formatted = binary((x, digits) => {
  const number = round(numberOf(x), numberOf(digits));
  return Number.isNaN(number) ? null : withDecimals(number, numberOf(digits));
});

function buildFormatNumber(call: Call): Getter {
  const { value } = call.operand(1);
  if (typeof value === 'number' && !(areDigits(value) && value >= 0)) {
    call.error('bad-digits', `digits are a whole number from 0 to ${MAX_DIGITS}`, { operand: 1 });
  }
  return formatted(call);
}

/** The digits that a number has, and zeros: with `toFixed` 0.1 would be 0.10000000000000000555. */
function withDecimals(number: number, digits: number): string | null {
  if (digits < 0) return null;
  const text = String(number);
  if (text.includes('e')) return number.toFixed(digits);
  const [whole = '', decimals = ''] = text.split('.');
  return digits === 0 ? whole : `${whole}.${decimals.padEnd(digits, '0')}`;
}

function areDigits(digits: number): boolean {
  return Number.isInteger(digits) && Math.abs(digits) <= MAX_DIGITS;
}

/** Moves the decimal point in the number's text, so that 1.005 is the half that it looks like. */
function round(x: number, digits: number): number {
  if (!areDigits(digits)) return Number.NaN;
  return Math.sign(x) * shifted(Math.round(shifted(Math.abs(x), digits)), -digits);
}

function shifted(x: number, digits: number): number {
  const [mantissa, exponent = '0'] = String(x).split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}
