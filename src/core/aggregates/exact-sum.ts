/**
 * An exact sum: doubles that do not overlap, the smallest first but for zeros, whose sum is that of all that was added, without any
 * rounding (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997). So what is added and taken away again leaves
 * nothing behind, however long a window slides, and the order of the values does not matter.
 */
export type ExactSum = number[];

/** Everything is kept by this much smaller, so that the sum of the largest numbers does not overflow on the way. */
const SCALE = 2 ** -64;
const UNSCALE = 2 ** 64;
/** Splits a double in two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

/** A sum with a finite number more: the same one if it has room for it. It begins at a place of the list. */
export function plus(sum: ExactSum, value: number, from = 0): ExactSum {
  return grown(sum, value * SCALE, from);
}

/** A sum without a number that was added. */
export function minus(sum: ExactSum, value: number): ExactSum {
  return grown(sum, -value * SCALE, 0);
}

/** A sum, which begins at a place of the list, with all of another. */
export function plusAll(sum: ExactSum, other: ExactSum, from = 0): ExactSum {
  return other.reduce((parts, part) => grown(parts, part, from), sum);
}

/** The sum as a double; an infinity where it is too large for one. */
export function valueOf(sum: ExactSum): number {
  return rounded(sum) * UNSCALE;
}

/** The sum divided by a count, rounded once rather than twice: the mean of 0.1, 0.2 and 0.3 is 0.2. */
export function meanOf(sum: ExactSum, count: number): number {
  const mean = rounded(sum) / count;
  const high = SPLITTER * mean - (SPLITTER * mean - mean);
  const rest = grown(grown([...sum], -high * count, 0), -(mean - high) * count, 0);
  return (mean + rounded(rest) / count) * UNSCALE;
}

function rounded(parts: ExactSum): number {
  let total = 0;
  for (const part of parts) total += part;
  return total;
}

/** A new list, with no room to spare. Nearly all are short, and written out those take a tenth of the time. */
function withOneMore(parts: ExactSum, part: number): ExactSum {
  const [first = 0, second = 0] = parts;
  if (parts.length === 0) return [part];
  if (parts.length === 1) return [first, part];
  return parts.length === 2 ? [first, second, part] : parts.concat(part);
}

/** Adds in place. Parts that are not needed become 0; only where one more is needed is there a new list, with no room to spare. */
function grown(parts: ExactSum, value: number, from: number): ExactSum {
  const { length } = parts;
  let kept = from;
  let high = value;
  for (let i = from; i < length; i++) {
    const part = parts[i] as number; // Below the length.
    const total = high + part;
    const low = Math.abs(high) < Math.abs(part) ? high - (total - part) : part - (total - high);
    if (low !== 0) parts[kept++] = low;
    high = total;
  }
  if (kept === length) return high === 0 ? parts : withOneMore(parts, high);
  parts[kept++] = high;
  while (kept < length) parts[kept++] = 0;
  return parts;
}
