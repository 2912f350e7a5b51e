import { nearest } from '../nearest.ts';
import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import { shown } from './issue.ts';
import type { Operator } from './operator.ts';
import { constant, numeric, ternary } from './strict.ts';
import { convert, type Unit, unitNames, unitOf } from './units.ts';
import { finite, numberOf } from './value.ts';

/** Where things are, and in which unit. */
export const PLACE: readonly Operator[] = [
  {
    name: 'distance',
    arity: [4, 4],
    signature: 'distance(lat, lon, lat, lon)',
    summary: 'The metres between two places along the surface of the earth; unknown beyond 90 or 180 degrees.',
    example: { logic: { floor: { distance: [48.8584, 2.2945, 48.8606, 2.3376] } }, result: 3162 },
    build: numeric(distance),
  },
  {
    name: 'in_zone',
    arity: [5, 5],
    signature: 'in_zone(lat, lon, lat, lon, radius)',
    summary: 'Whether a place is within so many metres of another.',
    example: { logic: { in_zone: [48.8584, 2.2945, 48.8606, 2.3376, 5000] }, result: true },
    build: buildInZone,
  },
  {
    name: 'convert',
    arity: [3, 3],
    signature: 'convert(x, "F", "C")',
    summary: 'A number in another unit of temperature, length, speed, pressure, mass, volume, energy or power.',
    example: { logic: { convert: [{ var: 't' }, 'F', 'C'] }, payload: { t: 212 }, result: 100 },
    build: buildConvert,
  },
];

const EARTH_RADIUS = 6_371_008.8; // Mean radius in metres, IUGG.

/** The haversine formula. */
function distance(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  if (Math.abs(latitude1) > 90 || Math.abs(latitude2) > 90 || Math.abs(longitude1) > 180 || Math.abs(longitude2) > 180)
    return Number.NaN;
  const north = Math.sin(radians(latitude2 - latitude1) / 2) ** 2;
  const east = Math.sin(radians(longitude2 - longitude1) / 2) ** 2;
  const share = north + Math.cos(radians(latitude1)) * Math.cos(radians(latitude2)) * east;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(share)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

const beyond = numeric((...numbers) => {
  const [latitude1 = 0, longitude1 = 0, latitude2 = 0, longitude2 = 0, radius = 0] = numbers;
  return distance(latitude1, longitude1, latitude2, longitude2) - radius;
});

function buildInZone(call: Call): Getter {
  return notPositive(beyond(call));
}

function notPositive(metresOutside: Getter): Getter {
  return (scope) => {
    const outside = metresOutside(scope);
    return typeof outside === 'number' ? outside <= 0 : null;
  };
}

function buildConvert(call: Call): Getter {
  const from = unitOperand(call, 1);
  const to = unitOperand(call, 2);
  if (from === undefined || to === undefined) return convertComputed(call);
  if (from.quantity === to.quantity) return convertTo(call.get(0), from, to);
  call.error('incompatible-units', `${from.name} is a unit of ${from.quantity}, ${to.name} of ${to.quantity}`);
  return constant(null);
}

function unitOperand(call: Call, operand: number): Unit | undefined {
  const { value } = call.operand(operand);
  if (value === undefined) return undefined;
  const unit = typeof value === 'string' ? unitOf(value) : undefined;
  if (unit !== undefined) return unit;
  const meant = typeof value === 'string' ? nearest(value, unitNames()) : undefined;
  const hint = meant === undefined ? `Units are ${[...unitNames()].join(' ')}` : `Did you mean "${meant}"?`;
  call.error('unknown-unit', `no unit is called ${shown(value)}`, { operand, hint });
  return undefined;
}

function convertTo(get: Getter, from: Unit, to: Unit): Getter {
  return (scope) => finite(convert(numberOf(get(scope)), from, to));
}

const convertComputed = ternary((value, fromName, toName) => {
  const from = typeof fromName === 'string' ? unitOf(fromName) : undefined;
  const to = typeof toName === 'string' ? unitOf(toName) : undefined;
  if (from === undefined || to === undefined || from.quantity !== to.quantity) return null;
  return finite(convert(numberOf(value), from, to));
});
