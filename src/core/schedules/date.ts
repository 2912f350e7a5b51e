/** A moment, epoch milliseconds, as libraries take it. */
export function dateAt(at: number): Date {
  // oxlint-disable-next-line no-restricted-globals -- Of a time that is given: no clock is read.
  return new Date(at);
}
