import type { Cells } from './cells.ts';
import type { Rule } from './rule.ts';
import type { RunningRule } from './running-rule.ts';
import { NO_WAITS } from './waits.ts';

/**
 * Give the cells of a rule to its new version, as many as that may have and all that are pending, active or at work: a
 * stage keeps its state where kind and shape are the same. Scripts of a stage that does not are at their end, and counted.
 */
export function carryCells(from: RunningRule, to: RunningRule, cells: Cells): void {
  cells.forget(from.ownCell);
  cells.stored.clear(from);
  const { tally } = to;
  if (!to.plan.stateful) {
    for (const { states } of from.cells.values()) tally.suppress('reload', scriptsIn(states, from.rule));
    return;
  }
  const places = to.plan.stages.map((stage) => placeOf(stage.kind, stage.shape, from.rule));
  for (const cell of from.cellsInOrder()) {
    const { states } = cell;
    const atWork = scriptsIn(states, from.rule);
    if (to.cells.size >= to.rule.maxKeys && cell.phase === 'idle' && atWork === 0) continue;
    cell.states = to.plan.stages.map((stage, i) => {
      const place = places[i] ?? -1;
      return place === -1 ? stage.init() : states[place];
    });
    from.moved(cell.phase, 'idle');
    cell.phase = 'idle';
    from.waits.move(cell, NO_WAITS);
    cell.owner = to;
    to.cells.set(cell.key, cell);
    from.cells.delete(cell.key);
    cells.settle(cell);
    tally.suppress('reload', atWork - scriptsIn(cell.states, to.rule));
  }
}

/** How many scripts are at work in these states, or wait for their turn. */
function scriptsIn(states: readonly unknown[], { plan }: Rule): number {
  return plan.stages.reduce((sum, stage, i) => sum + (stage.atWork?.(states[i]) ?? 0), 0);
}

function placeOf(kind: string, shape: string, rule: Rule): number {
  return rule.plan.stages.findIndex((stage) => stage.stateful && stage.kind === kind && stage.shape === shape);
}
