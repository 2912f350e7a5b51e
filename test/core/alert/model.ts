/**
 * What an alert is, told slowly: time goes in steps of a tenth of a second, and at each step everything is looked at.
 * There are no deadlines here, and nothing is remembered but since when things have been so.
 */

/** One level of severity: it holds above a threshold, until it is no more above, or below another one. */
export interface ModelLevel {
  readonly name: string;
  readonly above: number;
  readonly for: number;
  readonly below: number | null;
}

/** Lengths of time are in steps. */
export interface ModelRule {
  readonly levels: readonly ModelLevel[];
  readonly falling: boolean;
  readonly pending: boolean;
  /** The rule's own until: that the value is 0, or that no level holds. */
  readonly until: { readonly zero: boolean; readonly for: number; readonly min: number };
  readonly expire: number | null;
  readonly repeat: number | null;
}

/** A value that comes at a step; null says nothing. `ack` acknowledges. */
export interface ModelMessage {
  readonly at: number;
  readonly value: number | null | 'ack';
}

interface LevelNow {
  trueSince: number | null;
  holds: boolean;
  lastTrue: number;
}

interface Firing {
  severity: number;
  readonly since: number;
  readonly firedAt: number;
  acknowledged: boolean;
  lastActed: number;
  stopSince: number | null;
}

/** What is told of the alert, and done, step by step. */
export function modelAlert(rule: ModelRule, messages: readonly ModelMessage[], end: number): string[] {
  const lines: string[] = [];
  const levels = rule.levels.map((): LevelNow => ({ trueSince: null, holds: false, lastTrue: -Infinity }));
  let firing: Firing | null = null;
  let toldPending: { severity: number; since: number } | null = null;
  let stopped = false;
  let now = 0;

  const anyHolds = (): boolean => levels.some(({ holds }) => holds);
  const isKept = rule.until.for > 0 || rule.until.min > 0;
  /** Nothing holds; where the alert is kept for a while after that, nothing is about to hold either. */
  const isOver = (): boolean => !anyHolds() && (!isKept || levels.every(({ trueSince }) => trueSince === null));
  const tell = (state: string, severity: number, since: number, more: Partial<Firing> = {}): void => {
    const fired = more.firedAt === undefined ? '' : ` fired ${more.firedAt}`;
    const name = rule.levels[severity]?.name ?? '';
    lines.push(`${now} ${state} ${name}${more.acknowledged === true ? ' acknowledged' : ''} since ${since}${fired}`);
  };
  const earliest = (which: (level: LevelNow) => boolean): number =>
    Math.min(...levels.filter(which).map(({ trueSince }) => trueSince ?? Infinity));

  const resolve = (): void => {
    if (firing === null) return;
    tell('resolved', firing.severity, firing.since, firing);
    lines.push(`${now} ends`);
    firing = null;
  };
  /** `stop`: whether what ends the alert is so; null: nothing is known of it. */
  const judge = (stop: boolean | null): void => {
    if (firing !== null) {
      if (stop === true) firing.stopSince ??= now;
      if (stop === false) firing.stopSince = null;
      const isOver = firing.stopSince !== null && now >= firing.firedAt + rule.until.min;
      if (isOver && rule.until.for === 0) {
        resolve();
        if (rule.until.zero) for (const level of levels) [level.holds, level.trueSince] = [false, null];
      }
    } else if (anyHolds() && !stopped) {
      const severity = levels.findLastIndex(({ holds }) => holds);
      const since = earliest(({ holds }) => holds);
      firing = { severity, since, firedAt: now, acknowledged: false, lastActed: now, stopSince: null };
      toldPending = null;
      tell('firing', severity, since, firing);
      lines.push(`${now} acts`);
      return;
    }
    changeSeverity();
    tellPending();
  };
  const changeSeverity = (): void => {
    if (firing === null || !anyHolds()) return;
    const held = levels.findLastIndex(({ holds }) => holds);
    if (held === firing.severity || (held < firing.severity && !rule.falling)) return;
    firing.severity = held;
    firing.lastActed = now;
    tell('firing', held, firing.since, firing);
    lines.push(`${now} acts`);
  };
  const tellPending = (): void => {
    if (firing !== null || !rule.pending) return;
    const severity = levels.findLastIndex(({ trueSince }) => trueSince !== null);
    const since = earliest(({ trueSince }) => trueSince !== null);
    if (severity === -1) {
      if (toldPending !== null) tell('resolved', toldPending.severity, toldPending.since);
      toldPending = null;
    } else if (toldPending?.severity === severity) toldPending.since = since;
    else {
      toldPending = { severity, since };
      tell('pending', severity, since);
    }
  };

  const see = (value: number | null): void => {
    if (value !== null) stopped = rule.until.zero && value === 0;
    for (const [i, level] of levels.entries()) {
      const { above, below, for: length } = rule.levels[i] as ModelLevel; // There is one of each.
      if (value === null) continue;
      const isTrue = value > above;
      const isOver = below === null ? !isTrue : value < below;
      if (level.holds && isOver) [level.holds, level.trueSince] = [false, null];
      else if (!level.holds && !isTrue) level.trueSince = null;
      else if (!level.holds) {
        level.trueSince ??= now;
        level.holds = length === 0;
      }
      if (isTrue) level.lastTrue = now;
    }
    judge(rule.until.zero ? (value === null ? null : value === 0) : isOver());
  };
  const complete = (): void => {
    let changed = false;
    for (const [i, level] of levels.entries()) {
      if (level.holds || level.trueSince === null || now - level.trueSince < (rule.levels[i]?.for ?? 0)) continue;
      level.holds = true;
      changed = true;
    }
    if (changed) judge(rule.until.zero ? null : isOver());
  };
  const expire = (): void => {
    if (rule.expire === null) return;
    let changed = false;
    for (const level of levels) {
      if (level.trueSince === null || now - level.lastTrue < rule.expire) continue;
      [level.holds, level.trueSince] = [false, null];
      changed = true;
    }
    if (changed) judge(rule.until.zero ? null : isOver());
    const lastTrue = Math.max(...levels.map((level) => level.lastTrue));
    if (firing === null || now - lastTrue < rule.expire || now - firing.firedAt < rule.until.min) return;
    resolve();
    tellPending();
  };
  const stop = (): void => {
    if (firing === null || firing.stopSince === null) return;
    if (now < firing.stopSince + rule.until.for || now < firing.firedAt + rule.until.min) return;
    resolve();
    if (rule.until.zero) for (const level of levels) [level.holds, level.trueSince] = [false, null];
    tellPending();
  };
  const repeat = (): void => {
    if (firing === null || rule.repeat === null || firing.acknowledged || now - firing.lastActed < rule.repeat) return;
    firing.lastActed = now;
    lines.push(`${now} acts`);
  };

  for (; now <= end; now++) {
    for (const { value } of messages.filter(({ at }) => at === now)) {
      if (value !== 'ack') see(value);
      else if (firing !== null && !(firing as Firing).acknowledged) {
        (firing as Firing).acknowledged = true;
        tell('firing', (firing as Firing).severity, (firing as Firing).since, firing);
      }
    }
    complete();
    stop();
    expire();
    repeat();
  }
  return lines;
}
