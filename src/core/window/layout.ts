import type { Alignment } from '../alignment.ts';

/**
 * Where windows of one size lie, on the clock that they are aligned to: one ends at each boundary. Between two times at
 * which one begins or ends all messages are in the same windows: such a stretch is a pane.
 */
export interface Layout {
  readonly name: 'tumbling' | 'hopping';
  paneStart(at: number): number;
  paneEnd(at: number): number;
  /** The end of the first window that ends after a time; it holds that time, unless there is a gap before it. */
  endAfter(at: number): number;
  /** The start of the window with an end. */
  startOf(end: number): number;
  /** The start of the window after the one with a start. */
  nextStart(start: number): number;
  /** Whether all windows that hold a time have ended at another, or before; in a gap, whether that has. */
  hasEnded(at: number, by: number): boolean;
}

/** Windows of so many whole hops: they are shorter where a hop is, on days on which the clocks change. */
export function wholeHops(alignment: Alignment, hops: number): Layout {
  const before = (at: number): number => alignment.atOrBefore(at);
  const after = (at: number): number => alignment.after(at);
  // Many keys ask about the same window.
  let known = { end: Number.NaN, start: Number.NaN };
  const startOf = (end: number): number => {
    if (known.end !== end) known = { end, start: alignment.step(end, -hops) };
    return known.start;
  };
  return {
    name: hops === 1 ? 'tumbling' : 'hopping',
    paneStart: before,
    paneEnd: after,
    endAfter: after,
    startOf,
    nextStart: after,
    // The last one that has ended is the one with the last end; what begins later has not.
    hasEnded: (at, by) => at < after(startOf(before(by))),
  };
}

/**
 * Windows of a size that is no number of whole hops. They end at the boundaries, so that each tells of the last of them: where
 * they are shorter than a hop, what comes before one is in none, and in a pane of its own.
 */
export function brokenHops(alignment: Alignment, size: number): Layout {
  const startAtOrBefore = (at: number): number => alignment.atOrBefore(at + size) - size;
  const startAfter = (at: number): number => alignment.after(at + size) - size;
  return {
    name: 'hopping',
    paneStart: (at) => Math.max(alignment.atOrBefore(at), startAtOrBefore(at)),
    paneEnd: (at) => Math.min(alignment.after(at), startAfter(at)),
    endAfter: (at) => alignment.after(at),
    startOf: (end) => end - size,
    nextStart: startAfter,
    hasEnded: (at, by) => {
      const end = startAtOrBefore(at) + size;
      return (end > at ? end : startAfter(at)) <= by;
    },
  };
}
