import { Alignment } from '../alignment.ts';
import type { Zone } from '../logic/zone.ts';
import type { Schedule } from '../schedule.ts';

/** A tick at every boundary of windows of this size, in milliseconds: at local midnight and so on. */
export function every(size: number, zone: Zone): Schedule {
  const alignment = new Alignment(size, 0, zone);
  return { id: `every ${size} ${zone.name}`, next: (after) => alignment.after(after) };
}
