import type { Rule } from './rule.ts';
import type { Cell } from './running-rule.ts';
import type { SavedCell, SavedStage } from './saved-state.ts';

/** A cell as it is to be kept, which had its last message at `touchedAt`. The states in it are the live ones. */
export function savedCell({ owner: { rule }, key, order, states }: Cell, touchedAt: number): SavedCell {
  const stages: SavedStage[] = [];
  for (const [i, { kind, shape, stateful }] of rule.plan.stages.entries()) {
    if (stateful && states[i] !== null) stages.push([kind, shape, states[i]]);
  }
  return { rule: rule.id, key, order, touchedAt, stages };
}

/** The states of a rule's stages that were kept, where kind and shape are still the same; of the others a new one. */
export function restoredStates({ stages }: SavedCell, rule: Rule): unknown[] {
  return rule.plan.stages.map((stage) => {
    const saved = stage.stateful
      ? stages.find(([kind, shape]) => kind === stage.kind && shape === stage.shape)
      : undefined;
    return saved === undefined ? stage.init() : saved[2];
  });
}
