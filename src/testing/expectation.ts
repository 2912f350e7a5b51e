import type { ExpectStep } from '../compile/scenario.ts';
import type { PublishEffect } from '../core/effect.ts';
import { same } from '../core/same.ts';
import { payloadValue } from './payload-value.ts';

/** A way in which a message is not as it is expected. */
export type Mismatch = 'topic' | 'broker' | 'payload' | 'retain' | 'qos' | 'properties';

/** In what a message is not as a step expects it: in nothing, if it is the one. */
export function mismatches(step: ExpectStep, effect: PublishEffect): Mismatch[] {
  const { payload, contains, retain, qos } = step;
  const wrong: Mismatch[] = [];
  if (effect.topic !== step.topic) wrong.push('topic');
  if (effect.broker !== step.broker) wrong.push('broker');
  if (payload !== undefined && !isPayload(payload, effect.payload)) wrong.push('payload');
  if (contains !== undefined && !isIn(contains, effect.payload)) wrong.push('payload');
  if (retain !== undefined && effect.retain !== retain) wrong.push('retain');
  if (qos !== undefined && effect.qos !== qos) wrong.push('qos');
  if (!hasProperties(step.properties, effect)) wrong.push('properties');
  return wrong;
}

/** Texts are compared as they are, all else as JSON; so is a list or mapping that is written as the text of its JSON. */
function isPayload(expected: unknown, text: string): boolean {
  const value = payloadValue(text);
  if (expected === text || same(expected, value)) return true;
  return typeof expected === 'string' && /^\s*[[{]/.test(expected) && same(payloadValue(expected), value);
}

function isIn(expected: unknown, text: string): boolean {
  return typeof expected === 'string' ? text.includes(expected) : hasIn(payloadValue(text), expected);
}

/** Of a mapping some entries, of a list some elements; all else is the same. */
export function hasIn(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return same(value, expected);
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(expected)) return false;
  if (Array.isArray(value) && Array.isArray(expected)) {
    return expected.every((element) => value.some((other) => hasIn(other, element)));
  }
  return Object.entries(expected).every(
    ([key, entry]) => Object.hasOwn(value, key) && hasIn((value as Record<string, unknown>)[key], entry), // A mapping of JSON.
  );
}

/** The named ones; there may be others. */
function hasProperties(expected: ExpectStep['properties'], { properties }: PublishEffect): boolean {
  return Object.entries(expected ?? {}).every(([name, value]) => same(properties?.user?.[name], value));
}

/**
 * Give each step a message that is as it expects, for as many steps as can have one; the answer has a message for each
 * step, or undefined. Where there is a choice, the first step gets the first message.
 */
export function assign(steps: readonly ExpectStep[], effects: readonly PublishEffect[]): (PublishEffect | undefined)[] {
  const candidates = steps.map((step) =>
    effects.flatMap((effect, i) => (mismatches(step, effect).length === 0 ? [i] : [])),
  );
  const owners: (number | undefined)[] = effects.map(() => undefined);
  const give = (step: number, tried: Set<number>): boolean => {
    const own = candidates[step] ?? [];
    let found = own.find((i) => owners[i] === undefined);
    // Whoever has a message lets another step have it, if there is another one for himself (augmenting paths).
    found ??= own.find((i) => !tried.has(i) && tried.add(i) && give(owners[i] as number, tried)); // None is free.
    if (found === undefined) return false;
    owners[found] = step;
    return true;
  };
  for (const step of steps.keys()) give(step, new Set());
  return steps.map((_, step) => effects[owners.indexOf(step)]);
}
