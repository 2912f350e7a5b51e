import { ActionFailure } from '../core/action.ts';
import { numberText } from '../core/number-text.ts';
import type { Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import { parseTemplate, type TemplatePart } from '../spec/template.ts';
import { compileInText, type CompiledExpression } from './expression.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';

/** A piece of a template: fixed text, or a value with the words it was written in. */
export type Piece = { readonly text: string } | ValuePiece;

/** A value in a template; where it is unknown and nothing else is said, nothing can be rendered. */
export interface ValuePiece {
  readonly value: CompiledExpression;
  readonly source: string;
  readonly orOmit: boolean;
  readonly orNull: boolean;
}

/** What rendering answers when a value is unknown. */
export class UnknownValue {
  readonly #source: string;
  readonly #what: string;

  /** `what` is wrong with the value of the expression that is written `source`. */
  constructor(source: string, what = 'is unknown') {
    this.#source = source;
    this.#what = what;
  }

  /** Why the action that needs the value, in the part of it called `where`, cannot be performed. */
  failureIn(where: string): ActionFailure {
    return new ActionFailure('unknown_value', `\${${this.#source}} in the ${where} ${this.#what}`);
  }
}

/** Makes the text of a payload, a topic or a message. */
export type Render = (scope: Scope) => string | UnknownValue;

/** The pieces of a text that is always there: `omit` is refused. */
export function compilePieces(text: string, path: Path, names: Names, report: Report): Piece[] {
  const pieces = compileEntry(text, path, names, report);
  if (pieces.some((piece) => 'value' in piece && piece.orOmit)) {
    const place = { offset: text.lastIndexOf('omit'), length: 'omit'.length };
    const message = '`omit` stands in an entry of a mapping or an element of a list';
    report.within('error', path, place, 'misplaced-omit', message, 'Give another text: ${x ?? ""}');
  }
  return pieces;
}

/** The pieces of an entry or element: one that is exactly `${x ?? omit}` can be left out. */
export function compileEntry(text: string, path: Path, names: Names, report: Report): Piece[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    const { code, message, hint } = parsed.problem;
    report.within('error', path, parsed.problem, code, message, hint);
    return [];
  }
  const foreign = OF_GO.exec(text);
  if (foreign !== null) {
    const place = { offset: foreign.index, length: foreign[0].length };
    const message = 'what stands in {{ }} is sent as it is written';
    report.within('warning', path, place, 'foreign-template', message, 'Write an expression in ${ }: ${value}');
  }
  return parsed.parts.map((part) => compilePiece(part, path, names, report));
}

/** How templates of Prometheus, Alertmanager and eKuiper begin, and none that others than Go read from a message. */
const OF_GO = /\{\{-?\s*(?:[.$]|json\b)/;

function compilePiece(part: TemplatePart, path: Path, names: Names, report: Report): Piece {
  if ('text' in part) return part;
  const value = compileInText(part.expression, path, part.offset, 'rule', names, report);
  return { value, source: part.source, orOmit: part.orOmit, orNull: part.orNull };
}

/** Keys are sent as they are written, which nobody means who writes `${` in one, or `...` where nothing is spread. */
export function refuseTemplateKey(key: string, path: Path, report: Report, spreads = false): void {
  if (key === '...' && !spreads)
    report.errorAtKey(
      path,
      'no-spread',
      'a mapping is spread in a payload or a body only',
      'Write its entries one by one',
    );
  if (!key.includes('${')) return;
  report.errorAtKey(path, 'template-key', 'a key is sent as it is written: `${…}` has a meaning only in values');
}

/** The piece as fixed text, if it is known before any message: a value from `vars` is the author's own text, not data. */
export function settle(piece: Piece): Piece {
  if ('text' in piece || !piece.value.constant) return piece;
  const text = wireText(piece.value.get(undefined as never)); // Constant: the scope is not looked at.
  return text === null ? piece : { text };
}

/** A text in which values stand as text; lists and mappings as JSON. */
export function compileText(text: string, path: Path, names: Names, report: Report): Render {
  return renderPieces(compilePieces(text, path, names, report));
}

/** A text that is always there: `unknown` stands where a value is unknown. */
export function compileKnownText(
  text: string,
  unknown: string,
  path: Path,
  names: Names,
  report: Report,
): (scope: Scope) => string {
  return renderKnown(compilePieces(text, path, names, report), unknown);
}

/** Put pieces together, with `unknown` where a value is unknown. */
export function renderKnown(pieces: readonly Piece[], unknown: string): (scope: Scope) => string {
  const parts = pieces.map((piece) => ('text' in piece ? piece.text : piece.value.get));
  return (scope) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : (wireText(part(scope)) ?? unknown);
    return text;
  };
}

/** Put pieces together. */
export function renderPieces(pieces: readonly Piece[]): Render {
  const renders = pieces.map(renderPiece);
  const [first, second] = renders;
  if (first === undefined) return () => '';
  if (second === undefined) return first;
  return (scope) => {
    let text = '';
    for (const render of renders) {
      const part = render(scope);
      if (typeof part !== 'string') return part;
      text += part;
    }
    return text;
  };
}

function renderPiece(piece: Piece): Render {
  if ('text' in piece) return fixed(piece.text);
  const { get } = piece.value;
  const unknown = new UnknownValue(piece.source);
  return (scope) => wireText(get(scope)) ?? unknown;
}

/** A value as the text it is on the wire, or null if it is unknown. */
export function wireText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? numberText(value) : null; // JSON's 1e999 is read as an infinity.
    case 'boolean':
      return String(value);
    default:
      return value === null ? null : JSON.stringify(value);
  }
}

/** A constant renderer. */
export function fixed(text: string): () => string {
  return () => text;
}
