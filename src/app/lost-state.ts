import type { Rule } from '../core/rule.ts';
import type { Problem } from '../spec/problem.ts';
import type { CheckedRules } from './check.ts';

/** A rule, and where it stands. */
interface Placed {
  readonly rule: Rule;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What is forgotten when rules take the place of those that run: state lives on by the id of the rule, and by the kind and
 * shape of the key that owns it.
 */
export function lostState(before: CheckedRules, after: CheckedRules): Problem[] {
  const next = new Map(placed(after).map((one) => [one.rule.id, one]));
  return placed(before).flatMap((old): Problem[] => {
    const { stages, id, alert } = old.rule;
    const kinds = stages.filter(({ stateful }) => stateful);
    const now = next.get(id);
    if (now === undefined) {
      if (kinds.length === 0) return [];
      const more = alert === null ? '' : ', and its alerts are resolved';
      return [problem(old, `rule "${id}" is gone: what it remembers is dropped${more}`)];
    }
    const lost = kinds.filter(({ kind, shape }) =>
      now.rule.stages.every((stage) => stage.kind !== kind || stage.shape !== shape),
    );
    if (lost.length === 0) return [];
    const names = [...new Set(lost.map(({ kind }) => WORDS[kind] ?? kind))];
    const resolved = lost.some(({ kind }) => kind === 'alert') ? ', and its alerts are resolved' : '';
    return [problem(now, `rule "${id}" begins anew with ${names.join(', ')}${resolved}`)];
  });
}

/** What kinds of stages are called in rules, where that is not the same. */
const WORDS: Readonly<Record<string, string>> = {
  level: 'its level',
  absent: 'its silence',
  alert: 'its alert',
  inputs: 'its named inputs',
  past: '`previous`, `changed` and `delta`',
  'past-results': '`changed` and `delta` of results',
  memory: 'its memory',
  window: 'its window',
};

function problem({ file, line, column }: Placed, message: string): Problem {
  const hint = 'Ids, and the keys that own the memory, carry it over';
  return { file, line, column, length: 1, severity: 'warning', code: 'state-lost', message, hint };
}

function placed({ running }: CheckedRules): Placed[] {
  return [...running.values()].flatMap(({ path, rules }) =>
    rules.map(({ rule, line, column }) => ({ rule, file: path, line, column })),
  );
}
