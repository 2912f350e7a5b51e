import { expect, test } from 'vitest';
import { AGGREGATE_FUNCTIONS } from '../../../src/core/aggregates/functions.ts';
import { Playing } from '../window/playing.ts';

test.each(AGGREGATE_FUNCTIONS)(
  'the example of $name is what it says',
  ({ example: { expression, values, result } }) => {
    const playing = new Playing(`
id: r
on: in/+k
window: { tumbling: ${values.length}s }
aggregate: { r: ${JSON.stringify(expression)} }
publish: { topic: out/a, payload: { r: "\${r}" } }`);
    for (const [seconds, x] of values.entries()) playing.send(seconds, { x });
    expect(playing.advance(values.length)).toEqual([{ at: values.length, r: result }]);
  },
);
