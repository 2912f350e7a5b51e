import { escapeControls } from '../core/escape.ts';

/** Where an engine is asked. */
export interface EngineAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
}

/** What an engine has answered, or why it has not. */
export type EngineAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/** How long an engine may take to answer, in milliseconds, and how much it may say, in bytes. */
const PATIENCE = 10_000;
const MAX_ANSWER = 256 * 1024 * 1024;

/** What may be meant by an answer that is none. */
const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: ': its token is wanted, as `http: { token: … }` or AUTOMATE_HTTP_TOKEN',
  404: ': it is no engine, or one of an older version',
};

/** Read JSON from a running engine. */
export async function askEngine({ url, token }: EngineAddress, path: string): Promise<EngineAnswer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const response = await fetch(`${url}${path}`, {
      headers,
      redirect: 'manual', // An engine sends nobody elsewhere, and the token is for it alone.
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, reason: escapeControls(inWords(response)) };
    }
    return await readJson(response.body);
  } catch (error) {
    return { ok: false, reason: `${faultOf(error)}. Is it running? (automate start)` };
  }
}

function inWords({ status, statusText }: Response): string {
  return `it answers ${status} ${statusText}`.trimEnd() + (STATUS_HINTS[status] ?? '');
}

async function readJson(body: AsyncIterable<Uint8Array> | null): Promise<EngineAnswer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > MAX_ANSWER) return { ok: false, reason: 'its answer has no end' };
    parts.push(part);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(parts).toString()) };
  } catch {
    return { ok: false, reason: 'its answer is no JSON: it is no engine' };
  }
}

/** `fetch` says little itself; of several addresses that a name has, it is the code that tells. */
function faultOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}
