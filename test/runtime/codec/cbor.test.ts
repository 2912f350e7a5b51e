import { encode } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/runtime/codec/byte-reader.ts';
import { readCbor } from '../../../src/runtime/codec/cbor.ts';
import { runs } from '../../property-runs.ts';
import { jsonValue } from './json-value.ts';

const read = (hex: string): unknown => readCbor(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('CBOR', () => {
  // The examples of RFC 8949, appendix A, and what they are as JSON.
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1bffffffffffffffff', 18_446_744_073_709_552_000],
    ['c249010000000000000000', 18_446_744_073_709_552_000],
    ['3bffffffffffffffff', -18_446_744_073_709_552_000],
    ['c349010000000000000000', -18_446_744_073_709_552_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f98000', 0],
    ['f93c00', 1],
    ['fb3ff199999999999a', 1.1],
    ['f93e00', 1.5],
    ['f97bff', 65_504],
    ['fa47c35000', 100_000],
    ['f90001', 5.960464477539063e-8],
    ['f90400', 0.00006103515625],
    ['f9c400', -4],
    ['f97c00', null],
    ['f97e00', null],
    ['faff800000', null],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['f0', null],
    ['f8ff', null],
    ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['c11a514b67b0', '2013-03-21T20:04:00.000Z'],
    ['c1fb41d452d9ec200000', '2013-03-21T20:04:00.500Z'],
    ['d74401020304', 'AQIDBA=='],
    ['d82076687474703a2f2f7777772e6578616d706c652e636f6d', 'http://www.example.com'],
    ['40', ''],
    ['6161', 'a'],
    ['62c3bc', 'ü'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a0', {}],
    ['a201020304', { 1: 2, 3: 4 }],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['5f42010243030405ff', 'AQIDBAU='],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9fff', []],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ])('reads %s', (hex, value) => {
    expect(read(hex)).toEqual(value);
  });

  test.each([
    ['nothing', ''],
    ['a list that is longer than the payload', '9affffffff'],
    ['a list of 2^64 elements', '9bffffffffffffffff'],
    ['a mapping that is longer than the payload', 'ba7fffffff'],
    ['a text that is longer than the payload', '7a7fffffff41'],
    ['bytes that are longer than the payload', '5bffffffffffffffff'],
    ['a truncated number', '1903'],
    ['a list that never ends', '9f01'],
    ['a break on its own', 'ff'],
    ['a number of indefinite length', '1f'],
    ['a reserved length', '1c'],
    ['a chunk of another kind', '7f4101ff'],
    ['a text that is not UTF-8', '62fffe'],
    ['a big number that is a text', 'c26161'],
    ['a key that is a list', 'a18001'],
    ['a mapping that ends behind a key', 'bf6161ff'],
    ['more than one value', '0102'],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(Malformed);
  });

  test('reads a character that two chunks share', () => {
    expect(read('7f61c361bcff')).toBe('ü');
  });

  test('keeps a key called __proto__ as a key', () => {
    const value = read(`a169${Buffer.from('__proto__').toString('hex')}a1617801`);
    expect(Object.entries(value as object)).toEqual([['__proto__', { x: 1 }]]);
    expect((value as { x?: unknown }).x).toBeUndefined();
  });

  test('refuses what is nested too deeply, and takes what is just not', () => {
    expect(read(`${'81'.repeat(31)}80`)).toHaveLength(1);
    for (const opening of ['81', '9f', 'a100', 'c1', 'd9d9f7']) {
      expect(() => read(opening.repeat(100_000))).toThrow(expect.objectContaining({ tooDeep: true }) as Error);
    }
  });

  test('reads a number of 256 KiB in no time', () => {
    expect(readCbor(Buffer.concat([Buffer.from('c25a00040000', 'hex'), Buffer.alloc(262_144, 0xff)]))).toBeNull();
  });

  test('reads back what another program wrote', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(readCbor(encode(value))).toEqual(value);
      }),
      { numRuns: runs(300) },
    );
  });

  test('throws nothing but Malformed for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          JSON.stringify(readCbor(Buffer.from(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: runs(3000) },
    );
  });
});
