import { isMapping } from '../core/logic/value.ts';
import { same } from '../core/same.ts';
import { hasIn } from './expectation.ts';
import { payloadValue } from './payload-value.ts';

/** A line of a difference: what is missing, what came instead, and what is as it should be. */
export interface DiffLine {
  readonly kind: 'missing' | 'came' | 'both';
  readonly text: string;
}

/** Lines that are shown of one difference, and characters of a value. */
const MAX_LINES = 40;
const MAX_TEXT = 300;

/**
 * What a payload lacks of what was expected, and has instead. With `part` only what is expected has to be there: the rest
 * of a mapping is shown as it is.
 */
export function payloadDiff(expected: unknown, payload: string, part = false): DiffLine[] {
  const value = typeof expected === 'string' ? payload : payloadValue(payload);
  const lines = compare(expected, value, '', part);
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), { kind: 'both', text: `… ${lines.length - MAX_LINES} more lines` }];
}

/** `label` is the key of an entry, with its colon. */
function compare(expected: unknown, came: unknown, label: string, part: boolean): DiffLine[] {
  if (part ? hasIn(came, expected) : same(expected, came)) return [line('both', label, came)];
  if (isMapping(expected) && isMapping(came)) {
    const keys = [...new Set([...Object.keys(came), ...Object.keys(expected)])];
    const inner = keys.flatMap((key) =>
      entry(field(expected, key), field(came, key), `${JSON.stringify(key)}: `, part),
    );
    return enclosed(inner, label, came, '{}');
  }
  if (!part && Array.isArray(expected) && Array.isArray(came)) {
    const longer = expected.length > came.length ? expected : came;
    const inner = longer.flatMap((_, i) => entry(expected[i], came[i], '', false));
    return enclosed(inner, label, came, '[]');
  }
  return [line('missing', label, expected), line('came', label, came)];
}

/** Undefined is not there. */
function entry(expected: unknown, came: unknown, label: string, part: boolean): DiffLine[] {
  if (expected === undefined) return [line(part ? 'both' : 'came', label, came)];
  return came === undefined ? [line('missing', label, expected)] : compare(expected, came, label, part);
}

function enclosed(inner: readonly DiffLine[], label: string, came: unknown, brackets: '{}' | '[]'): DiffLine[] {
  if (inner.every(({ kind }) => kind === 'both')) return [line('both', label, came)];
  const [open = '', close = ''] = brackets;
  return [
    { kind: 'both', text: label + open },
    ...inner.map(({ kind, text }) => ({ kind, text: `  ${text}` })),
    { kind: 'both', text: close },
  ];
}

function line(kind: DiffLine['kind'], label: string, value: unknown): DiffLine {
  const json = value === undefined ? 'anything' : JSON.stringify(value);
  return { kind, text: label + (json.length > MAX_TEXT ? `${json.slice(0, MAX_TEXT)}…` : json) };
}

function field(mapping: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
