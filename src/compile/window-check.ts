import { MAX_WINDOW_MESSAGES } from '../core/logic/budget.ts';

import { parseDuration } from '../spec/duration.ts';
import { valueAt } from '../spec/value-at.ts';
import type { RuleSpec } from './keywords.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

type WindowSpec = NonNullable<RuleSpec['window']>;
type WindowKey = keyof WindowSpec;

/** The keys that say what kind of window it is. */
const KINDS = ['tumbling', 'hopping', 'sliding', 'session', 'count', 'from', 'cut'] as const satisfies WindowKey[];

/** Keys that belong to some kinds only. */
const BELONGS: readonly (readonly [key: WindowKey, to: readonly WindowKey[]])[] = [
  ['every', ['hopping', 'count']],
  ['max', ['session']],
  ['to', ['from']],
  ['offset', ['tumbling', 'hopping']],
  ['lateness', ['time']],
  ['idle', ['time']],
  ['skew', ['time']],
  ['watermark', ['time']],
];

/** How that is written which another key goes with, where it is probably what was forgotten. */
const WITH_IT: Partial<Readonly<Record<WindowKey, string>>> = {
  time: 'Say what time messages tell: time: ts',
  from: 'Say what opens it: from: state == "on", or from: true for the first message',
};

/** The kind of a window that has one. */
export function kindOf(spec: WindowSpec): (typeof KINDS)[number] {
  return KINDS.find((kind) => spec[kind] !== undefined) ?? 'tumbling';
}

/** Whether a rule's window can be; what cannot is reported with the reason. */
export function checkWindow({ spec, pathOf }: WrittenRule, report: Report): boolean {
  const before = report.errors;
  const { window } = spec;
  const refuse = (key: 'aggregate' | 'late' | 'absent' | 'sequence', message: string, hint: string): void =>
    report.errorAtKey(pathOf(key), 'impossible-combination', message, hint);
  if (window === undefined) {
    if (spec.aggregate !== undefined && valueAt(report.document.data, pathOf('window')) === undefined)
      refuse('aggregate', '`aggregate` needs `window`: it gathers over its messages', 'Add window: { tumbling: 5m }');
    if (spec.late !== undefined) refuse('late', '`late` needs `window`, in event time', 'Take late: out');
    return report.errors === before;
  }
  if (spec.late !== undefined && window.time === undefined) {
    const hint = 'Say what time messages tell: window: { …, time: ts }';
    refuse('late', '`late` needs event time: by the clock no message is late', hint);
  }
  if (spec.sequence !== undefined) {
    const message = '`sequence` cannot go with `window`: its steps are messages, and the rule sees windows';
    refuse('sequence', message, 'Make two rules of it');
  }
  if (spec.absent !== undefined) {
    const message = '`absent` cannot go with `window`: its silence is of messages, and the rule sees windows';
    refuse('absent', message, 'Make two rules of it');
  }
  checkKeys(window, { spec, pathOf }, report);
  return report.errors === before;
}

function checkKeys(window: WindowSpec, { pathOf }: Pick<WrittenRule, 'spec' | 'pathOf'>, report: Report): void {
  const path = pathOf('window');
  const has = (key: WindowKey): boolean => window[key] !== undefined;
  const refuse = (key: WindowKey, code: string, message: string, hint?: string): void =>
    report.errorAtKey([...path, key], code, message, hint);
  const [kind, other] = KINDS.filter(has);
  for (const [key, to] of BELONGS) {
    if (!has(key) || to.some(has)) continue;
    const message = `\`${key}\` goes with ${to.map((name) => `\`${name}\``).join(' or ')}`;
    refuse(key, 'impossible-combination', message, WITH_IT[to[0] as WindowKey] ?? `Take ${key}: out`);
  }
  if (kind === undefined) {
    if (has('to')) return;
    const hint = 'Write one of tumbling, hopping, sliding, session, count, from and to, or cut';
    report.error(path, 'missing-key', 'a window says how it begins and ends', hint);
    return;
  }
  if (other !== undefined) {
    refuse(other, 'impossible-combination', `a window is either \`${kind}\` or \`${other}\``, 'Make two rules of it');
    return;
  }
  if (kind === 'from' && !has('to')) {
    report.error(path, 'missing-key', 'a window with `from` ends with `to`', 'Add to: and what ends it');
  }
  if ((kind === 'from' || kind === 'cut') && has('time')) {
    const message = `\`time\` cannot go with \`${kind}\`: such windows open and close with messages as they come`;
    refuse('time', 'impossible-combination', message, 'Take time: out');
  }
  checkLengths(window, refuse);
  const { hopping, count, every } = window;
  if (hopping !== undefined && typeof every === 'string' && lengthOf(every) > lengthOf(hopping)) {
    const message = `of each ${every} only the last ${hopping} are in a window`;
    report.warning([...path, 'every'], 'left-out', message, 'Make every: shorter, or write tumbling:');
  }
  if (count !== undefined && typeof every === 'number' && every > count) {
    const message = `of each ${every} messages the first ${every - count} are in no window`;
    report.warning([...path, 'every'], 'left-out', message, 'Make every: smaller, or count: larger');
  }
}

function checkLengths(
  { tumbling, hopping, sliding, session, count, every, max }: WindowSpec,
  refuse: (key: WindowKey, code: string, message: string, hint?: string) => void,
): void {
  for (const [key, length] of Object.entries({ tumbling, hopping, sliding, session })) {
    if (length !== undefined && parseDuration(length) === 0)
      refuse(key as WindowKey, 'out-of-range', 'a window is longer than nothing');
  }
  if (session !== undefined && max !== undefined && lengthOf(max) < lengthOf(session)) {
    const message = '`max` is shorter than the gap that ends a session, so that no session would end by its gap';
    refuse('max', 'impossible-combination', message, 'Make max longer, or write tumbling:');
  }
  if (count !== undefined && typeof every === 'string') {
    const hint = `Write every: 10, or hopping: and every: ${every}`;
    refuse('every', 'wrong-type', 'with `count`, `every` is a number of messages', hint);
  }
  if (hopping === undefined) return;
  if (typeof every !== 'string') {
    const message = 'with `hopping`, `every` says how often a window ends: a length of time';
    refuse(
      every === undefined ? 'hopping' : 'every',
      every === undefined ? 'missing-key' : 'wrong-type',
      message,
      'Add every: 1m',
    );
    return;
  }
  const [size, hop] = [lengthOf(hopping), lengthOf(every)];
  if (hop === 0) refuse('every', 'out-of-range', 'a window ends less often than always', 'Write sliding:');
  else if (size / hop > MAX_WINDOW_MESSAGES) {
    const message = `a message would be in more than ${MAX_WINDOW_MESSAGES} windows`;
    refuse('every', 'out-of-range', message, 'Make every: longer, or write sliding:');
  }
}

function lengthOf(duration: string): number {
  return parseDuration(duration) ?? 0;
}
