/** Whole units from the longest to the shortest, in milliseconds. A day is 24 hours: calendars are not asked. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** Each unit at most once, in the order of UNITS; `m(?!s)` keeps the `m` of `ms` from being minutes. */
const DURATION = new RegExp(
  `^${UNITS.map(([unit]) => `(?:(\\d+(?:\\.\\d+)?)${unit === 'm' ? 'm(?!s)' : unit})?`).join('')}$`,
);

/** Longer digits than any safe number of milliseconds needs. */
const MAX_LENGTH = 64;

/** The milliseconds of `10s`, `5m`, `1h30m`, `250ms`, `1.5h`; undefined for anything else, a plain number included. */
export function parseDuration(text: string): number | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH) return undefined;
  const amounts = DURATION.exec(text)?.slice(1);
  if (amounts === undefined) return undefined;

  let total = 0;
  for (const [index, [, unitMs]] of UNITS.entries()) {
    const ms = milliseconds(amounts[index] ?? '0', unitMs);
    if (ms === undefined) return undefined;
    total += ms;
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** A duration that may be negative, in milliseconds: `-30m`, `+1h`, `10s`. Undefined for anything else. */
export function parseOffset(text: string): number | undefined {
  const isSigned = text.startsWith('-') || text.startsWith('+');
  const ms = parseDuration(isSigned ? text.slice(1) : text);
  return ms !== undefined && text.startsWith('-') ? 0 - ms : ms;
}

/** The shortest text for a number of milliseconds, rounded to whole ones, in days and smaller: `1h30m`, `-30m`, `0s`. */
export function printDuration(ms: number): string {
  let rest = Math.round(Math.abs(ms));
  if (rest === 0) return '0s';

  let text = ms < 0 ? '-' : '';
  for (const [unit, unitMs] of UNITS) {
    const amount = Math.floor(rest / unitMs);
    if (amount === 0 || unit === 'w') continue;
    text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return text;
}

/** What is said of a value that should be a duration and is none: with what was meant by it, where that can be told. */
export function durationFault(value: unknown): string {
  const meant = typeof value === 'string' ? meantDuration(value.trim()) : undefined;
  const message = 'expected a duration such as 30s, 5m or 1h30m';
  if (typeof value === 'string' && value.includes('${'))
    return `${message}, written out: \`\${…}\` has no meaning here`;
  return meant === undefined ? message : `${message}: "${String(value)}" is ${meant}`;
}

/** The words that people write for units, in the order of UNITS. */
const UNIT_WORD =
  /^(\d{1,9}(?:\.\d{1,9})?)\s*(?:(weeks?|w)|(days?|d)|(hrs?|hours?|h)|(mins?|minutes?|m)|(secs?|seconds?|s)|(msecs?|millis|milliseconds?|ms))$/i;

/** The duration that is meant by `5 minutes`, or by `00:05:00` as Home Assistant has it; undefined for anything else. */
export function meantDuration(text: string): string | undefined {
  const clock = /^(\d{1,3}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) {
    const [, hours, minutes, seconds = '0'] = clock;
    return printDuration(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000);
  }
  const [, amount, ...words] = UNIT_WORD.exec(text) ?? [];
  const unit = UNITS[words.findIndex((word) => word !== undefined)]?.[0];
  return unit === undefined ? undefined : `${amount}${unit}`;
}

/** The duration that is meant by `{ minutes: 5 }`, as Home Assistant has it; undefined for anything else. */
export function meantParts(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Object.entries(value).map(([word, amount]) => parseDuration(meantDuration(`${amount} ${word}`) ?? ''));
  const total = parts.reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
  return total > 0 ? printDuration(total) : undefined;
}

/** Exact, unlike `1.005 * 1000` in floating point. */
function milliseconds(amount: string, unitMs: number): number | undefined {
  const [whole = '0', fraction = ''] = amount.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * BigInt(unitMs);
  return scaled % scale === 0n ? Number(scaled / scale) : undefined;
}
