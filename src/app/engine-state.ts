import { urlOf } from '../adapters/http/addresses.ts';
import type { ShownState } from '../adapters/http/state.ts';
import { askEngine, type EngineAddress } from './ask-engine.ts';
import type { Config } from './config.ts';

export type { ShownCell, ShownState } from '../adapters/http/state.ts';

/** Where an engine with this configuration is to be asked. */
export function engineAddress({ host, port, token }: NonNullable<Config['http']>): EngineAddress {
  return { url: urlOf(host, port), token };
}

/** What the rules of a running engine remember, of all or of one rule and key; or why there is no answer. */
export async function stateOfEngine(
  address: EngineAddress,
  rule: string | undefined,
  key: string | undefined,
): Promise<ShownState | string> {
  const query = new URLSearchParams({ ...(rule === undefined ? {} : { rule }), ...(key === undefined ? {} : { key }) });
  const answer = await askEngine(address, `/api/state?${query.toString()}`);
  return answer.ok ? (answer.value as ShownState) : answer.reason; // Of an engine of this version.
}
