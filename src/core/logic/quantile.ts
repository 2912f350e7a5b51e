/**
 * The value below which so many percent (0 to 100) of ascending numbers lie, interpolated between neighbours; NaN for
 * none. It counts in hundredths of a place, which are whole where the percent are: those of 95 between 20 and 30 are
 * 28.5, not 28.499999999999996.
 */
export function quantileOf(sorted: readonly number[], percent: number): number {
  const hundredths = percent * (sorted.length - 1);
  const place = Math.floor(hundredths / 100);
  const rest = hundredths - place * 100;
  const below = sorted[place] ?? Number.NaN;
  if (rest === 0) return below;
  const above = sorted[place + 1] ?? Number.NaN;
  return below + (above - below) * (rest / 100);
}
