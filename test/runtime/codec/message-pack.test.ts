import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/runtime/codec/byte-reader.ts';
import { readMessagePack } from '../../../src/runtime/codec/message-pack.ts';
import { runs } from '../../property-runs.ts';
import { jsonValue } from './json-value.ts';

const read = (hex: string): unknown => readMessagePack(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('MessagePack', () => {
  test.each([
    ['00', 0],
    ['7f', 127],
    ['e0', -32],
    ['ff', -1],
    ['ccff', 255],
    ['cdffff', 65_535],
    ['ceffffffff', 4_294_967_295],
    ['cf0020000000000000', 2 ** 53],
    ['cfffffffffffffffff', 18_446_744_073_709_552_000],
    ['d080', -128],
    ['d18000', -32_768],
    ['d280000000', -2_147_483_648],
    ['d38000000000000000', -9_223_372_036_854_776_000],
    ['ca41ac0000', 21.5],
    ['cb4035800000000000', 21.5],
    ['cb7ff0000000000000', null],
    ['cb7ff8000000000000', null],
    ['cb8000000000000000', 0],
    ['c0', null],
    ['c2', false],
    ['c3', true],
    ['a0', ''],
    ['a161', 'a'],
    ['d90161', 'a'],
    ['da000161', 'a'],
    ['db0000000161', 'a'],
    ['c403010203', 'AQID'],
    ['c50003010203', 'AQID'],
    ['c600000003010203', 'AQID'],
    ['90', []],
    ['920102', [1, 2]],
    ['dc00020102', [1, 2]],
    ['dd000000020102', [1, 2]],
    ['80', {}],
    ['81a16101', { a: 1 }],
    ['de0001a16101', { a: 1 }],
    ['df00000001a16101', { a: 1 }],
    ['810102', { 1: 2 }],
    ['d4420a', 'Cg=='],
    ['c702420a0b', 'Cgs='],
    ['d6ff514b67b0', '2013-03-21T20:04:00.000Z'],
    ['d7ff77359400514b67b0', '2013-03-21T20:04:00.500Z'],
    ['c70cff1dcd650000000000514b67b0', '2013-03-21T20:04:00.500Z'],
    ['c70cff00000000ffffffffffffffff', '1969-12-31T23:59:59.000Z'],
    ['c70cff000000007fffffffffffffff', null],
  ])('reads %s', (hex, value) => {
    expect(read(hex)).toEqual(value);
  });

  test.each([
    ['nothing', ''],
    ['a list that is longer than the payload', 'ddffffffff'],
    ['a mapping that is longer than the payload', 'df7fffffff'],
    ['a text that is longer than the payload', 'db7fffffff41'],
    ['bytes that are longer than the payload', 'c67fffffff01'],
    ['an extension that is longer than the payload', 'c97fffffff01'],
    ['a truncated number', 'cd03'],
    ['what is never used', 'c1'],
    ['a text that is not UTF-8', 'a2fffe'],
    ['a timestamp of another length', 'd4ff00'],
    ['a key that is a mapping', '818001'],
    ['more than one value', '0102'],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(Malformed);
  });

  test('keeps a key called __proto__ as a key', () => {
    expect(Object.entries(read(`81a9${Buffer.from('__proto__').toString('hex')}81a17801`) as object)).toEqual([
      ['__proto__', { x: 1 }],
    ]);
  });

  test('refuses what is nested too deeply, and takes what is just not', () => {
    expect(read(`${'91'.repeat(31)}90`)).toHaveLength(1);
    for (const opening of ['91', 'dc0001', '8100', 'df0000000100']) {
      expect(() => read(opening.repeat(50_000))).toThrow(expect.objectContaining({ tooDeep: true }) as Error);
    }
  });

  test('reads back what another program wrote', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(readMessagePack(pack(value))).toEqual(value);
      }),
      { numRuns: runs(300) },
    );
  });

  test('throws nothing but Malformed for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          JSON.stringify(readMessagePack(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: runs(3000) },
    );
  });
});
