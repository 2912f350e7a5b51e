/** A time zone: what the local clock shows, without asking what time it is. */
export interface Zone {
  /** IANA name, such as `Europe/Berlin`. */
  readonly name: string;
  /** Local time minus UTC, in milliseconds, at the epoch millisecond `at`. */
  offsetAt(at: number): number;
}
