import type { Expression, Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import {
  compileEntry,
  compilePieces,
  fixed,
  refuseTemplateKey,
  renderPieces,
  UnknownValue,
  type Piece,
  type Render,
} from './template.ts';

/** The entry or element is left out. */
const OMIT: unique symbol = Symbol('omit');

type RenderJson = (scope: Scope) => string | UnknownValue | typeof OMIT;

/** Compile a payload: a list or mapping goes out as JSON, a text, number or boolean as text. */
export function compilePayload(value: unknown, path: Path, names: Names, report: Report): Render {
  if (typeof value === 'string') return renderPieces(compilePieces(value, path, names, report));
  if (typeof value !== 'object' || value === null) return fixed(String(value));
  const render = compileJson(value, path, names, report);
  return (scope) => {
    const json = render(scope);
    return json === OMIT ? '' : json;
  };
}

function compileJson(value: unknown, path: Path, names: Names, report: Report): RenderJson {
  if (typeof value === 'string') return compileString(compileEntry(value, path, names, report));
  if (typeof value !== 'object' || value === null) return fixed(JSON.stringify(value));
  if (Array.isArray(value)) {
    return list(value.map((element, i) => compileJson(element, [...path, i], names, report)));
  }
  const entries = Object.entries(value);
  for (const [key] of entries) refuseTemplateKey(key, [...path, key], report);
  if (entries.some(([key]) => key === '...')) return spread(entries, path, names, report);
  return mapping(
    entries.map(([key, entry]) => ({
      key: `${JSON.stringify(key)}:`,
      render: compileJson(entry, [...path, key], names, report),
    })),
  );
}

/** A string that is exactly one `${…}` keeps the value's type; any other is a text. */
function compileString(pieces: readonly Piece[]): RenderJson {
  const [piece] = pieces;
  if (pieces.length === 1 && piece !== undefined && 'value' in piece) {
    const { get } = piece.value;
    const missing = piece.orOmit ? OMIT : new UnknownValue(piece.source);
    return (scope) => {
      const value = get(scope);
      if (typeof value === 'number') return Number.isFinite(value) ? String(value) : missing;
      return value === null ? missing : JSON.stringify(value);
    };
  }
  const text = renderPieces(pieces);
  if (pieces.every((part) => 'text' in part))
    return fixed(JSON.stringify(pieces.map((part) => ('text' in part ? part.text : '')).join('')));
  return (scope) => {
    const rendered = text(scope);
    return typeof rendered === 'string' ? JSON.stringify(rendered) : rendered;
  };
}

function list(elements: readonly RenderJson[]): RenderJson {
  return (scope) => {
    let json = '[';
    for (const element of elements) {
      const part = element(scope);
      if (part === OMIT) continue;
      if (typeof part !== 'string') return part;
      json += json.length === 1 ? part : `,${part}`;
    }
    return `${json}]`;
  };
}

function mapping(entries: readonly { readonly key: string; readonly render: RenderJson }[]): RenderJson {
  return (scope) => {
    let json = '{';
    for (const { key, render } of entries) {
      const part = render(scope);
      if (part === OMIT) continue;
      if (typeof part !== 'string') return part;
      json += json.length === 1 ? key + part : `,${key}${part}`;
    }
    return `${json}}`;
  };
}

/** A mapping with `"..."`: the entries of another mapping, in its place; later entries win. */
function spread(entries: readonly [string, unknown][], path: Path, names: Names, report: Report): RenderJson {
  const steps = entries.map(([key, entry]): SpreadStep => {
    if (key !== '...') return { type: 'entry', key, render: compileJson(entry, [...path, key], names, report) };
    const pieces = typeof entry === 'string' ? compileEntry(entry, [...path, key], names, report) : [];
    const [piece] = pieces;
    if (pieces.length !== 1 || piece === undefined || 'text' in piece) {
      report.error([...path, key], 'invalid-spread', '`...` takes one mapping', 'Write "...": "${payload}"');
      return { type: 'spread', from: () => null, orOmit: false, source: '' };
    }
    return { type: 'spread', from: piece.value.get, orOmit: piece.orOmit, source: piece.source };
  });
  return merged(steps);
}

type SpreadStep =
  | { readonly type: 'entry'; readonly key: string; readonly render: RenderJson }
  | { readonly type: 'spread'; readonly from: Expression; readonly orOmit: boolean; readonly source: string };

/** Apart from `spread`, whose closures would keep the report, and with it the whole document, for as long as the rule. */
function merged(steps: readonly SpreadStep[]): RenderJson {
  return (scope) => {
    const parts = new Map<string, string>();
    for (const step of steps) {
      if (step.type === 'spread') {
        const value = step.from(scope);
        if (value === null && step.orOmit) continue;
        if (value === null) return new UnknownValue(step.source);
        if (typeof value !== 'object' || Array.isArray(value)) return new UnknownValue(step.source, 'is not a mapping');
        for (const [key, entry] of Object.entries(value)) parts.set(key, JSON.stringify(entry));
        continue;
      }
      const part = step.render(scope);
      if (part === OMIT) continue;
      if (typeof part !== 'string') return part;
      parts.set(step.key, part); // A later entry wins, in the place of the earlier.
    }
    return `{${[...parts].map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
  };
}
