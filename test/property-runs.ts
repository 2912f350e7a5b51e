/**
 * How often a property runs: `fc.assert(property, { numRuns: runs(2_000) })`.
 *
 * `normal` is the number that keeps `npm run check` quick. `FAST_CHECK_RUNS` multiplies it: `FAST_CHECK_RUNS=20` searches
 * twenty times as long, each property in proportion to what it costs, and `FAST_CHECK_RUNS=0.1` is a glance.
 */
export function runs(normal: number): number {
  const factor = Number(process.env['FAST_CHECK_RUNS'] ?? 1);
  if (!(factor > 0))
    throw new Error(
      `FAST_CHECK_RUNS multiplies the runs of each property; it must be above 0, not "${process.env['FAST_CHECK_RUNS']}"`,
    );
  return Math.max(1, Math.round(normal * factor));
}
