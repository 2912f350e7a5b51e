import type { HistogramReading } from '../ports/readings.ts';

/** Upper bounds in seconds: from what a small rule takes to what nobody should wait for. */
const BOUNDS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

/** A histogram of durations in seconds that costs no allocation to observe. */
export class Histogram implements HistogramReading {
  readonly bounds: readonly number[] = BOUNDS;
  readonly counts: number[] = [...BOUNDS, 0].map(() => 0);
  sum = 0;

  /** Count `times` observations of the same duration. */
  observe(seconds: number, times = 1): void {
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.sum += seconds * times;
  }
}
