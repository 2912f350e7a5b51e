import { alertCounts } from '../core/alert/counts.ts';
import type { Machine } from '../core/machine.ts';
import { NEVER } from '../core/stage.ts';
import type { BrokerReading, CellReading, RuleReading } from '../ports/readings.ts';
import type { Link } from './link.ts';

/** What rules remember: all of them or one, all of its keys or one. */
export function* cellReadings(machine: Machine, rule: string | null, key: string | null): Iterable<CellReading> {
  for (const one of machine.running) {
    if (rule !== null && one.rule.id !== rule) continue;
    for (const cell of one.cells.values()) {
      if (key !== null && cell.key !== key) continue;
      const { stages, timed } = one.rule.plan;
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

/** What there is to tell of the rules of a machine, in order. */
export function* ruleReadings(machine: Machine): Iterable<RuleReading> {
  for (const running of machine.running) {
    const { rule, tally, cells, active, pending, quarantined } = running;
    yield { id: rule.id, tally, cells: cells.size, active, pending, alerts: alertCounts(running), quarantined };
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
