/** The middle one of some numbers; NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest of some numbers that `percent` of them do not exceed; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.max(0, place)] ?? Number.NaN;
}

/** The median with the smallest and the largest, so that a reader sees the noise. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const middle = median(values);
  return values.length === 1 || least === most
    ? decimal(middle, digits)
    : `${decimal(middle, digits)} (${decimal(least, digits)}–${decimal(most, digits)})`;
}

/** A number with its thousands apart: `12 345.6`. */
export function decimal(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return '–';
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** How many times `ours` is in `theirs`: `12.3×`. */
export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)}×` : '–';
}
