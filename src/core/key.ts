import { textOf } from './logic/value.ts';
import type { Expression, Scope } from './scope.ts';

/** What may not stand in a part of a key, because the key goes into topics: `% / + #`, NUL and control characters. */
const RESERVED = /[%/+#\u0000-\u001f\u007f-\u009f]/g;

/** The longest key a rule may have: keys stay in memory, and go into topics and logs. In UTF-16 units. */
export const MAX_KEY_LENGTH = 1_024;

/** The key of an empty list of parts. */
export const NO_KEY = '-';

/**
 * The parts joined by `/`, percent-encoded where they must be; `-` when there are none. Null for a key that would be
 * longer than MAX_KEY_LENGTH.
 */
export function keyOf(parts: readonly string[]): string | null {
  if (parts.length === 0) return NO_KEY;
  if (parts.some((part) => part.length > MAX_KEY_LENGTH)) return null; // Before it is copied.
  const key = parts.map(encodePart).join('/'); // Joined, not added: there may be many, and a rope takes twice the memory.
  return key.length > MAX_KEY_LENGTH ? null : key;
}

/**
 * The key of the message that the scope is filled with: by its topic (`captured`), or by the parts of `by`. Undefined where
 * a part is unknown, null where the key is too long.
 */
export function keyOfMessage(
  by: readonly Expression[] | null,
  captured: string | null,
  scope: Scope,
): string | null | undefined {
  if (by === null) return captured;
  const parts: string[] = [];
  for (const part of by) {
    const text = textOf(part(scope));
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return keyOf(parts);
}

/** Half a surrogate pair, as JSON may have it, is in no topic and not in what is stored: U+FFFD stands for it. */
function encodePart(part: string): string {
  return part.toWellFormed().replace(RESERVED, encodeCharacter);
}

function encodeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const bytes = code < 0x80 ? [code] : [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
