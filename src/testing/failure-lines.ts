import type { ExpectStep } from '../compile/scenario.ts';
import { escapeControls } from '../core/escape.ts';
import type { PublishEffect } from '../core/effect.ts';
import { printDuration } from '../spec/duration.ts';
import { mismatches } from './expectation.ts';
import type { Failure } from './failure.ts';
import { payloadDiff } from './payload-diff.ts';
import type { TraceEntry } from './trace-log.ts';
import { publishedLine, traceLines } from './trace-lines.ts';

/** A line of what is told of a failure; `kind` is for colours. It can be printed: it has no control characters. */
export interface FailureLine {
  readonly kind: 'title' | 'missing' | 'came' | 'both' | 'heading' | 'detail';
  readonly text: string;
}

/**
 * What a person is told of the failures of a scenario, in order: what was expected, what came, and what led there. Times
 * are since `start`. What was told for one failure is not told again for the next.
 */
export function failureLines(failures: readonly Failure[], start: number): FailureLine[][] {
  const told = new Set<TraceEntry>();
  return failures.map((failure) => {
    const lines: FailureLine[] = [{ kind: 'title', text: failureTitle(failure, start) }, ...difference(failure)];
    lines.push(...aroundLines(failure, start), ...traceSince(told, failure, start));
    for (const entry of failure.trace) told.add(entry);
    return lines.map(({ kind, text }) => ({ kind, text: escapeControls(text) }));
  });
}

function aroundLines({ around }: Failure, start: number): FailureLine[] {
  if (around.length === 0) return [];
  const lines = around.map((effect): FailureLine => ({ kind: 'detail', text: `  ${publishedLine(effect, start)}` }));
  return [{ kind: 'heading', text: 'published around that time:' }, ...lines];
}

function traceSince(told: ReadonlySet<TraceEntry>, { trace, rules }: Failure, start: number): FailureLine[] {
  const names = rules.join(', ');
  if (trace.length === 0)
    return names === '' ? [] : [{ kind: 'heading', text: `nothing that happened was about ${names}` }];
  const lines = traceLines(
    trace.filter((entry) => !told.has(entry)),
    start,
  );
  if (lines.length === 0) return [];
  const heading = names === '' ? 'what happened last:' : `what ${names} did:`;
  return [
    { kind: 'heading', text: heading },
    ...lines.map((text): FailureLine => ({ kind: 'detail', text: `  ${text}` })),
  ];
}

/** A failure in one line. */
export function failureTitle({ finding, rules, similar }: Failure, start: number): string {
  const time = (at: number): string => printDuration(at - start);
  switch (finding.type) {
    case 'different': {
      const { expected, came } = finding;
      return `expected ${expected.topic} at ${time(expected.at)}, which came with another ${mismatches(expected, came).join(' and ')}`;
    }
    case 'moved':
      return `expected ${finding.expected.topic} at ${time(finding.expected.at)}, which came at ${time(finding.came.at)}`;
    case 'missing': {
      const { topic, at } = finding.expected;
      const why = rules.length > 0 ? 'which did not come' : 'to which no rule here publishes';
      return `expected ${topic} at ${time(at)}, ${why}${similar === null ? '' : `: did you mean ${similar}?`}`;
    }
    case 'unexpected':
      return `did not expect ${finding.came.topic} at ${time(finding.at)}`;
    case 'stopped':
      return `given up at ${time(finding.at)}: ${finding.reason}`;
  }
}

function difference({ finding }: Failure): FailureLine[] {
  switch (finding.type) {
    case 'different':
      return differences(finding.expected, finding.came);
    case 'missing': {
      const { payload, contains } = finding.expected;
      const wanted = payload === undefined ? contains : payload;
      return wanted === undefined ? [] : [{ kind: 'missing', text: `- ${JSON.stringify(wanted)}` }];
    }
    case 'unexpected':
      return [{ kind: 'came', text: `+ ${finding.came.payload}` }];
    case 'moved':
    case 'stopped':
      return [];
  }
}

const SIGNS = { missing: '- ', came: '+ ', both: '  ' } as const;

function differences(expected: ExpectStep, came: PublishEffect): FailureLine[] {
  const wrong = mismatches(expected, came);
  const { payload, contains, retain, qos, properties } = expected;
  const lines: FailureLine[] = [];
  if (wrong.includes('payload')) {
    const diff = payloadDiff(payload === undefined ? contains : payload, came.payload, payload === undefined);
    lines.push(...diff.map(({ kind, text }) => ({ kind, text: SIGNS[kind] + text })));
  }
  const pair = (name: string, wanted: unknown, found: unknown): void => {
    lines.push({ kind: 'missing', text: `- ${name}: ${JSON.stringify(wanted)}` });
    lines.push({ kind: 'came', text: `+ ${name}: ${JSON.stringify(found)}` });
  };
  if (wrong.includes('retain')) pair('retain', retain, came.retain);
  if (wrong.includes('qos')) pair('qos', qos, came.qos);
  if (wrong.includes('properties')) pair('properties', properties, came.properties?.user ?? {});
  return lines;
}
