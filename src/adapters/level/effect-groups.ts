import type { KeptEffect } from '../../ports/state-store.ts';
import { effectsAt, type Operation, putEffects } from './records.ts';

/** A record of effects, as it is in the store. */
export interface EffectRecord {
  readonly key: string;
  readonly effects: readonly KeptEffect[];
}

/** How many effects are written together: one that is done has the others of its record written again. */
const TOGETHER = 64;

interface Group {
  readonly key: string;
  /** Those that are not done, by their numbers. */
  readonly left: Map<number, KeptEffect>;
}

/**
 * The effects that are not done, in records of many: writing and removing each by itself costs more than everything else
 * that is done for a message.
 */
export class EffectGroups {
  readonly #groups = new Map<number, Group>();

  /** An empty place for effects, or the one that a store has. */
  constructor(records: readonly EffectRecord[]) {
    for (const record of records) this.#add(record);
  }

  /** What to write when effects are added and others are done. Once it is written, call `settle`. */
  plan(
    effects: readonly KeptEffect[],
    done: readonly number[],
  ): { readonly operations: readonly Operation[]; readonly settle: () => void } {
    const touched = new Map<Group, Set<number>>();
    for (const number of done) {
      const group = this.#groups.get(number);
      if (group === undefined) continue; // Nothing to remove.
      const gone = touched.get(group);
      if (gone === undefined) touched.set(group, new Set([number]));
      else gone.add(number);
    }
    const operations = [...touched].map(([{ key, left }, gone]): Operation => {
      const rest = [...left.values()].filter(({ number }) => !gone.has(number));
      return rest.length === 0 ? { type: 'del', key } : putEffects(key, rest);
    });
    const records: EffectRecord[] = [];
    for (let i = 0; i < effects.length; i += TOGETHER) {
      records.push({ key: effectsAt(effects[i]?.number ?? 0), effects: effects.slice(i, i + TOGETHER) });
    }
    for (const record of records) operations.push(putEffects(record.key, record.effects));
    return {
      operations,
      settle: () => {
        for (const [group, gone] of touched) for (const number of gone) this.#drop(group, number);
        for (const record of records) this.#add(record);
      },
    };
  }

  #add({ key, effects }: EffectRecord): void {
    const group: Group = { key, left: new Map(effects.map((kept) => [kept.number, kept])) };
    for (const { number } of effects) this.#groups.set(number, group);
  }

  #drop({ left }: Group, number: number): void {
    left.delete(number);
    this.#groups.delete(number);
  }
}
