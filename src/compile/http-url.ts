import { ActionFailure } from '../core/action.ts';
import type { Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import { compilePieces, fixed, settle, UnknownValue, wireText, type Piece, type ValuePiece } from './template.ts';

/** A url to send requests to. */
export interface UrlTemplate {
  readonly render: (scope: Scope) => string | ActionFailure;
  /** As it is written, without user, password and query. */
  readonly shown: string;
}

/** In UTF-16 units: what servers take. */
const MAX_URL = 8192;

/**
 * Compile a url template. Values are percent-encoded, so that they stay in their place; one at the very start is taken as
 * it is, for it says where the request goes, and so are values from `vars`, which are the author's own text.
 */
export function compileUrl(text: string, path: Path, names: Names, report: Report): UrlTemplate {
  const written = compilePieces(text, path, names, report);
  const pieces = written.map(settle);
  const ownLogin = hasLogin(pieces);
  const sample = readUrl(sampleOf(pieces), ownLogin);
  const isReported = written.length === 0 && text !== ''; // The template has a mistake.
  if (typeof sample === 'string' && !isReported) {
    const hint = 'Write a url such as https://example.com/${room}?on=${state}';
    report.error(path, 'invalid-url', `no request can be sent to this url: ${sample}`, hint);
  }
  if (typeof sample !== 'string' && isLinkLocal(sample)) {
    const hint = 'What is there answers to anyone on the machine, in a cloud with its secrets: name another server';
    report.error(path, 'invalid-url', `no request is sent to ${sample.hostname}: it is link-local`, hint);
  }
  const shown = shownOf(written);
  const isFixed = pieces.every((piece) => 'text' in piece);
  const render = isFixed && typeof sample !== 'string' ? fixed(sample.href) : inSteps(stepsOf(pieces), ownLogin, shown);
  return { shown, render };
}

type Step = string | ((scope: Scope) => string | ActionFailure);

function stepsOf(pieces: readonly Piece[]): Step[] {
  let before = '';
  return pieces.map((piece, i): Step => {
    if (!('text' in piece)) return i === 0 ? start(piece) : component(piece, before.includes('?'));
    before += piece.text;
    return piece.text;
  });
}

/** Apart from `compileUrl`, whose closures would keep the report, and with it the whole document. */
function inSteps(steps: readonly Step[], ownLogin: boolean, shown: string): UrlTemplate['render'] {
  return (scope) => {
    let url = '';
    for (const step of steps) {
      const part = typeof step === 'string' ? step : step(scope);
      if (typeof part !== 'string') return part;
      url += part;
    }
    const read = readUrl(url, ownLogin);
    if (typeof read !== 'string') return read.href;
    return new ActionFailure('bad_request', `no request can be sent to ${shown}: ${read}`);
  };
}

/** A value at the very start: it says where the request goes. */
function start({ value: { get }, source }: ValuePiece): Step {
  const unknown = new UnknownValue(source).failureIn('url');
  return (scope) => wireText(get(scope)) ?? unknown;
}

/** A value further on. It must be something before the query: without the last part, a path means all there is below it. */
function component({ value: { get }, source }: ValuePiece, inQuery: boolean): Step {
  const unknown = new UnknownValue(source).failureIn('url');
  const empty = new ActionFailure('bad_request', `\${${source}} in the url is empty`);
  const broken = new ActionFailure('bad_request', `\${${source}} in the url is not valid Unicode`);
  return (scope) => {
    const text = wireText(get(scope));
    if (text === null) return unknown;
    if (text === '' && !inQuery) return empty;
    return text.isWellFormed() ? encodeURIComponent(text) : broken;
  };
}

/** The url, or in words why no request can be sent to it. `ownLogin`: if it has a login, that is the author's. */
function readUrl(text: string, ownLogin: boolean): URL | string {
  if (!/^https?:\/\//i.test(text)) return 'it begins with neither http:// nor https://';
  if (text.length > MAX_URL) return `it is longer than ${MAX_URL} characters`;
  // A parser would take these out, or read them as something else.
  if (/[\s\p{Cc}\\]/u.test(text)) return 'it has a space, a control character or a \\';
  if (text.includes('#')) return 'it has a #, and what follows that is not sent; in a path or query it is %23';
  if (!URL.canParse(text)) return 'its host or port is not valid';
  const url = new URL(text);
  const login = url.username + url.password;
  if (login !== '' && !ownLogin) return 'its user or password comes from a message';
  if (!isDecodable(login)) return 'its user or password has a % that stands for nothing; itself it is %25';
  const [, pathname = ''] = /^https?:\/\/[^/?]*([^?]*)/i.exec(text) ?? [];
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(pathname)) return 'it has a . or .. in its path';
  return url;
}

/** Whether an address is written that is refused; what a name leads to is seen when the request is made. */
function isLinkLocal({ hostname }: URL): boolean {
  return /^169\.254(\.\d+){2}$|^\[(fe[89ab][0-9a-f]|::ffff:a9fe):/.test(hostname);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the author has written a user, and perhaps a password: all up to the @ is fixed. */
function hasLogin(pieces: readonly Piece[]): boolean {
  const firstValue = pieces.findIndex((piece) => !('text' in piece));
  const fixedPieces = firstValue === -1 ? pieces : pieces.slice(0, firstValue);
  return /^https?:\/\/[^/?]*@/i.test(fixedPieces.map((piece) => ('text' in piece ? piece.text : '')).join(''));
}

/** The url with something harmless in the place of each value. */
function sampleOf(pieces: readonly Piece[]): string {
  let text = '';
  for (const [i, piece] of pieces.entries()) {
    if ('text' in piece) text += piece.text;
    else if (i === 0) text += 'http://x';
    else text += /\/\/[^/]*:$/.test(text) ? '1' : 'x'; // A port is a number.
  }
  return text;
}

/** What people see: not what comes from `vars`, which may be secret. */
function shownOf(written: readonly Piece[]): string {
  let shown = '';
  for (const piece of written) {
    const [text = '', ...query] = 'text' in piece ? piece.text.split('?') : [`\${${piece.source}}`];
    shown += text;
    if (query.length > 0) break;
  }
  return shown.replace(/^(https?:\/\/)[^/]*@/i, '$1');
}
