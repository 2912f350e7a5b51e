import type { LocatedRule } from '../compile/rule.ts';
import type { ExpectStep, Step } from '../compile/scenario.ts';
import type { PublishEffect } from '../core/effect.ts';
import { nearest } from '../core/nearest.ts';
import { filterMatches } from '../core/topics/filter.ts';
import type { Finding } from './finding.ts';
import { traceOf, type TraceEntry } from './trace-log.ts';

/** Why a scenario did not pass, with what helps to understand it. */
export interface Failure {
  readonly finding: Finding;
  /** The step it is about: the one that is not met, or the one whose silence was broken, or the last message sent. */
  readonly step: Step;
  /** The rules it is about: the one that published, or those that can. */
  readonly rules: readonly string[];
  /** A topic that was perhaps meant, where no rule can publish to the one that is expected. */
  readonly similar: string | null;
  /** What else was published around the time at which something is missing, in order. */
  readonly around: readonly PublishEffect[];
  /** What the rules did last. */
  readonly trace: readonly TraceEntry[];
}

/** Of what else was published, how much is shown. */
const MAX_AROUND = 4;

/** All there is to say about a finding; `trace` is what happened up to its moment. */
export function failureOf(
  finding: Finding,
  script: readonly Step[],
  rules: readonly LocatedRule[],
  published: readonly PublishEffect[],
  trace: readonly TraceEntry[],
): Failure {
  const about = rulesOf(finding, rules);
  return {
    finding,
    step: 'expected' in finding ? finding.expected : stepAt(finding.at, script),
    rules: about,
    similar: finding.type === 'missing' && about.length === 0 ? similarTopic(finding.expected, rules, published) : null,
    around: finding.type === 'missing' || finding.type === 'moved' ? around(finding, published) : [],
    trace: finding.type === 'stopped' ? trace.slice(-MAX_LAST) : traceOf(new Set(about), trace),
  };
}

/** Entries that are shown of a run that was given up. */
const MAX_LAST = 20;

function rulesOf(finding: Finding, rules: readonly LocatedRule[]): string[] {
  switch (finding.type) {
    case 'different':
    case 'moved':
    case 'unexpected':
      return [finding.came.rule];
    case 'missing': {
      const { topic, broker } = finding.expected;
      return rules
        .filter(({ outputs }) => outputs.some((to) => to.broker === broker && filterMatches(to.filter, topic)))
        .map(({ rule }) => rule.id);
    }
    case 'stopped':
      return [];
  }
}

/** What is broken at a time: the silence that was expected around it, else the last message that was sent. */
function stepAt(at: number, script: readonly Step[]): Step {
  const silence = script.find((step, i) => step.type === 'silence' && step.at >= at && (script[i - 1]?.at ?? 0) <= at);
  const sent = script.findLast((step) => step.type === 'send' && step.at <= at);
  return silence ?? sent ?? (script[0] as Step); // No script is empty.
}

function similarTopic(
  { topic }: ExpectStep,
  rules: readonly LocatedRule[],
  published: readonly PublishEffect[],
): string | null {
  const written = rules.flatMap(({ outputs }) => outputs.map(({ filter }) => filter));
  return nearest(topic, new Set([...published.map((effect) => effect.topic), ...written])) ?? null;
}

function around({ at, ...finding }: Finding, published: readonly PublishEffect[]): PublishEffect[] {
  const others = published.filter((effect) => !('came' in finding) || effect !== finding.came);
  const byDistance = others.sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  return byDistance.slice(0, MAX_AROUND).sort((a, b) => a.at - b.at);
}
