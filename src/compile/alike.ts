import type { Plan } from '../core/rule.ts';
import type { RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { PublishSpec } from './publish.ts';
import type { WrittenRule } from './written-rule.ts';

/**
 * Plans of rules that are alike: such rules differ in their names and in the topics that they listen and publish to, and
 * share what they do. Where there are many of them that is most of their memory, and what is shared stays in the
 * processor's caches whichever of them a message reaches. One is for rules that are compiled with the same settings.
 */
export class Alike {
  readonly #plans = new Map<string, Plan>();
  readonly #vars = new Map<object, number>();

  /** The plan of an earlier rule that is alike, else this one, which was made for the rule. */
  shared(written: WrittenRule, names: Names, broker: string, made: Plan): Plan {
    const likeness = this.#likeness(written, names, broker);
    if (likeness === null) return made;
    const known = this.#plans.get(likeness);
    if (known === undefined) this.#plans.set(likeness, made);
    return known ?? made;
  }

  /** Equal for rules whose plans mean the same; null where that is not easily told. */
  #likeness({ spec, vars }: WrittenRule, names: Names, broker: string): string | null {
    // An alert has the rule's name in it, a lookup its own tables, and a trace the rule's conditions.
    if (spec.alert !== undefined || spec.with !== undefined || names.trace !== null || names.reference !== null)
      return null;
    const { id: _id, description: _description, enabled: _enabled, shadow: _shadow, on: _on, ...does } = spec;
    const text = JSON.stringify(withoutTopics(does));
    if (/\brule\b/.test(text)) return null;
    const { captures, partial, severalLevels, inputs, keyLevels, hasPayload, hasWindow } = names;
    const means = [captures, [...partial.keys()], severalLevels, inputs, keyLevels, hasPayload, hasWindow, broker];
    return `${this.#numberOf(vars)} ${JSON.stringify(means)} ${text}`;
  }

  /** Each file has constants of its own. */
  #numberOf(vars: object): number {
    const number = this.#vars.get(vars) ?? this.#vars.size;
    this.#vars.set(vars, number);
    return number;
  }
}

/** What a rule does, without the topics that are the same for every message: a plan has only the places of those. */
function withoutTopics(does: Partial<RuleSpec>): object {
  const result: Record<string, unknown> = { ...does, publish: publishes(does.publish) };
  for (const branch of BRANCHES) {
    const acts = does[branch];
    if (acts !== undefined) result[branch] = { ...acts, publish: publishes(acts.publish) };
  }
  return result;
}

const BRANCHES = ['else', 'end', 'late', 'on_error'] as const;

function publishes(written: RuleSpec['publish']): unknown {
  if (written === undefined) return undefined;
  return (Array.isArray(written) ? written : [written]).map((one: PublishSpec) =>
    one.topic.includes('${') ? one : { ...one, topic: 0 },
  );
}
