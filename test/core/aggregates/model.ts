/** A known value of a message, and when that was. */
export interface Sample {
  readonly at: number;
  readonly value: unknown;
}

/** What a function is over the known values of a window, in order of time, written down as it is explained. */
export type Definition = (samples: readonly Sample[], end: number, before: number | null) => unknown;

const numbers = (samples: readonly Sample[]): number[] => samples.map(({ value }) => value as number);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const some =
  (definition: (samples: readonly [Sample, ...Sample[]], end: number, before: number | null) => unknown): Definition =>
  (samples, end, before) => {
    const [first, ...rest] = samples;
    return first === undefined ? null : definition([first, ...rest], end, before);
  };

function quantile(samples: readonly Sample[], share: number): number {
  const sorted = numbers(samples).sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place % 1);
}

function variance(samples: readonly Sample[]): number | null {
  if (samples.length < 2) return null;
  const values = numbers(samples);
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}

/** The functions of one operand, by how they are called with it. */
export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  'count(x)': (samples) => samples.length,
  'sum(x)': (samples) => sum(numbers(samples)),
  'avg(x)': some((samples) => sum(numbers(samples)) / samples.length),
  'min(x)': some((samples) => Math.min(...numbers(samples))),
  'max(x)': some((samples) => Math.max(...numbers(samples))),
  'first(x)': some(([first]) => first.value),
  'last(x)': some((samples) => samples.at(-1)?.value),
  'median(x)': some((samples) => quantile(samples, 0.5)),
  'percentile(x, 90)': some((samples) => quantile(samples, 0.9)),
  'percentile(x, 0)': some((samples) => quantile(samples, 0)),
  'stddev(x)': (samples) => {
    const square = variance(samples);
    return square === null ? null : Math.sqrt(square);
  },
  'variance(x)': variance,
  'count_distinct(x)': (samples) => new Set(samples.map(({ value }) => JSON.stringify(value))).size,
  'collect(x)': some((samples) => samples.map(({ value }) => value)),
  'rate(x, 1s)': some((samples) => {
    const [first, last] = [samples[0], samples.at(-1) ?? samples[0]];
    if (first.at === last.at) return null;
    return (((last.value as number) - (first.value as number)) * 1000) / (last.at - first.at);
  }),
  'delta(x)': some((samples) => ((samples.at(-1) ?? samples[0]).value as number) - (samples[0].value as number)),
  'increase(x)': some((samples, _end, before) => {
    const values = [...(before === null ? [] : [before]), ...numbers(samples)];
    return sum(
      values.slice(1).map((value, i) => {
        const previous = values[i] ?? 0;
        return value < previous ? value : value - previous;
      }),
    );
  }),
  'twa(x)': some((samples, end) => {
    const [{ at: start }] = samples;
    if (end <= start) return samples.at(-1)?.value;
    return (
      sum(samples.map(({ at, value }, i) => (value as number) * ((samples[i + 1]?.at ?? end) - at))) / (end - start)
    );
  }),
};

/** Whether two results are the same, but for the rounding of numbers whose operands were up to `scale`. */
export function isNear(a: unknown, b: unknown, scale: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(scale, Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}
