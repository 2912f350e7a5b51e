import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEVER } from '../../src/core/stage.ts';
import { Timers } from '../../src/core/timers.ts';
import { runs } from '../property-runs.ts';

describe('timers', () => {
  test('come out in order of time, whatever else goes in and out', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ push: fc.nat(20) }) },
      { weight: 2, arbitrary: fc.constant('pop' as const) },
      { weight: 1, arbitrary: fc.record({ keep: fc.integer({ min: 2, max: 4 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const timers = new Timers<number>();
        let model: { at: number; owner: number }[] = [];
        for (const [owner, step] of steps.entries()) {
          if (step === 'pop') {
            const at = timers.peek();
            const left = timers.pop();
            const place = model.findIndex((entry) => entry.owner === left); // Those of one time leave in any order.
            expect(model[place]?.at ?? NEVER).toBe(at);
            model = model.filter((_, i) => i !== place);
          } else if ('push' in step) {
            timers.push(step.push, owner);
            model.push({ at: step.push, owner });
            model.sort((a, b) => a.at - b.at);
          } else {
            timers.keep((at, owner) => (at + owner) % step.keep !== 0);
            model = model.filter(({ at, owner }) => (at + owner) % step.keep !== 0);
          }
          expect(timers.peek()).toBe(model[0]?.at ?? NEVER);
          expect(timers.size).toBe(model.length);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
