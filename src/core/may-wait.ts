import type { Rule } from './rule.ts';

/**
 * Whether the cells of a rule may be taken up while messages come already: its topics alone tell which cell a message is
 * for, and nothing but time and such messages moves it.
 */
export function mayWait({ plan, inputs, schedules, onStart, seeds }: Rule): boolean {
  return (
    plan.by === null &&
    plan.foreach === null &&
    inputs.every(({ kind }) => kind === 'message') &&
    schedules.length === 0 &&
    !onStart &&
    seeds.length === 0 &&
    plan.eventTime?.shared !== true
  );
}
