import { valueOfJson } from '../runtime/payload.ts';

/** The JSON value that a payload is, or the payload itself where it is none. */
export function payloadValue(payload: string): unknown {
  const value = valueOfJson(payload);
  return value === undefined ? payload : value;
}
