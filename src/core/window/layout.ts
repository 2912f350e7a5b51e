import type { Alignment } from '../alignment.ts';
import type { Succession } from './successive.ts';

/**
 * Where windows of one size lie, one beginning at each boundary of an alignment. Between two times at which one begins or
 * ends all messages are in the same windows: such a stretch is a pane.
 */
export interface Layout {
  readonly name: string;
  paneStart(at: number): number;
  paneEnd(at: number): number;
  /** The end of the first window that ends after a time; it holds that time. */
  endAfter(at: number): number;
  /** The end of the last window that holds a time. */
  lastEnd(at: number): number;
  /** The start of the window with an end. */
  startOf(end: number): number;
  /** The start of the window after the one with a start. */
  nextStart(start: number): number;
}

/** Tumbling windows: each ends where the next begins. */
export function tumblingLayout(alignment: Alignment): Layout & Succession {
  const start = (at: number): number => alignment.atOrBefore(at);
  const end = (at: number): number => alignment.after(at);
  return {
    name: 'tumbling',
    paneStart: start,
    paneEnd: end,
    endAfter: end,
    lastEnd: end,
    startOf: (at) => alignment.atOrBefore(at - 1),
    nextStart: end,
    firstStart: start,
    firstEnd: end,
    extended: (_start, before) => before,
  };
}

/** Hopping windows of so many whole hops: they are shorter where a hop is, on days on which the clocks change. */
export function wholeHops(alignment: Alignment, hops: number): Layout {
  // Many keys ask about the same window.
  let known = { end: Number.NaN, start: Number.NaN };
  return {
    name: 'hopping',
    paneStart: (at) => alignment.atOrBefore(at),
    paneEnd: (at) => alignment.after(at),
    endAfter: (at) => alignment.after(at),
    lastEnd: (at) => alignment.step(alignment.atOrBefore(at), hops),
    startOf(end) {
      if (known.end !== end) known = { end, start: alignment.step(end, -hops) };
      return known.start;
    },
    nextStart: (start) => alignment.after(start),
  };
}

/** Hopping windows of a size that is no number of whole hops. */
export function brokenHops(alignment: Alignment, size: number): Layout {
  const endAfter = (at: number): number => alignment.after(at - size) + size;
  return {
    name: 'hopping',
    paneStart: (at) => Math.max(alignment.atOrBefore(at), alignment.atOrBefore(at - size) + size),
    paneEnd: (at) => Math.min(alignment.after(at), endAfter(at)),
    endAfter,
    lastEnd: (at) => alignment.atOrBefore(at) + size,
    startOf: (end) => end - size,
    nextStart: (start) => alignment.after(start),
  };
}
