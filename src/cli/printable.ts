/**
 * Bytes as a terminal may show them: what is not text, and every control character but line feed and tab, becomes `\x1b`.
 * A message must not be able to move the cursor or rename the window.
 */
export function printable(payload: Uint8Array): string {
  const text = asText(payload);
  return text === undefined ? escapeBytes(payload) : text.replace(UNSAFE, escapeCharacter);
}

/** The same for what stands on a line of its own, such as a topic. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE_IN_LINE, escapeCharacter);
}

// C0, DEL, C1, and the marks that turn the direction of text around.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const UNSAFE_IN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function asText(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return undefined;
  }
}

function escapeBytes(payload: Uint8Array): string {
  let text = '';
  for (const byte of payload) {
    const isPlain = (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x09;
    text += isPlain ? String.fromCharCode(byte) : hexadecimal(byte);
  }
  return text;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? hexadecimal(code) : `\\u${code.toString(16).padStart(4, '0')}`;
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
