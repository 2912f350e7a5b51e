import { DAY, MINUTE } from '../../../src/core/calendar.ts';
import type { Location } from '../../../src/core/schedules/sun.ts';

/** The height of the sun, and whether it rises, by the formulas of the NOAA's calculator: good to some tenths of a degree. */
export function heightOf(
  time: number,
  { latitude, longitude }: Location,
): { readonly degrees: number; readonly rises: boolean } {
  const day = (time - Date.UTC(new Date(time).getUTCFullYear(), 0)) / DAY;
  const g = (2 * Math.PI * (day - 0.5)) / 365;
  const [sin, cos] = [Math.sin, Math.cos];
  const equation =
    229.18 * (0.000075 + 0.001868 * cos(g) - 0.032077 * sin(g) - 0.014615 * cos(2 * g) - 0.040849 * sin(2 * g));
  const declination =
    0.006918 -
    0.399912 * cos(g) +
    0.070257 * sin(g) -
    0.006758 * cos(2 * g) +
    0.000907 * sin(2 * g) -
    0.002697 * cos(3 * g) +
    0.00148 * sin(3 * g);
  const degree = Math.PI / 180;
  const minutes = ((time % DAY) + DAY) / MINUTE + equation + 4 * longitude;
  const angle = ((minutes / 4) % 360) - 180;
  const sine =
    sin(latitude * degree) * sin(declination) + cos(latitude * degree) * cos(declination) * cos(angle * degree);
  return { degrees: Math.asin(sine) / degree, rises: angle < 0 };
}
