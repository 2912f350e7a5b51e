import { RE2JS } from 're2js';
import { charge, exceed, MAX_SEARCHED_TEXT } from './budget.ts';
import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import { shown } from './issue.ts';
import { constant } from './strict.ts';
import { textOf } from './value.ts';

/**
 * `matches(s, re)` with RE2, whose time is linear in the text whatever the pattern: the payload cannot hang the engine.
 * The pattern is written in the rule and compiled with it.
 */
export function buildMatches(call: Call): Getter {
  const { value, logic } = call.operand(1);
  if (typeof value !== 'string') {
    const found = value === undefined ? 'this one is computed' : `this is ${shown(logic)}`;
    call.error('pattern-not-literal', `the pattern of matches is a text in the rule; ${found}`, { operand: 1 });
    return constant(null);
  }
  if (value.length > MAX_PATTERN) {
    call.error('bad-pattern', `a pattern has at most ${MAX_PATTERN} characters`, { operand: 1 });
    return constant(null);
  }
  const pattern = compiled(value);
  if (pattern instanceof RE2JS) return search(call.get(0), pattern);
  const hint = 'RE2 knows no look-around and no back-references; a repetition is at most 1000';
  call.error('bad-pattern', `not a regular expression: ${pattern}`, { operand: 1, hint });
  return constant(null);
}

const MAX_PATTERN = 512;

/** The pattern, or what is wrong with it. */
function compiled(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^error parsing regexp: /, '');
  }
}

function search(text: Getter, pattern: RE2JS): Getter {
  return (scope) => {
    const input = textOf(text(scope));
    if (input === undefined) return null;
    if (input.length > MAX_SEARCHED_TEXT) exceed('search');
    charge(scope, input.length);
    return pattern.test(input);
  };
}
