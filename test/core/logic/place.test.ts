import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitNames, unitOf } from '../../../src/core/logic/units.ts';
import { runs } from '../../property-runs.ts';
import { evaluate } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };

describe('distance', () => {
  test.each([
    ['Paris to London', [48.8566, 2.3522, 51.5074, -0.1278], 343_556],
    ['pole to pole', [90, 0, -90, 0], 20_015_115],
    ['across the date line', [0, 179.5, 0, -179.5], 111_195],
    ['nowhere', [52, 13, 52, 13], 0],
  ])('%s', (_, places, metres) => {
    expect(Math.abs(Number(evaluate({ distance: places })) - metres)).toBeLessThan(2);
  });

  test('is the same there and back', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const there = Number(evaluate({ distance: [a, b, c, d] }));
        expect(there).toBeGreaterThanOrEqual(0);
        expect(Math.abs(there - Number(evaluate({ distance: [c, d, a, b] })))).toBeLessThan(0.001);
      }),
      { numRuns: runs(300) },
    );
  });
});

tableOf('places', [
  [{ distance: [X, 0, 0, 0] }, null, { x: 91 }],
  [{ distance: [0, X, 0, 0] }, null, { x: 'east' }],
  [{ distance: [0, X, 0, 0] }, null, { x: 181 }],
  [{ in_zone: ['52.5', X, 52.5, 13.4, 100] }, true, { x: 13.401 }],
  [{ in_zone: [52.5, X, 52.5, 13.4, 100] }, false, { x: 13.41 }],
  [{ in_zone: [52.5, X, 52.5, 13.4, 0] }, true, { x: 13.4 }],
  [{ in_zone: [52.5, X, 52.5, 13.4, 100] }, null, {}],
  [{ in_zone: [52.5, 13, 52.5, 13.4, X] }, null, { x: 'far' }],
]);

tableOf('convert', [
  [{ convert: [X, 'F', 'C'] }, 0, { x: 32 }],
  [{ convert: [X, '°F', 'K'] }, 373.15, { x: '212' }],
  [{ convert: [X, 'C', 'F'] }, 70.7, { x: 21.5 }],
  [{ convert: [100, 'km/h', 'm/s'] }, 250 / 9],
  [{ convert: [10, 'm/s', 'km/h'] }, 36],
  [{ convert: [1, 'mi', 'km'] }, 1.609344],
  [{ convert: [12, 'in', 'ft'] }, 1],
  [{ convert: [1013.25, 'hPa', 'atm'] }, 1],
  [{ convert: [2.5, 'kWh', 'Wh'] }, 2500],
  [{ convert: [1500, 'W', 'kW'] }, 1.5],
  [{ convert: [1, 'lb', 'g'] }, 453.59237],
  [{ convert: [1, 'm3', 'l'] }, 1000],
  [{ convert: [X, 'C', 'C'] }, 0.1, { x: 0.1 }],
  [{ convert: [X, 'F', 'C'] }, null, { x: 'warm' }],
  [{ convert: [X, 'F', 'C'] }, null, {}],
  [{ convert: [1, { var: 'unit' }, 'm'] }, 1000, { unit: 'km' }],
  [{ convert: [1, { var: 'unit' }, 'm'] }, null, { unit: 'kg' }],
  [{ convert: [1, { var: 'unit' }, 'm'] }, null, { unit: 'toString' }],
  [{ convert: [1, { var: 'unit' }, 'm'] }, null, {}],
]);

describe('units', () => {
  test.each([...unitNames()])('a value in %s is the same after going there and back', (name) => {
    const unit = unitOf(name);
    for (const other of unitNames()) {
      if (unitOf(other)?.quantity !== unit?.quantity) continue;
      const there = evaluate({ convert: [X, name, other] }, { x: 12.5 });
      expect(evaluate({ convert: [X, other, name] }, { x: there })).toBeCloseTo(12.5, 9);
    }
  });
});
