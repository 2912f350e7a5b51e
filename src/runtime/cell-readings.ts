import { NEVER } from '../core/stage.ts';
import type { Machine } from '../core/machine.ts';
import type { CellReading } from '../ports/readings.ts';

/** What rules remember: all of them or one, all of its keys or one. */
export function* cellReadings(machine: Machine, rule: string | null, key: string | null): Iterable<CellReading> {
  for (const one of machine.running) {
    if (rule !== null && one.rule.id !== rule) continue;
    for (const cell of one.cells.values()) {
      if (key !== null && cell.key !== key) continue;
      const { stages, timed } = one.rule;
      // Not the cell's own deadline: that is also when it is forgotten, for want of messages.
      const nextAt = Math.min(NEVER, ...timed.map((place) => stages[place]?.wakeAt?.(cell.states[place]) ?? NEVER));
      const { touchedAt, stages: saved } = machine.remembered.saved(cell);
      yield {
        rule: one.rule.id,
        key: cell.key,
        phase: cell.phase,
        touchedAt,
        nextAt: nextAt === NEVER ? null : nextAt,
        states: saved.map(([stage, , state]) => ({ stage, state })),
      };
    }
  }
}
