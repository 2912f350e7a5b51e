/**
 * What levels do, said slowly: every millisecond of a key's history is looked at, and each time everything is worked out
 * again from all its messages. All that is remembered is when the level became active and when it ended.
 */

/** A message of one key, as its rule sees it; null is unknown. */
export interface Seen {
  readonly at: number;
  readonly result: boolean | null;
  /** What an `until` with a condition of its own says. */
  readonly until: boolean | null;
  readonly live: boolean;
}

/** The keys of a level rule; lengths are milliseconds. */
export interface LevelSettings {
  readonly for?: number | undefined;
  readonly times?: number | undefined;
  /** `own`: it has a condition of its own. */
  readonly until?:
    | { readonly own: boolean; readonly for?: number | undefined; readonly min?: number | undefined }
    | undefined;
  readonly expire?: number | undefined;
  readonly repeat?: number | undefined;
}

/** Something a rule does, and which message of the key (its place) the names mean then. */
export interface Happening {
  readonly at: number;
  readonly what: 'acts' | 'repeats' | 'ends';
  readonly byTimer: boolean;
  readonly message: number;
  readonly held: number;
}

/** A place in time: after so many messages; `late` is the end of its millisecond, when timers act. */
export interface Point {
  readonly at: number;
  readonly seen: number;
  readonly late: boolean;
}

interface Activation {
  readonly since: number;
  readonly at: number;
  readonly seen: number;
  readonly live: boolean;
}

/** What a level rule does with the messages of one key, up to the end of a millisecond. */
export function levelModel(history: readonly Seen[], settings: LevelSettings, end: number): Happening[] {
  const happenings: Happening[] = [];
  let active: Activation | null = null;
  let idleSince = 0; // So many messages had come.
  for (const point of points(history, end)) {
    const story = history.slice(0, point.seen);
    const happens = (what: Happening['what'], { since }: Activation): void => {
      const { at, late } = point;
      happenings.push({ at, what, byTimer: late, message: named(story, point, settings), held: at - since });
    };
    const wasActive = active !== null;
    if (active === null) {
      active = begins(story, idleSince, point, settings);
      if (active?.live === true) happens('acts', active);
    }
    // A message begins a level or ends one; at the end of a millisecond one thing may follow from another.
    if (active === null || !(wasActive || point.late)) continue;
    if (ends(story, active, point, settings)) {
      if (active.live) happens('ends', active);
      active = null;
      idleSince = point.seen;
    } else if (repeats(active, point, settings)) happens('repeats', active);
  }
  return happenings;
}

/** All places in time, up to the end of a millisecond. */
export function* points(history: readonly { readonly at: number }[], end: number): Generator<Point> {
  let seen = 0;
  for (let at = 0; at <= end; at++) {
    while (history[seen]?.at === at) yield { at, seen: ++seen, late: false };
    yield { at, seen, late: true };
  }
}

/** The message that names mean: the one that came, or for a timer the latest that said anything about the level. */
function named(story: readonly Seen[], { late }: Point, settings: LevelSettings): number {
  if (!late) return story.length - 1;
  return story.findLastIndex(
    ({ result, until }) => result !== null || (settings.until?.own === true && until !== null),
  );
}

/** Whether an `until` of its own is true, by what is last known of it. */
function isHeldOff(story: readonly Seen[], { until }: LevelSettings): boolean {
  return until?.own === true && story.findLast((seen) => seen.until !== null)?.until === true;
}

function begins(story: readonly Seen[], from: number, point: Point, settings: LevelSettings): Activation | null {
  const { at, seen, late } = point;
  const { times = 1, for: length = 0 } = settings;
  if (isHeldOff(story, settings)) return null;
  const message = late ? undefined : story[seen - 1];
  if (times === 1 && length === 0) {
    return message?.result === true ? { since: at, at, seen, live: message.live } : null;
  }
  const first = story.findIndex((_, i) => i >= from && isFirst(story, i, settings) && lasts(story, i, at, settings));
  const since = story[first];
  if (since === undefined) return null;
  const trues = story.slice(first).filter(({ result, live }) => result === true && live);
  if (trues.length < times || at < since.at + length) return null;
  const inTime = late || (message?.live === true && (length === 0 || at > since.at + length));
  return inTime ? { since: since.at, at, seen, live: true } : null;
}

/** Whether a level can begin with this message. */
function isFirst(story: readonly Seen[], i: number, settings: LevelSettings): boolean {
  const seen = story[i];
  return seen?.result === true && seen.live && !isHeldOff(story.slice(0, i + 1), settings);
}

/** Whether the condition has held from that message to now: no false, and no silence that is too long. */
function lasts(story: readonly Seen[], first: number, now: number, { expire = Infinity }: LevelSettings): boolean {
  const since = story.slice(first);
  if (since.some(({ result }) => result === false)) return false;
  const trues = since.filter(({ result }) => result === true).map(({ at }) => at);
  return trues.every((at, i) => (trues[i + 1] ?? now) - at <= expire);
}

function ends(story: readonly Seen[], active: Activation, point: Point, settings: LevelSettings): boolean {
  const { until, expire = Infinity } = settings;
  const { at, late } = point;
  if (at < active.at + (until?.min ?? 0)) return false;
  const says = (seen: Seen): boolean | null =>
    until?.own === true ? seen.until : seen.result === null ? null : !seen.result;
  const after = story.slice(active.seen);
  const since = after.find((one, i) => says(one) === true && after.slice(i).every((later) => says(later) !== false));
  if (since !== undefined && at >= since.at + (until?.for ?? 0)) {
    if (late || (until?.for === undefined && says(after.at(-1) as Seen) === true)) return true;
  }
  const lastTrue = story.findLast(({ result }) => result === true)?.at ?? 0;
  return late && at >= lastTrue + expire;
}

function repeats({ at, live }: Activation, point: Point, { repeat }: LevelSettings): boolean {
  return repeat !== undefined && live && point.late && point.at > at && (point.at - at) % repeat === 0;
}
