import { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import type { Document } from './document.ts';
import { meantParts } from './duration.ts';
import type { Path } from './document-places.ts';
import { sortProblems } from './frame.ts';
import type { Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { flattenIssue } from './shape-issues.ts';
import type { Fault, KnownKeys, UnknownKey } from './shape-issues.ts';
import { choices, DURATION, kindOf, wordFor } from './shape-words.ts';
import { shorten } from './shorten.ts';

/** A value of the shape that was asked for, or what is wrong with it. */
export type Shaped<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** How messages speak of the value that is checked. */
export interface Naming {
  /** With its article: `a rule`. */
  readonly noun: string;
  /**
   * Keys of other programs and what they are called here: `{ trigger: 'on' }`. What has a colon is how it is written here,
   * where its first key may stand; of several the first that fits counts. `window.size` is `size` inside `window`
   * alone, `.size` at the top.
   */
  readonly synonyms?: Readonly<Record<string, string | readonly string[]>>;
  /** How what stands at a path may be written, for values of another kind: `window: { tumbling: 5m }`. */
  readonly example?: (path: readonly (string | number)[]) => string | undefined;
}

/** Checks a value of a document, found at `path`, against a schema; all its mistakes become problems at their places. */
export function checkShape<T>(
  document: Document,
  path: Path,
  value: unknown,
  schema: z.ZodType<T>,
  naming: Naming,
): Shaped<T> {
  const knownKeys: KnownKeys = new Map();
  const result = schema.safeParse(value, {
    // The list of keys that an issue carries is the only way to recognise the issue afterwards.
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) {
        knownKeys.set(issue.keys, Object.keys(issue.inst.shape));
      }
      return undefined;
    },
  });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  const faults = issues.filter(isLastBound).flatMap((issue) => flattenIssue(issue, value, knownKeys));
  return { problems: sortProblems(faults.map((fault) => faultProblem(document, path, fault, naming))) };
}

/** A whole number that is beyond what is exact is beyond a smaller limit, too: the last issue tells of that one. */
function isLastBound(issue: z.core.$ZodIssue, index: number, issues: readonly z.core.$ZodIssue[]): boolean {
  const place = issue.path.join('/');
  return !issues
    .slice(index + 1)
    .some(({ code, path }) => code === issue.code && isBound(code) && path.join('/') === place);
}

function isBound(code: string): boolean {
  return code === 'too_big' || code === 'too_small';
}

function faultProblem(document: Document, base: Path, fault: Fault, naming: Naming): Problem {
  const path = [...base, ...fault.path];
  const owner = nameOf(fault.path, naming.noun);
  const at = document.positionOf(path);
  const key = document.keyPositionOf(path);
  const { file } = document;
  switch (fault.type) {
    case 'unknown-key': {
      const place = document.keyPositionOf([...path, fault.key]);
      const hint = keyHint(fault, naming.synonyms);
      return problemAt(file, place, 'unknown-key', `"${shorten(fault.key)}" is not a key of ${owner}`, hint);
    }
    case 'missing-key':
      return problemAt(file, at, 'missing-key', `${owner} needs the key "${fault.key}"`, `Add it: ${fault.key}: …`);
    case 'wrong-type': {
      const expected = choices(fault.expected);
      const name = fault.path.at(-1);
      if (fault.got === null && typeof name === 'string') {
        return problemAt(
          file,
          key,
          'missing-value',
          `\`${name}:\` has no value`,
          `Write ${expected} behind it, or remove the key`,
        );
      }
      const got = describe(fault.got, fault.expected);
      return problemAt(
        file,
        at,
        'wrong-type',
        `expected ${expected}${behind(name)}, got ${got}`,
        typeHint(fault.got, fault.expected) ?? exampleHint(fault.path, naming.example),
      );
    }
    case 'invalid-value': {
      const close = typeof fault.got === 'string' ? nearest(fault.got, fault.allowed.map(String)) : undefined;
      const list = fault.allowed.map((allowed) => JSON.stringify(allowed)).join(', ');
      const got = typeof fault.got === 'object' ? kindOf(fault.got) : JSON.stringify(fault.got);
      const message = `${shorten(got ?? 'nothing')} is not one of the values${behind(fault.path.at(-1))}: ${list}`;
      const isNumber = typeof fault.got === 'string' && fault.allowed.includes(Number(fault.got));
      const hint = close === undefined ? undefined : `Did you mean "${close}"?`;
      return problemAt(file, at, 'invalid-value', message, isNumber ? 'Write it without quotes' : hint);
    }
    case 'other':
      return problemAt(file, fault.isKey ? key : at, 'invalid-value', fault.message);
  }
}

/** The thing that a path leads to, as a message calls it: the noun at the top, the nearest key below it. */
function nameOf(path: readonly (string | number)[], noun: string): string {
  const key = innermostKey(path);
  return key === undefined ? noun : `\`${key}\``;
}

function innermostKey(path: readonly (string | number)[]): string | undefined {
  return path.findLast((step) => typeof step === 'string');
}

/** What was found instead; the value itself where its kind alone would read oddly. */
function describe(got: unknown, expected: readonly string[]): string {
  if (typeof got === 'boolean') return String(got);
  return typeof got === 'number' && expected.includes(wordFor('int')) ? String(got) : kindOf(got);
}

function typeHint(got: unknown, expected: readonly string[]): string | undefined {
  const meant = expected.includes(DURATION) ? meantParts(got) : undefined;
  if (meant !== undefined) return `Write ${meant}`;
  if (typeof got === 'string') {
    if (expected.includes(wordFor('boolean')) && /^(?:yes|no|on|off)$/i.test(got))
      return `Write true or false: "${got}" is a text`;
    if (expected.includes(wordFor('boolean')) && /^(?:true|false)$/i.test(got)) return 'Write it without quotes';
    const isNumber = got.trim() !== '' && Number.isFinite(Number(got));
    return isNumber && (expected.includes(wordFor('number')) || expected.includes(wordFor('int')))
      ? 'Write it without quotes'
      : undefined;
  }
  if (typeof got === 'number' && got >= 0 && expected.includes(DURATION)) return `Give it a unit: ${got}s or ${got}m`;
  if ((typeof got === 'number' || typeof got === 'boolean') && expected.includes(wordFor('string')))
    return `Put it in quotes: "${got}"`;
  return undefined;
}

function behind(name: string | number | undefined): string {
  return typeof name === 'string' ? ` for \`${name}\`` : '';
}

const SHORT_LIST = 16;

function keyHint(fault: UnknownKey, synonyms: Naming['synonyms'] = {}): string | undefined {
  const { key, known } = fault;
  const inside = `${innermostKey(fault.path) ?? ''}.${key}`;
  if (Object.hasOwn(synonyms, inside)) return meantHint(String(synonyms[inside]));
  const words = Object.hasOwn(synonyms, key) ? [synonyms[key] ?? []].flat() : [];
  const meant = words.find((word) => known.includes(word.split(':', 1)[0] ?? word)) ?? nearest(key, known);
  if (meant !== undefined) return meantHint(meant);
  if (known.length === 0) return undefined;
  return known.length <= SHORT_LIST ? `The keys are ${known.join(', ')}` : undefined;
}

function meantHint(meant: string): string {
  return meant.includes(':') ? `Write ${meant}` : `Did you mean "${meant}"?`;
}

function exampleHint(path: readonly (string | number)[], example: Naming['example']): string | undefined {
  const written = example?.(path);
  return written === undefined ? undefined : `For example: ${written}`;
}
