import type { Problem } from '../spec/problem.ts';
import type { CheckedRules } from './check.ts';

/** A rule with what it remembers or can remember, and where it stands. */
export interface RememberingRule {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Those that remember something. */
  readonly stages: readonly { readonly kind: string; readonly shape: string }[];
  /** It has alerts that are resolved when it loses them. */
  readonly alert: boolean;
  /** Of how many keys it does; null: nobody has looked. */
  readonly keys: RememberedKeys | null;
}

/** How many keys a rule remembers, and of how many of them the level is pending, or active. */
export interface RememberedKeys {
  readonly all: number;
  readonly pending: number;
  readonly active: number;
}

/** The rules of files, which could remember any number of keys. */
export function rememberingRules(checked: CheckedRules): RememberingRule[] {
  return [...checked.running.values()].flatMap(({ path, rules }) =>
    rules.map(({ rule, line, column }) => ({
      id: rule.id,
      file: path,
      line,
      column,
      stages: rule.plan.stages.filter(({ stateful }) => stateful),
      alert: rule.alert !== null && !rule.shadow,
      keys: null,
    })),
  );
}

/**
 * What is forgotten when rules take the place of those that run: state lives on by the id of the rule, and by the kind and
 * shape of the key that owns it.
 */
export function lostState(before: readonly RememberingRule[], after: CheckedRules): Problem[] {
  const next = new Map(rememberingRules(after).map((rule) => [rule.id, rule]));
  const disabled = new Set([...after.running.values()].flatMap((file) => file.disabled));
  return before.flatMap((old): Problem[] => {
    const { id, stages, alert, keys } = old;
    if (stages.length === 0 || keys?.all === 0) return [];
    const now = next.get(id);
    if (now === undefined) {
      const what = disabled.has(id) ? 'disabled' : 'gone';
      const of = keys === null ? '' : ` of ${inWords(keys, alert)}`;
      return [problem(old, `rule "${id}" is ${what}: what it remembers${of} is dropped${resolved(old)}`)];
    }
    const lost = stages.filter(({ kind, shape }) =>
      now.stages.every((stage) => stage.kind !== kind || stage.shape !== shape),
    );
    if (lost.length === 0) return [];
    const names = [...new Set(lost.map(({ kind }) => WORDS[kind] ?? kind))].join(', ');
    const hasLevel = lost.some(({ kind }) => LEVELS.has(kind));
    const counted = keys === null || hasLevel ? keys : { ...keys, pending: 0, active: 0 };
    const of = counted === null ? '' : ` for ${inWords(counted, alert)}`;
    const more = lost.some(({ kind }) => kind === 'alert') ? resolved(old) : '';
    return [problem(now, `rule "${id}" begins anew with ${names}${of}${more}`)];
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

/** The kinds of stages that are pending or active. */
const LEVELS: ReadonlySet<string> = new Set(['level', 'absent', 'alert']);

/** `12 keys (1 pending, 2 firing)`. */
function inWords({ all, pending, active }: RememberedKeys, alert: boolean): string {
  const parts = [pending > 0 ? `${pending} pending` : '', active > 0 ? `${active} ${alert ? 'firing' : 'active'}` : ''];
  const more = parts.filter((part) => part !== '').join(', ');
  return `${all} ${all === 1 ? 'key' : 'keys'}${more === '' ? '' : ` (${more})`}`;
}

function resolved({ alert, keys }: RememberingRule): string {
  return alert && keys?.active !== 0 ? ', and its alerts are resolved' : '';
}

function problem({ file, line, column }: RememberingRule, message: string): Problem {
  const hint = 'Ids, and the keys that own the memory, carry it over';
  return { file, line, column, length: 1, severity: 'warning', code: 'state-lost', message, hint };
}
