import { Tally } from '../../../src/core/tally.ts';
import { noDrops } from '../../../src/ports/drop-reason.ts';
import type { Readings, RuleReading } from '../../../src/ports/readings.ts';

/** An engine that stands still: what it says can be changed by the test. */
export function fixedReadings(rules: () => Iterable<RuleReading> = () => []): Readings {
  return {
    rules,
    ruleStates: () => ({}),
    brokers: () => [
      { name: 'default', connected: true, received: 5, reconnects: 1, sessionsLost: 3, subscriptionsRefused: 2 },
    ],
    messagesUnmatched: 3,
    dropped: () => ({ ...noDrops(), oversize: 4 }),
    payloads: () => ({ json: 7, text: 0 }),
    clockJumps: 0,
    inboxMessages: 1,
    outboxMessages: 2,
    httpRequests: 6,
    messageDuration: { bounds: [0.001, 1], counts: [5, 2, 1], sum: 12.5 },
    commitDuration: { bounds: [0.001, 1], counts: [0, 0, 0], sum: 0 },
    reload: () => ({
      successful: true,
      successAt: 1_700_000_000_500,
      counts: [{ result: 'success', trigger: 'start', count: 1 }],
    }),
  };
}

/** A rule that has fired so often and done nothing else. */
export function firedRule(id: string, fired = 0): RuleReading {
  const tally = new Tally();
  tally.fire(fired);
  return { id, tally, cells: 0, active: 0, pending: 0, alerts: [], quarantined: false };
}

/** Name and labels of a sample to its value. */
export function samples(body: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of body.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (line !== '' && !line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}
