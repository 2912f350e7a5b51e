import type { ExpectStep } from '../compile/scenario.ts';
import type { PublishEffect } from '../core/effect.ts';
import { mismatches } from './expectation.ts';
import { payloadDiff } from './payload-diff.ts';

/** One thing that is wrong, at its time (epoch ms). */
export type Finding =
  /** It came, but otherwise. */
  | { readonly type: 'different'; readonly at: number; readonly expected: ExpectStep; readonly came: PublishEffect }
  /** It came, but at another time. */
  | { readonly type: 'moved'; readonly at: number; readonly expected: ExpectStep; readonly came: PublishEffect }
  | { readonly type: 'missing'; readonly at: number; readonly expected: ExpectStep }
  | { readonly type: 'unexpected'; readonly at: number; readonly came: PublishEffect }
  /** The run was given up. */
  | { readonly type: 'stopped'; readonly at: number; readonly reason: string };

/**
 * What is wrong where steps and messages have no counterpart. A message that is missing and one that is too much are one
 * finding if only their payloads, or only their times, are not the same.
 */
export function findingsOf(missing: readonly ExpectStep[], surplus: readonly PublishEffect[]): Finding[] {
  const findings: Finding[] = [];
  const left = new Set(surplus);
  const absent: ExpectStep[] = [];
  for (const expected of missing) {
    const near = [...left].filter((effect) => effect.at === expected.at && isOfTopic(expected, effect));
    const came = least(near, (effect) => distance(expected, effect));
    if (came === undefined) absent.push(expected);
    else {
      left.delete(came);
      findings.push({ type: 'different', at: expected.at, expected, came });
    }
  }
  for (const expected of absent) {
    const alike = [...left].filter((effect) => mismatches(expected, effect).length === 0);
    const came = least(alike, (effect) => Math.abs(effect.at - expected.at));
    if (came === undefined) findings.push({ type: 'missing', at: expected.at, expected });
    else {
      left.delete(came);
      findings.push({ type: 'moved', at: Math.max(expected.at, came.at), expected, came });
    }
  }
  for (const came of left) findings.push({ type: 'unexpected', at: came.at, came });
  return findings.sort((a, b) => a.at - b.at);
}

/** Whether a message goes where the step expects one. */
function isOfTopic({ topic, broker }: ExpectStep, effect: PublishEffect): boolean {
  return effect.topic === topic && effect.broker === broker;
}

/** How many lines it takes to say in what they differ. */
function distance(step: ExpectStep, effect: PublishEffect): number {
  const { payload, contains } = step;
  const lines = payloadDiff(payload === undefined ? contains : payload, effect.payload, payload === undefined);
  return mismatches(step, effect).length + lines.filter(({ kind }) => kind !== 'both').length;
}

function least<T>(list: readonly T[], measure: (one: T) => number): T | undefined {
  let best: T | undefined;
  let bestMeasure = Infinity;
  for (const one of list) {
    const measured = measure(one);
    if (measured < bestMeasure) [best, bestMeasure] = [one, measured];
  }
  return best;
}
