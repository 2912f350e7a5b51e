import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { FrameHeaders } from '../../../src/adapters/broker/frame-guard.ts';
import { runs } from '../../property-runs.ts';

function publishOf(bytes: number): Buffer {
  return generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(bytes), qos: 0, retain: false, dup: false });
}

test('lets packets up to the limit through and stops at the header of a larger one, wherever the bytes are cut', () => {
  const sizes = fc.array(fc.oneof(fc.nat(20), fc.nat(400), fc.nat(20_000)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.nat(3_000), { minLength: 1 }),
      fc.integer({ min: 10, max: 20_000 }),
      (all, cuts, limit) => {
        const packets = all.map(publishOf);
        const bytes = Buffer.concat(packets);
        const headers = new FrameHeaders(limit);
        const found: number[] = [];
        for (let at = 0, n = 0; at < bytes.length && found.length === 0; n++) {
          const end = at + 1 + (cuts[n % cuts.length] ?? 0);
          const oversized = headers.scan(bytes.subarray(at, end));
          if (oversized > 0) found.push(oversized);
          at = end;
        }
        expect(found).toEqual(
          packets
            .map(({ length }) => length)
            .filter((length) => length > limit)
            .slice(0, 1),
        );
      },
    ),
    { numRuns: runs(300) },
  );
});

test('stops at a length that never ends, and before the body of a packet of 10 MB', () => {
  expect(new FrameHeaders(2 ** 30).scan(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(Infinity);
  expect(new FrameHeaders(1_000_000).scan(publishOf(10_000_000).subarray(0, 5))).toBeGreaterThan(10_000_000);
});
