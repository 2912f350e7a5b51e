/** What a command's exit code says to the script that ran it. */
export const EXIT = {
  fine: 0,
  failed: 1,
  usage: 2,
  nothingMatched: 3,
  /** Time was up, as mosquitto_sub says it. */
  timedOut: 27,
  /** Ctrl-C before the work was done: 128 + SIGINT. */
  interrupted: 130,
  /** The broker or the engine cannot be reached: EX_UNAVAILABLE of sysexits.h. */
  unreachable: 69,
  /** Bad configuration, or bad rules at the start: EX_CONFIG. */
  badConfiguration: 78,
} as const;
