import { ActionFailure } from '../core/action.ts';
import type { Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import { compileEntry, refuseTemplateKey, renderPieces, settle, type Render } from './template.ts';

/** The headers of a request. */
export interface HeadersTemplate {
  /** A new mapping each time, without a prototype. */
  readonly render: (scope: Scope) => Record<string, string> | ActionFailure;
  /** Whether the rule has written this one. The name is in lower case. */
  readonly has: (name: string) => boolean;
}

/** In UTF-16 units, all names and values together: what servers take. */
const MAX_HEADERS = 16_384;

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** What follows from the url, the body and the connection [RFC 9110, 7.6.1]. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One header, left out where its value is unknown and says so. */
interface Header {
  readonly name: string;
  readonly render: Render;
  readonly orOmit: boolean;
}

/** Compile headers: names are checked here, values for each request. */
export function compileHeaders(
  spec: Readonly<Record<string, string>>,
  path: Path,
  names: Names,
  report: Report,
): HeadersTemplate {
  const known = new Set<string>();
  const headers = Object.entries(spec).map(([name, text]): Header => {
    checkName(name, known, [...path, name], report);
    known.add(name.toLowerCase());
    const pieces = compileEntry(text, [...path, name], names, report).map(settle);
    const fault = valueFault(pieces.map((piece) => ('text' in piece ? piece.text : '')).join(''));
    if (fault !== null) report.error([...path, name], 'invalid-header', `this header cannot be sent: ${fault}`);
    const orOmit = pieces.some((piece) => 'value' in piece && piece.orOmit);
    return { name, render: renderPieces(pieces), orOmit };
  });
  return rendererOf(headers, known);
}

function checkName(name: string, known: ReadonlySet<string>, path: Path, report: Report): void {
  if (name.includes('${') || name === '...') refuseTemplateKey(name, path, report);
  else if (!NAME.test(name)) {
    report.errorAtKey(
      path,
      'invalid-header',
      `"${name}" is not the name of a header`,
      'Write a name such as Content-Type',
    );
  } else if (NOT_OURS.has(name.toLowerCase())) {
    const hint = 'Take it out: it follows from the url, the body and the connection';
    report.errorAtKey(path, 'refused-header', `the header "${name}" is not for a rule to set`, hint);
  } else if (known.has(name.toLowerCase())) {
    report.errorAtKey(path, 'duplicate-header', `the header "${name}" is there twice`, 'Names of headers have no case');
  }
}

/** Apart from `compileHeaders`, whose closures would keep the report, and with it the whole document. */
function rendererOf(headers: readonly Header[], known: ReadonlySet<string>): HeadersTemplate {
  return {
    has: (name) => known.has(name),
    render(scope) {
      const values = Object.create(null) as Record<string, string>; // Typed as any.
      let size = 0;
      for (const { name, render, orOmit } of headers) {
        const text = render(scope);
        if (typeof text !== 'string' && orOmit) continue;
        if (typeof text !== 'string') return text.failureIn('headers');
        const fault = valueFault(text);
        if (fault !== null) return new ActionFailure('bad_request', `the header ${name} cannot be sent: ${fault}`);
        size += name.length + text.length;
        if (size > MAX_HEADERS)
          return new ActionFailure('too_large', `the headers are longer than ${MAX_HEADERS} characters`);
        values[name] = text;
      }
      return values;
    },
  };
}

/** Why a value may not stand in a header, in words, or null: a line break would begin another header [RFC 9110, 5.5]. */
function valueFault(text: string): string | null {
  if (/\p{Cc}/u.test(text)) return 'it has a line break or another control character';
  return text.isWellFormed() ? null : 'it is not valid Unicode';
}
