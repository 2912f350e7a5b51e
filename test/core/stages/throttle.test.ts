import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { Stage } from '../machine/acting.ts';

/** Which of the messages pass, by the times at which they come. */
function passing(throttle: string, times: readonly number[]): number[] {
  const stage = new Stage(`{ id: r, on: a, throttle: ${throttle}, log: x }`);
  return times.filter((at) => stage.send('a', '', { at }).length > 0);
}

describe('throttle', () => {
  test.each([
    ['1s', [0, 0, 1, 999, 1000, 1001, 2000], [0, 1000, 2000]],
    ['{ max: 2, per: 1s }', [0, 500, 501, 999, 1000, 1400, 1500], [0, 500, 1000, 1500]],
    ['{ max: 3, per: 1s }', [0, 0, 0, 0, 1000, 1000, 1000, 1000], [0, 0, 0, 1000, 1000, 1000]],
    ['0s', [0, 0, 0], [0, 0, 0]],
  ])('%s lets of messages at %j pass those at %j', (throttle, times, passed) => {
    expect(passing(throttle, times)).toEqual(passed);
  });

  test('lets a message pass when fewer than `max` have passed less than `per` ago, for any history', () => {
    const waits = fc.array(fc.constantFrom(0, 0, 1, 400, 500, 999, 1000), { maxLength: 40 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 1, max: 4 }), (waits, max) => {
        let at = 0;
        const times = waits.map((wait) => (at += wait));
        const model: number[] = [];
        for (const time of times) if (model.filter((passed) => time - passed < 1000).length < max) model.push(time);
        expect(passing(`{ max: ${max}, per: 1s }`, times)).toEqual(model);
      }),
      { numRuns: runs(200) },
    );
  });

  test('counts what it holds back', () => {
    const stage = new Stage('{ id: r, on: a, throttle: 1m, log: x }');
    stage.sendAll('a', [1, 2, 3]);
    expect(stage.tally().suppressed.throttle).toBe(2);
  });

  test('is of each key', () => {
    const stage = new Stage('{ id: r, on: a/+x, throttle: 1m, log: "${x}" }');
    expect(['1', '2', '1'].flatMap((x) => stage.send(`a/${x}`))).toEqual(['info: 1', 'info: 2']);
  });

  test('is not used up by what `distinct` holds back', () => {
    const stage = new Stage('{ id: r, on: a, throttle: { max: 2, per: 1m }, distinct: payload, log: "${payload}" }');
    expect(stage.sendAll('a', [1, 1, 1, 2, 3])).toEqual(['info: 1', 'info: 2']);
    expect(stage.tally().suppressed).toMatchObject({ distinct: 2, throttle: 1 });
  });
});
