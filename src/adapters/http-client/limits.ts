/** What bounds the requests of rules. */
export interface HttpLimits {
  /** Requests on their way at a time: in all, and to one server. */
  readonly inFlight: number;
  readonly perServer: number;
  /** Requests that wait, for a free place or for another attempt, and the bytes of all there are. */
  readonly queue: number;
  readonly queueBytes: number;
}

/** What holds where the configuration says nothing else. */
export const HTTP_LIMITS: HttpLimits = {
  inFlight: 16,
  perServer: 4,
  queue: 1000,
  queueBytes: 16 * 1024 * 1024,
};
