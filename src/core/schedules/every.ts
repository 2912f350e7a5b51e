import { boundaryAfter } from '../alignment.ts';
import type { Zone } from '../logic/zone.ts';
import type { Schedule } from '../schedule.ts';

/** A tick at every boundary of windows of this size, in milliseconds: at local midnight and so on. */
export function every(size: number, zone: Zone): Schedule {
  return { id: `every ${size} ${zone.name}`, next: (after) => boundaryAfter(after, size, 0, zone) };
}
