import { nearest } from '../core/nearest.ts';
import type { Document } from './document.ts';
import type { Path } from './document-places.ts';
import type { Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { shorten } from './shorten.ts';

/** Where `${env:NAME}` and `${file:/path}` get their texts from. */
export interface Surroundings {
  env(name: string): string | undefined;
  /** The content of a file, or why it cannot be read. */
  file(path: string): string | Error;
}

/** A value with everything filled in, or what cannot be. */
export type Substituted = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/**
 * Fills in `${env:NAME}`, `${env:NAME:-default}` and `${file:/path}` in every text of a value; `$${` stands for `${`.
 * What is filled in is never read for further ones, a value stays a text, and any other `${…}` is left as it is.
 */
export function substitute(document: Document, path: Path, value: unknown, surroundings: Surroundings): Substituted {
  const problems: Problem[] = [];
  const fill = (inner: unknown, at: Path): unknown => {
    if (typeof inner === 'string') return fillText(document, at, inner, surroundings, problems);
    if (Array.isArray(inner)) return inner.map((item, index) => fill(item, [...at, index]));
    if (typeof inner !== 'object' || inner === null) return inner;
    // Typed by hand: `Object.create` gives `any`.
    const filled: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of Object.entries(inner)) filled[key] = fill(item, [...at, key]);
    return filled;
  };
  const filled = fill(value, path);
  return problems.length > 0 ? { problems } : { value: filled };
}

const reference = /\$\$\{|\$\{([A-Za-z]+):([^}]*)(\}?)/g;
const sources = ['env', 'file'] as const;

function fillText(
  document: Document,
  path: Path,
  text: string,
  surroundings: Surroundings,
  problems: Problem[],
): string {
  return text.replace(reference, (whole, source: string | undefined, name: string, close: string, offset: number) => {
    if (source === undefined) return '${';
    const isSource = source === 'env' || source === 'file';
    const meant = sources.find((known) => known === source.toLowerCase()) ?? nearest(source, sources);
    if (meant === undefined) return whole;
    const refuse = (code: string, message: string, hint: string): string => {
      problems.push(problemAt(document.file, document.positionIn(path, offset, whole.length), code, message, hint));
      return whole;
    };
    if (!isSource) {
      const hint = `Did you mean "\${${meant}:…}"? Write "$\${" for the characters themselves`;
      return refuse('unknown-source', `"${source}" is not a place that values come from`, hint);
    }
    if (close === '') return refuse('unclosed-reference', `"\${${source}:" is never closed`, 'Close it with "}"');
    const found = source === 'env' ? fromEnv(name, surroundings) : fromFile(name, surroundings);
    return typeof found === 'string' ? found : refuse(found.code, found.message, found.hint);
  });
}

type Missing = { readonly code: string; readonly message: string; readonly hint: string };

function fromEnv(reference: string, surroundings: Surroundings): string | Missing {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(reference);
  const name = match?.[1];
  if (name === undefined) {
    const message = `"${shorten(reference)}" is not the name of an environment variable`;
    return { code: 'invalid-reference', message, hint: 'Write "${env:NAME}" or "${env:NAME:-default}"' };
  }
  const fallback = match?.[2];
  const value = surroundings.env(name);
  // As in a shell, `:-` also replaces a variable that is set to nothing.
  if (fallback !== undefined && (value === undefined || value === '')) return fallback;
  if (value !== undefined) return value;
  const hint = `Set it, or give a default: "\${env:${name}:-default}"`;
  return { code: 'missing-variable', message: `the environment variable ${name} is not set`, hint };
}

function fromFile(path: string, surroundings: Surroundings): string | Missing {
  if (path.trim() === '') {
    return { code: 'invalid-reference', message: 'the path of the file is missing', hint: 'Write "${file:/path}"' };
  }
  const content = surroundings.file(path);
  if (typeof content === 'string') return content.replace(/\r?\n$/, '');
  const message = `the file ${shorten(path, 120)} cannot be read: ${shorten(content.message, 120)}`;
  return { code: 'unreadable-file', message, hint: 'Check that it exists and that this user may read it' };
}
