import { isIP } from 'node:net';

/** Whether only this machine can reach a server that listens there. A name other than `localhost` may lead anywhere. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 ? name.startsWith('127.') : /^::ffff:127(?:\.\d+){3}$/.test(name);
}

/** The name in a `Host` header, without its port; undefined if it is no such header. */
export function hostName(header: string | undefined): string | undefined {
  const match = /^(\[[^\]]+\]|[^:]+)(?::\d*)?$/.exec(header ?? '');
  return match?.[1] === undefined ? undefined : bare(match[1]);
}

/** Whether a request for that name can only come from somebody who meant this server: no DNS stands in between. */
export function isAddress(name: string): boolean {
  return isIP(name) !== 0 || name === 'localhost';
}

/** As a URL has it. */
export function urlOf(host: string, port: number): string {
  return `http://${isIP(bare(host)) === 6 ? `[${bare(host)}]` : host}:${port}`;
}

/** As names are compared: without the brackets of IPv6 and the dot of a full name. */
export function bare(host: string): string {
  const name = host.toLowerCase();
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name.replace(/\.$/, '');
}
