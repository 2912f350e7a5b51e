import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { bare, hostName, isAddress, isLoopback } from './addresses.ts';

/** Where a server is reached, and by whom. */
export interface GuardOptions {
  /** Where the server listens. */
  readonly host: string;
  /** Asked for at writes and, when other machines can reach the server, at everything. */
  readonly token?: string | undefined;
  /** More names it is reached by; addresses, `localhost` and `host` always are. */
  readonly names?: readonly string[] | undefined;
}

/** Why a request is not answered. */
export interface Denial {
  readonly status: 401 | 403 | 421;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request is judged by. */
export interface Request {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** Decides who may ask for what. */
export function guard(options: GuardOptions): (request: Request) => Denial | undefined {
  const names = new Set([options.host, ...(options.names ?? [])].map(bare));
  const isLocal = isLoopback(options.host);
  return (request) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    return (
      wrongHost(request.headers.host, names) ??
      otherSite(request, isRead) ??
      (options.token === undefined || (isRead && isLocal) ? undefined : withoutToken(request, isRead, options.token))
    );
  };
}

/** Throws if other machines could reach a server without a token, or if the token is none. */
export function refuseOpenDoor({ host, token }: GuardOptions): void {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new Error('The token of the HTTP server must be one or more visible ASCII characters without spaces.');
  }
  if (token !== undefined || isLoopback(host)) return;
  throw new Error(
    `Other machines can reach an HTTP server on ${host}, so it needs a token. Give it one, or use 127.0.0.1.`,
  );
}

/** A web page may have its own name lead to this machine; the browser then takes the two for one site. */
function wrongHost(header: string | undefined, names: ReadonlySet<string>): Denial | undefined {
  const name = hostName(header);
  if (name !== undefined && (isAddress(name) || names.has(name))) return undefined;
  return {
    status: 421,
    detail: `This server does not go by the name ${JSON.stringify(name ?? header ?? '')}. Use its address instead.`,
    headers: {},
  };
}

/** A browser says where a request comes from. Links may lead here from anywhere, scripts and forms may not. */
function otherSite({ headers }: Request, isRead: boolean): Denial | undefined {
  const site = headers['sec-fetch-site'];
  const fromElsewhere = site !== undefined && site !== 'none' && site !== 'same-origin';
  const isLink = isRead && headers['sec-fetch-mode'] === 'navigate';
  if ((fromElsewhere && !isLink) || (headers.origin !== undefined && !isSameOrigin(headers.origin, headers.host))) {
    return { status: 403, detail: 'Web pages of other sites may not use this server.', headers: {} };
  }
  return undefined;
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  const own = `http://${host}`;
  return URL.canParse(origin) && URL.canParse(own) && new URL(origin).host === new URL(own).host;
}

function withoutToken({ headers }: Request, isRead: boolean, token: string): Denial | undefined {
  const given = givenToken(headers.authorization, isRead);
  if (given !== undefined && isEqual(given, token)) return undefined;
  const detail = given === undefined ? 'This needs the token: "Authorization: Bearer …".' : 'The token is wrong.';
  // With the second one a browser asks for a password, so that a person can open the status page.
  const schemes = isRead ? 'Bearer realm="automate", Basic realm="automate"' : 'Bearer realm="automate"';
  return { status: 401, detail, headers: { 'www-authenticate': schemes } };
}

/** Browsers add a password to every request by themselves, so it is not taken for a wish to change something. */
function givenToken(authorization: string | undefined, isRead: boolean): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (!isRead) return undefined;
  const userAndPassword = Buffer.from(credentials, 'base64').toString();
  return userAndPassword.slice(userAndPassword.indexOf(':') + 1);
}

/** In a time that says nothing about how much of it is right, nor about its length. */
function isEqual(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
