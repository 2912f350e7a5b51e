import type { Program } from '../core/program.ts';
import type { Subscription } from '../ports/transport.ts';

/** The filters of a program on one broker, each with the highest QoS that is asked for. */
export function subscriptionsOf(program: Program, broker: string): Subscription[] {
  const wanted = new Map<string, Subscription>();
  for (const source of [...program.rules.flatMap(({ inputs }) => inputs), ...program.lookups]) {
    if (source.broker !== broker) continue;
    const filter = source.filter.text;
    const known = wanted.get(filter);
    if (known === undefined || known.qos < source.qos) wanted.set(filter, { filter, qos: source.qos });
  }
  return [...wanted.values()];
}
