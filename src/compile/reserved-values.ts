import { wallTime } from '../core/logic/getter.ts';
import type { Expression, Scope } from '../core/scope.ts';
import { NEVER } from '../core/stage.ts';

/** Reserved names that have a value in every rule. */
export const RESERVED_VALUES: ReadonlyMap<string, Expression> = new Map<string, Expression>([
  ['payload', ({ payload }) => payload],
  ['topic', ({ event: { topic } }) => (topic === '' ? null : topic)], // No topic is empty: there has been no message.
  ['key', ({ key }) => key],
  ['now', wallTime],
  ['retained', ({ event }) => event.retained],
  ['qos', ({ event }) => event.qos],
  ['properties', ({ event }) => event.properties],
  ['rule', ({ rule }) => rule],
]);

/** `held`, in milliseconds; none of a condition that does not hold, so that an `until` with it is known before a level begins. */
export function heldFor({ heldSince, now }: Scope): number {
  return heldSince === NEVER ? 0 : now - heldSince;
}
