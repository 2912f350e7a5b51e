import type { RunningRule } from '../running-rule.ts';
import type { AlertRecord } from './record.ts';

/** How many alerts of a rule are in one state, with one severity; an empty text is none. */
export interface AlertCount {
  readonly severity: string;
  readonly state: 'pending' | 'firing';
  count: number;
}

/** The alerts of a rule by severity and state, each that it may have from 0. It looks at every cell: for who asks now and then. */
export function alertCounts({ rule, cells }: RunningRule): readonly AlertCount[] {
  const { alert } = rule;
  if (alert === null) return [];
  const counts = alert.severities.flatMap((severity): AlertCount[] => [
    { severity, state: 'pending', count: 0 },
    { severity, state: 'firing', count: 0 },
  ]);
  const add = (severity: string, state: AlertCount['state']): void => {
    const known = counts.find((one) => one.severity === severity && one.state === state);
    if (known === undefined) counts.push({ severity, state, count: 1 }); // One from before a reload.
    else known.count++;
  };
  for (const { phase, states } of cells.values()) {
    if (phase === 'idle') continue;
    const { episode } = states[alert.place] as AlertRecord; // The place of its stage.
    add(episode?.severity ?? '', phase === 'active' ? 'firing' : 'pending');
  }
  return counts;
}
