import { AGGREGATES } from '../core/aggregates/functions.ts';
import { OPERATORS } from '../core/logic/operators.ts';
import { numberText } from '../core/number-text.ts';
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

/** JSON that is there whenever its values are known: fixed text, and what makes the rest of it. */
type Parts = readonly (string | Render)[];

/** JSON that may be left out. */
type Omittable = (scope: Scope) => string | UnknownValue | typeof OMIT;

/** Compile a payload: a list or mapping goes out as JSON, a text, number or boolean as text. */
export function compilePayload(value: unknown, path: Path, names: Names, report: Report): Render {
  if (typeof value === 'string') {
    suspectText(value, path, names, report);
    return renderPieces(compilePieces(value, path, names, report));
  }
  if (typeof value !== 'object' || value === null) return fixed(String(value));
  const json = compileJson(value, path, names, report);
  return typeof json === 'function' ? fixed('') : joined(json); // No list or mapping can be left out.
}

function compileJson(value: unknown, path: Path, names: Names, report: Report): Parts | Omittable {
  if (typeof value === 'string') {
    suspectText(value, path, names, report);
    return compileString(compileEntry(value, path, names, report));
  }
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  if (Array.isArray(value)) {
    return enclosed(
      '[',
      value.map((element, i) => ({ key: '', json: compileJson(element, [...path, i], names, report) })),
      ']',
    );
  }
  const entries = Object.entries(value);
  for (const [key] of entries) refuseTemplateKey(key, [...path, key], report, true);
  if (entries.some(([key]) => key === '...')) return [spread(entries, path, names, report)];
  return enclosed(
    '{',
    entries.map(([key, entry]) => ({
      key: `${JSON.stringify(key)}:`,
      json: compileJson(entry, [...path, key], names, report),
    })),
    '}',
  );
}

/** `mean` or `round(mean, 1)`, which are sent as these letters. */
function suspectText(text: string, path: Path, names: Names, report: Report): void {
  const [, call] = /^(\w+)\(.*\)$/.exec(text) ?? [];
  const isName = names.aggregates.includes(text) || names.lets.includes(text);
  if (!isName && (call === undefined || !(OPERATORS.has(call) || AGGREGATES.has(call)))) return;
  report.warning(
    path,
    'sent-as-text',
    `\`${text}\` is sent as this text, not as a value`,
    `Write \${${text}} for its value`,
  );
}

/** A string that is exactly one `${…}` keeps the value's type; any other is a text. */
function compileString(pieces: readonly Piece[]): Parts | Omittable {
  const [piece] = pieces;
  if (pieces.length === 1 && piece !== undefined && 'value' in piece) {
    const { get } = piece.value;
    if (piece.orOmit) return valueOr(OMIT, get);
    return [valueOr(piece.orNull ? 'null' : new UnknownValue(piece.source), get)];
  }
  if (pieces.every((part) => 'text' in part)) return [JSON.stringify(pieces.map(({ text }) => text).join(''))];
  return [quoted(renderPieces(pieces))];
}

function valueOr<T>(missing: T, get: Expression): (scope: Scope) => string | T {
  return (scope) => {
    const value = get(scope);
    if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : missing;
    return value === null ? missing : JSON.stringify(value);
  };
}

function quoted(text: Render): Render {
  return (scope) => {
    const rendered = text(scope);
    return typeof rendered === 'string' ? JSON.stringify(rendered) : rendered;
  };
}

interface Entry {
  readonly key: string;
  readonly json: Parts | Omittable;
}

/** A list or mapping. Where no entry can be left out, all that is between its values is known now. */
function enclosed(opening: string, entries: readonly Entry[], closing: string): Parts {
  if (entries.some(({ json }) => typeof json === 'function')) return [withOmissions(opening, entries, closing)];
  const inside = entries.flatMap(({ key, json }, i) => [i === 0 ? key : `,${key}`, ...(json as Parts)]); // Seen above.
  return [opening, ...inside, closing];
}

function withOmissions(opening: string, entries: readonly Entry[], closing: string): Render {
  const renders = entries.map(({ key, json }) => ({ key, render: typeof json === 'function' ? json : joined(json) }));
  return (scope) => {
    let json = opening;
    for (const { key, render } of renders) {
      const part = render(scope);
      if (part === OMIT) continue;
      if (typeof part !== 'string') return part;
      json += json.length === 1 ? key + part : `,${key}${part}`;
    }
    return json + closing;
  };
}

/** Put parts together: neighbouring texts now, the rest for each message. */
function joined(parts: Parts): Render {
  const steps: { readonly before: string; readonly render: Render }[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      steps.push({ before: text, render: part });
      text = '';
    }
  }
  return steps.length === 0 ? fixed(text) : inSteps(steps, text);
}

function inSteps(steps: readonly { readonly before: string; readonly render: Render }[], end: string): Render {
  return (scope) => {
    let text = '';
    for (const { before, render } of steps) {
      const part = render(scope);
      if (typeof part !== 'string') return part;
      text += before + part;
    }
    return text + end;
  };
}

/** A mapping with `"..."`: the entries of another mapping, in its place; later entries win. */
function spread(entries: readonly [string, unknown][], path: Path, names: Names, report: Report): Render {
  const steps = entries.map(([key, entry]): SpreadStep => {
    if (key !== '...') {
      const json = compileJson(entry, [...path, key], names, report);
      return { type: 'entry', key, render: typeof json === 'function' ? json : joined(json) };
    }
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
  | { readonly type: 'entry'; readonly key: string; readonly render: Omittable }
  | { readonly type: 'spread'; readonly from: Expression; readonly orOmit: boolean; readonly source: string };

/** Apart from `spread`, whose closures would keep the report, and with it the whole document, for as long as the rule. */
function merged(steps: readonly SpreadStep[]): Render {
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
