import { alertCounts } from '../core/alert/counts.ts';
import type { Machine } from '../core/machine.ts';
import type { Cell } from '../core/running-rule.ts';
import type { SavedCell } from '../core/saved-state.ts';
import { NEVER, type Phase } from '../core/stage.ts';
import type { BrokerReading, CellReading, RuleReading } from '../ports/readings.ts';
import type { Link } from './link.ts';

/** What rules remember: all of them or one, all of its keys or one, but for those that are dormant. */
export function* cellReadings(machine: Machine, rule: string | null, key: string | null): Iterable<CellReading> {
  for (const one of machine.running) {
    if (rule !== null && one.rule.id !== rule) continue;
    if (key === null) for (const cell of one.cells.values()) yield awakeReading(machine, cell);
    else {
      const cell = one.cells.get(key);
      if (cell !== undefined) yield awakeReading(machine, cell);
    }
  }
}

function awakeReading({ remembered }: Machine, cell: Cell): CellReading {
  const { stages, timed } = cell.owner.rule.plan;
  // Not the cell's own deadline: that is also when it is forgotten, for want of messages.
  const nextAt = Math.min(NEVER, ...timed.map((place) => stages[place]?.wakeAt?.(cell.states[place]) ?? NEVER));
  return reading(remembered.saved(cell), cell.phase, nextAt);
}

/** What a dormant cell remembers: nothing comes of it but by a message. */
export function dormantReading(cell: SavedCell): CellReading {
  return reading(cell, 'idle', NEVER);
}

function reading({ rule, key, touchedAt, stages }: SavedCell, phase: Phase, nextAt: number): CellReading {
  const states = stages.map(([stage, , state]) => ({ stage, state }));
  return { rule, key, phase, touchedAt, nextAt: nextAt === NEVER ? null : nextAt, states };
}

/** How many keys are dormant at `now`: of all rules or one. */
export function dormantKeys({ running, remembered }: Machine, rule: string | null, now: number): number {
  const of = running.filter((one) => rule === null || one.rule.id === rule);
  return of.reduce((sum, one) => sum + remembered.dormantOf(one, now), 0);
}

/** What there is to tell of the rules of a machine at `now`, in order. */
export function* ruleReadings(machine: Machine, now: number): Iterable<RuleReading> {
  for (const running of machine.running) {
    const { rule, tally, cells, active, pending, quarantined } = running;
    yield {
      id: rule.id,
      tally,
      cells: cells.size + machine.remembered.dormantOf(running, now),
      active,
      pending,
      alerts: alertCounts(running),
      quarantined,
    };
  }
}

/** What there is to tell of brokers. */
export function* brokerReadings(links: Iterable<Link>): Iterable<BrokerReading> {
  for (const { transport, received, connects, sessionsLost } of links) {
    yield {
      name: transport.broker,
      connected: transport.connected,
      received,
      reconnects: Math.max(0, connects - 1),
      sessionsLost,
      subscriptionsRefused: transport.refused.length,
    };
  }
}
