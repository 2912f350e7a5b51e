/** Whether a text has more than so many bytes in UTF-8; most are so short that they need no counting. */
export function isLargerThan(text: string, bytes: number): boolean {
  return text.length > bytes / 3 && utf8Length(text) > bytes;
}

/** How many bytes a text has in UTF-8. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) bytes += code < 0x800 ? 1 : 2;
    if (code >= 0xd800 && code < 0xdc00) i++; // A surrogate pair is four bytes: two units and two more.
  }
  return bytes;
}
