import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux there is. */
const TICKS = 100;

/** User and system time that a process and its living children have used, in microseconds, as Linux counts it; elsewhere NaN. */
export function cpuOfTree(root: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const processes = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat !== null) processes.set(Number(name), stat);
  }
  let ticks = 0;
  for (const [pid, { ticks: own }] of processes) if (descends(pid, root, processes)) ticks += own;
  return (ticks / TICKS) * 1e6;
}

function descends(pid: number, root: number, processes: ReadonlyMap<number, { parent: number }>): boolean {
  for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === root) return true;
  return false;
}

function statOf(pid: string): { parent: number; ticks: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // Gone since it was listed.
  }
  // The name stands in brackets and may hold anything; behind it: state, parent, …, utime, stime, cutime, cstime.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1] ?? 0, ticks: [11, 12, 13, 14].reduce((sum, i) => sum + (fields[i] ?? 0), 0) };
}
