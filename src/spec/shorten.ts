/** A text of the user's as a message can quote it: one line, at most `limit` characters. */
export function shorten(text: string, limit = 60): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
