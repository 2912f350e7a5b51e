import { describe, expect, test } from 'vitest';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import { evaluate, NOW, PLAIN, scopeOf } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };
const BERLIN: Environment = { ...PLAIN, zone: zone('Europe/Berlin') };
const at = (iso: string): number => Date.parse(iso);

function evaluateAt(logic: unknown, iso: string, environment = BERLIN): unknown {
  return compileLogic(logic, environment).get(scopeOf(null, at(iso)));
}

tableOf('times are ISO texts or epochs', [
  [{ parse_date: X }, at('2023-10-17T12:45:04Z'), { x: '2023-10-17T12:45:04Z' }],
  [{ parse_date: X }, at('2023-10-17T10:45:04Z'), { x: '2023-10-17T12:45:04+02:00' }],
  [{ parse_date: X }, at('2023-10-17T12:45:04Z'), { x: '2023-10-17 12:45:04' }],
  [{ parse_date: X }, at('2023-10-17T00:00:00Z'), { x: ' 2023-10-17 ' }],
  [{ parse_date: X }, 1_697_546_704_000, { x: 1_697_546_704 }],
  [{ parse_date: X }, 1_697_546_704_123, { x: '1697546704.123' }],
  [{ parse_date: X }, 1_697_546_704_123, { x: 1_697_546_704_123 }],
  [{ parse_date: X }, 0, { x: 0 }],
  [{ parse_date: X }, -1_000, { x: -1 }],
  [{ parse_date: X }, null, { x: 'yesterday' }],
  [{ parse_date: X }, null, { x: '2023-02-30' }],
  [{ parse_date: X }, null, { x: 1e20 }],
  [{ parse_date: X }, null, { x: true }],
  [{ parse_date: X }, null, { x: ['2023-10-17'] }],
  [{ parse_date: X }, null, {}],
  [{ parse_date: X }, null, { x: `2023-10-17${' '.repeat(100_000)}` }],
]);

tableOf('clock and calendar of a time, or of now', [
  [{ now: [] }, NOW],
  [{ hour: [] }, 10],
  [{ weekday: [] }, 'fri'],
  [{ date: [] }, '2026-11-20'],
  [{ hour: X }, 23, { x: '2024-02-29T23:59:59.999Z' }],
  [{ weekday: X }, 'thu', { x: '2024-02-29' }],
  [{ date: X }, '2024-02-29', { x: 1_709_164_800 }],
  [{ hour: X }, null, {}],
  [{ date: X }, null, { x: 'soon' }],
]);

tableOf('format_date', [
  [{ format_date: NOW }, '2026-11-20T10:00:00Z'],
  [{ format_date: X }, '2026-11-20T10:00:00.007Z', { x: NOW + 7 }],
  [{ format_date: [NOW, '%Y-%m-%d %H:%M:%S.%L'] }, '2026-11-20 10:00:00.000'],
  [{ format_date: [NOW, '%a %A %b %B %e %j %u %w %y'] }, 'Fri Friday Nov November 20 324 5 5 26'],
  [
    { format_date: ['2026-11-01T00:05:09Z', '%e|%I:%M %p|%s|%F|%T|%R|%%|%u%w'] },
    ' 1|12:05 AM|1793491509|2026-11-01|00:05:09|00:05|%|70',
  ],
  [{ format_date: ['2026-11-01T12:00:00Z', '%I %p %z %Z'] }, '12 PM +0000 UTC'],
  [{ format_date: [NOW, ''] }, ''],
  [{ format_date: [NOW, 'no tokens'] }, 'no tokens'],
  [{ format_date: [NOW, X] }, '10 Uhr', { x: '%H Uhr' }],
  [{ format_date: [NOW, X] }, null, { x: '%Q' }],
  [{ format_date: [NOW, X] }, null, { x: 5 }],
  [{ format_date: [X, '%H'] }, null, { x: 'soon' }],
  [{ format_date: X }, null, {}],
]);

describe('the zone of the environment', () => {
  test('is that of the local clock', () => {
    expect(evaluateAt({ hour: [] }, '2026-07-01T22:30:00Z')).toBe(0);
    expect(evaluateAt({ date: [] }, '2026-07-01T22:30:00Z')).toBe('2026-07-02');
    expect(evaluateAt({ weekday: [] }, '2026-07-01T22:30:00Z')).toBe('thu');
    expect(evaluateAt({ parse_date: '2026-07-01 12:00' }, '2026-01-01T00:00:00Z')).toBe(at('2026-07-01T10:00:00Z'));
    expect(evaluateAt({ format_date: [{ now: [] }, '%d.%m. %H:%M %z %Z'] }, '2026-07-01T22:30:00Z')).toBe(
      '02.07. 00:30 +0200 Europe/Berlin',
    );
    expect(evaluateAt({ format_date: { now: [] } }, '2026-07-01T22:30:00Z')).toBe('2026-07-01T22:30:00Z');
  });
});

describe('time_between', () => {
  test.each([
    ['22:00', '06:00', '21:59:59', false],
    ['22:00', '06:00', '22:00:00', true],
    ['22:00', '06:00', '23:59:59', true],
    ['22:00', '06:00', '00:00:00', true],
    ['22:00', '06:00', '05:59:59', true],
    ['22:00', '06:00', '06:00:00', false],
    ['06:00', '22:00', '06:00:00', true],
    ['06:00', '22:00', '22:00:00', false],
    ['06:00:30', '06:00:31', '06:00:30', true],
    ['06:00:30', '06:00:31', '06:00:31', false],
    ['7:00', '8:00', '07:30:00', true],
    ['12:00', '12:00', '12:00:00', true],
    ['12:00', '12:00', '11:59:59', true],
  ])('from %s to %s, at %s: %j', (from, to, clock, inside) => {
    const time = `2026-11-20T${clock}Z`;
    expect(evaluateAt({ time_between: [from, to] }, time, PLAIN)).toBe(inside);
    expect(evaluate({ time_between: [from, to, X] }, { x: time })).toBe(inside);
    expect(evaluate({ time_between: [{ var: 'from' }, { var: 'to' }, X] }, { from, to, x: time })).toBe(inside);
  });

  test('goes by the local clock, on the day that the clocks change too', () => {
    expect(evaluateAt({ time_between: ['02:30', '03:30'] }, '2026-03-29T01:00:00Z')).toBe(true);
    expect(evaluateAt({ time_between: ['22:00', '06:00'] }, '2026-07-01T20:00:00Z')).toBe(true);
    expect(evaluateAt({ time_between: ['22:00', '06:00'] }, '2026-01-01T20:00:00Z')).toBe(false);
  });

  test('is unknown for times that are none', () => {
    expect(evaluate({ time_between: [X, '06:00'] }, {})).toBe(null);
    expect(evaluate({ time_between: [X, '06:00'] }, { x: '25:00' })).toBe(null);
    expect(evaluate({ time_between: ['05:00', X] }, { x: 6 })).toBe(null);
    expect(evaluate({ time_between: ['05:00', '06:00', X] }, { x: 'soon' })).toBe(null);
  });
});
