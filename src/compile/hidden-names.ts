import type { Path } from '../spec/document.ts';
import { namesIn } from './aggregate.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';

/** A key of the rule that gives names, and what it calls one of them, as the user knows it. */
interface Giver {
  readonly key: KeywordName;
  readonly words: string;
  readonly names: readonly string[];
  /** What the names are made of, where that may be what they hide. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** What hides one of these by a value made of it means it, as in `let: { room: upper(room) }`. */
  readonly mayBeRemade: boolean;
}

/** Tell of each name that one part of the rule gives and that another hides. */
export function checkHiddenNames(
  spec: RuleSpec,
  names: Names,
  pathOf: (key: KeywordName) => Path,
  report: Report,
): void {
  // Innermost first, as names hide one another.
  const givers: readonly Giver[] = [
    { key: 'let', words: '`let`', names: names.declaredLets, values: spec.let, mayBeRemade: false },
    { key: 'aggregate', words: 'the aggregate', names: names.aggregates, values: spec.aggregate, mayBeRemade: false },
    { key: 'memory', words: "the rule's memory", names: names.memory.map(({ name }) => name), mayBeRemade: false },
    { key: 'on', words: 'the named input', names: names.inputs, mayBeRemade: true },
    { key: 'with', words: 'the lookup', names: [...names.lookups.keys()], mayBeRemade: true },
    { key: 'on', words: 'the wildcard of the topic', names: names.captures, mayBeRemade: true },
  ];
  const seen = new Map<string, Giver>();
  for (const giver of givers) {
    for (const name of giver.names) {
      const hiding = seen.get(name);
      if (hiding === undefined) seen.set(name, giver);
      else if (!giver.mayBeRemade || !namesIn(hiding.values?.[name]).has(name)) {
        const message = `this hides ${giver.words} "${name}"`;
        report.warning([...pathOf(hiding.key), name], 'hidden-name', message, 'Give one of them another name');
      }
    }
  }
}
