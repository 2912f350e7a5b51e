/**
 * An exact sum: doubles that do not overlap, the smallest first, whose sum is that of all that was added, without any
 * rounding (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997). So what is added and taken away again leaves
 * nothing behind, however long a window slides, and the order of the values does not matter.
 */
export type ExactSum = number[];

/** Everything is kept by this much smaller, so that the sum of the largest numbers does not overflow on the way. */
const SCALE = 2 ** -64;
const UNSCALE = 2 ** 64;
/** Splits a double in two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

/** Add a finite number. */
export function addTo(sum: ExactSum, value: number): void {
  grow(sum, value * SCALE);
}

/** Take a number away that was added. */
export function takeFrom(sum: ExactSum, value: number): void {
  grow(sum, -value * SCALE);
}

/** Add all of another sum. */
export function addSum(sum: ExactSum, other: ExactSum): void {
  for (const part of other) grow(sum, part);
}

/** The sum as a double; an infinity where it is too large for one. */
export function valueOf(sum: ExactSum): number {
  return rounded(sum) * UNSCALE;
}

/** The sum divided by a count, rounded once rather than twice: the mean of 0.1, 0.2 and 0.3 is 0.2. */
export function meanOf(sum: ExactSum, count: number): number {
  const mean = rounded(sum) / count;
  const high = SPLITTER * mean - (SPLITTER * mean - mean);
  const rest = [...sum];
  grow(rest, -high * count);
  grow(rest, -(mean - high) * count);
  return (mean + rounded(rest) / count) * UNSCALE;
}

function rounded(parts: ExactSum): number {
  let total = 0;
  for (const part of parts) total += part;
  return total;
}

function grow(parts: ExactSum, value: number): void {
  let kept = 0;
  let high = value;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as number; // Below the length.
    const total = high + part;
    const low = Math.abs(high) < Math.abs(part) ? high - (total - part) : part - (total - high);
    if (low !== 0) parts[kept++] = low;
    high = total;
  }
  if (high !== 0) parts[kept++] = high;
  parts.length = kept;
}
