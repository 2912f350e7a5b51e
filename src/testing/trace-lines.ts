import type { Effect } from '../core/effect.ts';
import type { Evaluation } from '../core/evaluation.ts';
import type { Traced } from '../core/logic/trace.ts';
import { printDuration } from '../spec/duration.ts';
import { printExpression } from '../spec/expression/print.ts';
import type { TraceEntry } from './trace-log.ts';

/** How much of a value or an expression is shown, and of one look at a condition. */
const MAX_TEXT = 160;
const MAX_PARTS = 20;

const INDENT = ' '.repeat(10);

/** What happened as lines of text, each with its time since `start` (epoch ms) where that is a new one. */
export function traceLines(entries: readonly TraceEntry[], start: number): string[] {
  return entries.flatMap((entry) => linesOf(entry, start));
}

function linesOf(entry: TraceEntry, start: number): string[] {
  switch (entry.type) {
    case 'message': {
      const { topic, payload, retained, from } = entry;
      const origin = from === null ? '' : `, published by ${from}`;
      return [`${timeOf(entry.at, start)}${topic} ${cut(payload)}${retained ? ', retained' : ''}${origin}`];
    }
    case 'timer':
      return [`${timeOf(entry.at, start)}${entry.at === start ? 'the start' : 'time has passed'}`];
    case 'evaluation':
      return evaluationLines(entry.evaluation).map((line) => INDENT + line);
    case 'effect':
      return [`${INDENT}${effectText(entry.effect)}`];
    case 'note':
      return [`${INDENT}${entry.note.reason}: ${entry.note.message}`];
  }
}

/** What a rule published, with its time. */
export function publishedLine(effect: Extract<Effect, { readonly type: 'publish' }>, start: number): string {
  return `${timeOf(effect.at, start)}${effect.topic} ${cut(effect.payload)}, published by ${effect.rule}`;
}

function evaluationLines({ condition, key, traced }: Evaluation): string[] {
  const ofKey = key === '' || key === '-' ? '' : ` for ${key}`;
  const lines = [`${condition}: ${expressionText(traced.logic)} → ${valueText(traced.value)}${ofKey}`];
  const add = ({ logic, value, parts }: Traced, indent: string): void => {
    const sign = isName(logic) ? '=' : '→';
    lines.push(`${indent}${expressionText(logic)} ${sign} ${valueText(value)}`);
    for (const part of parts) add(part, `${indent}  `);
  };
  for (const part of traced.parts) add(part, '  ');
  return lines.length <= MAX_PARTS ? lines : [...lines.slice(0, MAX_PARTS), '  …'];
}

function isName(logic: unknown): boolean {
  return typeof logic === 'object' && logic !== null && 'var' in logic;
}

function effectText(effect: Effect): string {
  if (effect.type === 'publish') return `publish ${effect.topic} ${cut(effect.payload)}`;
  const { type, rule: _rule, key: _key, at: _at, ...rest } = effect;
  return `${type} ${cut(JSON.stringify(rest))}`;
}

function expressionText(logic: unknown): string {
  return cut(printExpression(logic));
}

function valueText(value: unknown): string {
  return value === null ? 'unknown' : cut(JSON.stringify(value));
}

function timeOf(at: number, start: number): string {
  const time = printDuration(at - start);
  return time.length < INDENT.length ? time.padEnd(INDENT.length) : `${time} `;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
