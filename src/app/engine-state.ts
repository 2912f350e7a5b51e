import { urlOf } from '../adapters/http/addresses.ts';
import type { ShownState } from '../adapters/http/state.ts';
import type { Config } from './config.ts';

export type { ShownCell, ShownState } from '../adapters/http/state.ts';

type Http = NonNullable<Config['http']>;

/** How long an engine may take to answer. Milliseconds. */
const PATIENCE = 10_000;

/** Where an engine with this configuration is to be asked. */
export function engineUrl({ host, port }: Http): string {
  return urlOf(host, port);
}

/** What the rules of a running engine remember, of all or of one rule and key; or why there is no answer. */
export async function stateOfEngine(
  http: Http,
  rule: string | undefined,
  key: string | undefined,
): Promise<ShownState | string> {
  const query = new URLSearchParams({ ...(rule === undefined ? {} : { rule }), ...(key === undefined ? {} : { key }) });
  const headers = http.token === undefined ? {} : { authorization: `Bearer ${http.token}` };
  try {
    const response = await fetch(`${engineUrl(http)}/api/state?${query.toString()}`, {
      headers,
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) return `it answers ${response.status} ${response.statusText}`;
    return (await response.json()) as ShownState; // Of an engine of this version.
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
