import type { Alignment } from '../alignment.ts';

/**
 * Where windows of one size lie, on the clock that they are aligned to: one begins at each boundary. Between two times at
 * which one begins or ends all messages are in the same windows: such a stretch is a pane.
 */
export interface Layout {
  readonly name: 'tumbling' | 'hopping';
  paneStart(at: number): number;
  paneEnd(at: number): number;
  /** The end of the first window that ends after a time; it holds that time. */
  endAfter(at: number): number;
  /** The start of the window with an end. */
  startOf(end: number): number;
  /** The start of the window after the one with a start. */
  nextStart(start: number): number;
  /** Whether all windows that hold a time have ended at another, or before. */
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

/** Windows of a size that is no number of whole hops. */
export function brokenHops(alignment: Alignment, size: number): Layout {
  const endAfter = (at: number): number => alignment.after(at - size) + size;
  return {
    name: 'hopping',
    paneStart: (at) => Math.max(alignment.atOrBefore(at), alignment.atOrBefore(at - size) + size),
    paneEnd: (at) => Math.min(alignment.after(at), endAfter(at)),
    endAfter,
    startOf: (end) => end - size,
    nextStart: (start) => alignment.after(start),
    hasEnded: (at, by) => alignment.atOrBefore(at) + size <= by,
  };
}
