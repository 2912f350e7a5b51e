import type { z } from 'zod';
import { kindOf, wordFor } from './shape-words.ts';
import { valueAt } from './value-at.ts';

type Step = string | number;
type Literal = string | number | boolean | null;

/** A key that a mapping cannot have. */
export interface UnknownKey {
  readonly type: 'unknown-key';
  readonly path: readonly Step[];
  readonly key: string;
  readonly known: readonly string[];
}

/** One mistake in the shape of a value. */
export type Fault =
  | UnknownKey
  | { readonly type: 'missing-key'; readonly path: readonly Step[]; readonly key: string }
  | {
      readonly type: 'wrong-type';
      readonly path: readonly Step[];
      readonly expected: readonly string[];
      readonly got: unknown;
    }
  | {
      readonly type: 'invalid-value';
      readonly path: readonly Step[];
      readonly allowed: readonly Literal[];
      readonly got: unknown;
    }
  | { readonly type: 'other'; readonly path: readonly Step[]; readonly message: string; readonly isKey: boolean };

/** The keys a mapping may have, by the list of unknown ones in the issue that complains of them. */
export type KnownKeys = Map<readonly string[], readonly string[]>;

type Issue = z.core.$ZodIssue;

/** The mistakes behind one issue. Of a choice only the branch counts that the author must have meant. */
export function flattenIssue(issue: Issue, root: unknown, known: KnownKeys, base: readonly Step[] = []): Fault[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const got = valueAt(root, path);
  const other = (message: string, isKey = false): Fault[] => [{ type: 'other', path, message, isKey }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ type: 'unknown-key', path, key, known: known.get(issue.keys) ?? [] }));
    case 'invalid_type': {
      // A message of its own is the word for what a schema expects.
      const expected = [issue.message.startsWith('Invalid') ? wordFor(issue.expected) : issue.message];
      return wrongOrMissing(path, root, got, { type: 'wrong-type', path, expected, got });
    }
    case 'invalid_value': {
      const allowed = issue.values.filter(isLiteral);
      return wrongOrMissing(path, root, got, { type: 'invalid-value', path, allowed, got });
    }
    case 'invalid_union':
      return flattenUnion(issue, path, root, known);
    case 'invalid_key':
      return issue.issues.flatMap((inner) => other(issueMessage(inner), true));
    case 'invalid_element':
      return issue.issues.flatMap((inner) => flattenIssue(inner, root, known, path));
    case 'too_small':
      return other(
        issue.message.startsWith('Too small')
          ? bound(issue.origin, issue.minimum, issue.inclusive, 'least', 'more')
          : issue.message,
      );
    case 'too_big':
      return other(
        issue.message.startsWith('Too big')
          ? bound(issue.origin, issue.maximum, issue.inclusive, 'most', 'less')
          : issue.message,
      );
    default:
      return other(issueMessage(issue));
  }
}

function flattenUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly Step[],
  root: unknown,
  known: KnownKeys,
): Fault[] {
  const got = valueAt(root, path);
  if (issue.errors.length === 0) {
    const options = 'options' in issue ? issue.options?.filter(isLiteral) : undefined;
    if (options !== undefined)
      return wrongOrMissing(path, root, got, { type: 'invalid-value', path, allowed: options, got });
    return [{ type: 'other', path, message: 'this can be read in more than one way', isKey: false }];
  }
  const branches = issue.errors.map((issues) => issues.flatMap((inner) => flattenIssue(inner, root, known, path)));
  const meant = branches.filter((faults) => !faults.some((fault) => isOtherKind(fault, path.length)));
  if (meant.length > 0) return meant.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best));

  const here = branches.flat().filter((fault) => isOtherKind(fault, path.length));
  const expected = here.flatMap((fault) => {
    if (fault.type === 'wrong-type') return fault.expected;
    return fault.type === 'invalid-value' ? fault.allowed.map((allowed) => JSON.stringify(allowed)) : [];
  });
  return wrongOrMissing(path, root, got, { type: 'wrong-type', path, expected, got });
}

/** Whether a fault says that the whole value is of another kind than its schema, a list for a text. */
function isOtherKind(fault: Fault, depth: number): boolean {
  if (fault.type === 'missing-key') return fault.path.length < depth;
  if (fault.path.length !== depth) return false;
  if (fault.type === 'wrong-type') return true;
  // `false` beside other kinds, as in `topic: false`, says nothing about `true`.
  return (
    fault.type === 'invalid-value' &&
    (typeof fault.got === 'boolean' || !fault.allowed.some((allowed) => kindOf(allowed) === kindOf(fault.got)))
  );
}

/** The fewer mistakes a branch sees, the likelier it is the one that was meant; a mistake deep inside counts least. */
function cost(faults: readonly Fault[]): number {
  return faults.reduce(
    (sum, fault) => sum + (fault.type === 'missing-key' ? 1.5 : 1) - Math.min(fault.path.length, 50) / 100,
    0,
  );
}

/** A key that does not exist is missing; what it should have held is the second question. */
function wrongOrMissing(path: readonly Step[], root: unknown, got: unknown, fault: Fault): Fault[] {
  const key = path.at(-1);
  if (got !== undefined || typeof key !== 'string') return [fault];
  const owner = valueAt(root, path.slice(0, -1));
  if (typeof owner !== 'object' || owner === null) return [fault];
  return [{ type: 'missing-key', path: path.slice(0, -1), key }];
}

function bound(
  origin: string,
  limit: number | bigint,
  inclusive: boolean | undefined,
  at: string,
  than: string,
): string {
  const range = inclusive === false ? `${than} than ${limit}` : `at ${at} ${limit}`;
  switch (origin) {
    case 'string':
      return at === 'least' && limit === 1 ? 'the text is empty' : `the text must have ${range} characters`;
    case 'array':
      return at === 'least' && limit === 1 ? 'the list is empty' : `the list must have ${range} items`;
    default:
      return `the number must be ${range}`;
  }
}

function issueMessage(issue: Issue): string {
  return issue.code === 'invalid_format' && issue.message.startsWith('Invalid') && issue.pattern !== undefined
    ? `the text does not have the form ${issue.pattern}`
    : issue.message;
}

function isLiteral(value: unknown): value is Literal {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
