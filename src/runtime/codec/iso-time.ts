/** A moment in epoch milliseconds as ISO 8601, or null where no date is so far away. */
export function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
