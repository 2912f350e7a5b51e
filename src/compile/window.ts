import { Alignment } from '../core/alignment.ts';
import type { Branch } from '../core/branch.ts';
import { timeOf } from '../core/logic/time-of.ts';
import type { Expression } from '../core/scope.ts';
import { NEVER, type Stage } from '../core/stage.ts';
import { eventWindow, type EventTime } from '../core/stages/event-window.ts';
import { window } from '../core/stages/window.ts';
import type { Aggregation } from '../core/window/aggregation.ts';
import { conditional, counted, cutting } from '../core/window/delimited.ts';
import { eventAligned } from '../core/window/event-aligned.ts';
import type { EventKind } from '../core/window/event-kind.ts';
import { eventSessions } from '../core/window/event-sessions.ts';
import { hopping } from '../core/window/hopping.ts';
import { inOrder } from '../core/window/in-order.ts';
import { brokenHops, wholeHops, type Layout } from '../core/window/layout.ts';
import { rollingCount } from '../core/window/rolling-count.ts';
import { sliding } from '../core/window/sliding.ts';
import { sessions, tumbling } from '../core/window/successive.ts';
import type { WindowKind } from '../core/window/window-kind.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileCondition } from './condition.ts';
import { compileExpression } from './expression.ts';
import type { RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import { checkWindow, kindOf } from './window-check.ts';
import type { WrittenRule } from './written-rule.ts';

/** A window as it is written. */
export type WindowSpec = NonNullable<RuleSpec['window']>;

/** How late messages may be put by, where the window says nothing. */
const DEFAULT_IDLE = 30_000;
const DEFAULT_SKEW = 60_000;

/** A window, and how its messages tell their time, if they do. */
export interface CompiledWindow {
  readonly stage: Stage;
  readonly time: EventTime | null;
}

/**
 * Compile `window`. `departures`: what leaves a sliding window is evaluated, too. Null where something about it is wrong,
 * which is reported.
 */
export function compileWindow(
  written: WrittenRule,
  aggregation: Aggregation,
  departures: boolean,
  late: Branch | null,
  names: Names,
  report: Report,
): CompiledWindow | null {
  const { spec, pathOf } = written;
  const windowSpec = spec.window;
  if (!checkWindow(written, report) || windowSpec === undefined) return null;
  const path = pathOf('window');
  const condition = (key: 'from' | 'to' | 'cut'): Expression =>
    compileCondition(windowSpec[key], [...path, key], 'window', names, report).get;
  if (windowSpec.time === undefined) {
    const kind = kindOfClock(windowSpec, aggregation, departures, names, condition);
    return { stage: window(kind, aggregation), time: null };
  }
  const { zone } = names;
  const told = compileExpression(windowSpec.time, [...path, 'time'], 'window', names, report).get;
  const time: EventTime = {
    read: (scope) => timeOf(told(scope), zone),
    lateness: lengthOf(windowSpec.lateness, 0),
    idle: lengthOf(windowSpec.idle, DEFAULT_IDLE),
    skew: lengthOf(windowSpec.skew, DEFAULT_SKEW),
    shared: windowSpec.watermark === 'rule',
  };
  const kind = kindOfEvents(windowSpec, aggregation, departures, names, condition);
  return { stage: eventWindow(kind, aggregation, time, late), time };
}

function kindOfClock(
  spec: WindowSpec,
  aggregation: Aggregation,
  departures: boolean,
  names: Names,
  condition: (key: 'from' | 'to' | 'cut') => Expression,
): WindowKind {
  switch (kindOf(spec)) {
    case 'tumbling':
      return tumbling(layoutOf(spec, names), aggregation);
    case 'hopping':
      return hopping(layoutOf(spec, names), boundsOf(spec), aggregation);
    case 'sliding':
      return sliding(lengthOf(spec.sliding, 0), departures, aggregation);
    case 'session':
      return sessions(lengthOf(spec.session, 0), lengthOf(spec.max, NEVER), aggregation);
    case 'count': {
      const { count = 1, every = count } = spec;
      if (every === count) return counted(count, aggregation);
      return rollingCount(count, Number(every), aggregation);
    }
    case 'from':
      return conditional(condition('from'), condition('to'), aggregation);
    case 'cut':
      return cutting(condition('cut'), aggregation);
  }
}

function kindOfEvents(
  spec: WindowSpec,
  aggregation: Aggregation,
  departures: boolean,
  names: Names,
  condition: (key: 'from' | 'to' | 'cut') => Expression,
): EventKind {
  switch (kindOf(spec)) {
    case 'tumbling':
      return eventAligned(layoutOf(spec, names), boundsOf(spec), aggregation);
    case 'hopping':
      return eventAligned(layoutOf(spec, names), boundsOf(spec), aggregation);
    case 'session':
      return eventSessions(lengthOf(spec.session, 0), lengthOf(spec.max, NEVER), aggregation);
    case 'sliding':
    case 'count':
    case 'from':
    case 'cut':
      return inOrder(kindOfClock(spec, aggregation, departures, names, condition));
  }
}

function layoutOf({ tumbling, hopping, every, offset }: WindowSpec, { zone }: Names): Layout {
  const size = lengthOf(tumbling ?? hopping, 1);
  const hop = lengthOf(every, size);
  const alignment = new Alignment(hop, lengthOf(offset, 0), zone);
  return size % hop === 0 ? wholeHops(alignment, size / hop) : brokenHops(alignment, size);
}

/** What tells that old state is of the same windows. Those of a size that is no number of hops have begun at boundaries once. */
function boundsOf({ tumbling, hopping, every, offset }: WindowSpec): string {
  const size = lengthOf(tumbling ?? hopping, 1);
  const lengths = [tumbling ?? hopping, every, offset].map((length) => lengthOf(length, 0)).join('/');
  return size % lengthOf(every, size) === 0 ? lengths : `${lengths} to`;
}

function lengthOf(duration: string | number | undefined, otherwise: number): number {
  return typeof duration === 'string' ? (parseDuration(duration) ?? otherwise) : otherwise;
}
