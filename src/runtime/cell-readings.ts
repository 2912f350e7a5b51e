import { NEVER } from '../core/stage.ts';
import { savedCell } from '../core/saved-cell.ts';
import type { RunningRule } from '../core/running-rule.ts';
import type { CellReading } from '../ports/readings.ts';

/** What rules remember: all of them or one, all of its keys or one. */
export function* cellReadings(
  running: readonly RunningRule[],
  rule: string | null,
  key: string | null,
): Iterable<CellReading> {
  for (const one of running) {
    if (rule !== null && one.rule.id !== rule) continue;
    for (const cell of one.cells.values()) {
      if (key !== null && cell.key !== key) continue;
      const { stages, timed } = one.rule;
      // Not the cell's own deadline: that is also when it is forgotten, for want of messages.
      const nextAt = Math.min(NEVER, ...timed.map((place) => stages[place]?.wakeAt?.(cell.states[place]) ?? NEVER));
      yield {
        rule: one.rule.id,
        key: cell.key,
        phase: cell.phase,
        touchedAt: cell.touchedAt,
        nextAt: nextAt === NEVER ? null : nextAt,
        states: savedCell(cell).stages.map(([stage, , state]) => ({ stage, state })),
      };
    }
  }
}
