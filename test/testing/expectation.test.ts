import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExpectStep } from '../../src/compile/scenario.ts';
import type { PublishEffect } from '../../src/core/effect.ts';
import { assign, mismatches } from '../../src/testing/expectation.ts';
import { payloadDiff } from '../../src/testing/payload-diff.ts';
import { runs } from '../property-runs.ts';

function effectOf(topic: string, payload: string): PublishEffect {
  return {
    type: 'publish',
    rule: 'r',
    key: '-',
    at: 0,
    broker: 'default',
    topic,
    payload,
    qos: 1,
    retain: false,
    hops: 1,
    properties: undefined,
  };
}

function stepOf(topic: string, expected: Partial<ExpectStep>): ExpectStep {
  const rest = { payload: undefined, contains: undefined, retain: undefined, qos: undefined, properties: undefined };
  return { type: 'expect', at: 0, line: 1, column: 1, topic, broker: 'default', ...rest, ...expected };
}

const topic = fc.constantFrom('a', 'b');
const number = fc.integer({ min: 0, max: 2 });
const step = fc
  .record({ topic, payload: fc.option(number, { nil: undefined }) })
  .map(({ topic, payload }) => stepOf(topic, { payload }));
const effect = fc.record({ topic, number }).map(({ topic, number }) => effectOf(topic, String(number)));

/** The most steps that can have a message of their own, tried out. */
function most(steps: readonly ExpectStep[], effects: readonly PublishEffect[]): number {
  const [first, ...rest] = steps;
  if (first === undefined) return 0;
  const fitting = effects.filter((one) => mismatches(first, one).length === 0);
  const tries = fitting.map(
    (one) =>
      1 +
      most(
        rest,
        effects.filter((other) => other !== one),
      ),
  );
  return Math.max(most(rest, effects), ...tries);
}

test('as many steps as can have a message of their own get one that is as they expect', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), fc.array(effect, { maxLength: 5 }), (steps, effects) => {
      const assigned = assign(steps, effects);
      const given = assigned.filter((one) => one !== undefined);
      expect(new Set(given).size).toBe(given.length);
      for (const [i, one] of assigned.entries())
        if (one !== undefined) expect(mismatches(steps[i] as ExpectStep, one)).toEqual([]);
      expect(given.length).toBe(most(steps, effects));
    }),
    { numRuns: runs(500) },
  );
});

test('thousands of messages alike are given out in no time', () => {
  const steps = Array.from({ length: 5000 }, () => stepOf('a', {}));
  const effects = Array.from({ length: 5000 }, (_, i) => effectOf('a', String(i)));
  expect(assign(steps, effects)).toEqual(effects);
});

const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== 'string');

test('a payload is what is expected if there is nothing to tell apart, and only then', () => {
  fc.assert(
    fc.property(json, json, (expected, came) => {
      const isSame = mismatches(stepOf('a', { payload: expected }), effectOf('a', JSON.stringify(came))).length === 0;
      const isAlike = payloadDiff(expected, JSON.stringify(came)).every(({ kind }) => kind === 'both');
      expect(isAlike).toBe(isSame);
    }),
    { numRuns: runs(500) },
  );
});

test('every value contains itself, and a mapping what is left when entries are taken out of it', () => {
  const mapping = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(mapping, fc.func(fc.boolean()), (value, keep) => {
      const part = Object.fromEntries(Object.entries(value).filter(([key]) => keep(key)));
      const came = effectOf('a', JSON.stringify(value));
      expect(mismatches(stepOf('a', { contains: part }), came)).toEqual([]);
      expect(payloadDiff(part, came.payload, true).every(({ kind }) => kind === 'both')).toBe(true);
    }),
    { numRuns: runs(300) },
  );
});

test.each([
  ['{ "b": [1, 2], "a": 1.0 }', '{"a":1,"b":[1,2]}', true],
  ['[1,\n2]', '[1,2]', true],
  ['{ "a": 1 }', '{"a":1,"b":2}', false],
  ['[1]', '"[1]"', true],
  ['1.0', '1', false],
  ['{ no json', '{"a":1}', false],
])('a payload that is expected as the text %j is %j: %j', (payload, came, fits) => {
  expect(mismatches(stepOf('a', { payload }), effectOf('a', came))).toEqual(fits ? [] : ['payload']);
});

test('what is there of a part is not told of, elements of a list neither', () => {
  const came = '{"list":[1,2,{"a":1,"b":2}],"x":3}';
  expect(payloadDiff({ list: [{ a: 1 }, 2], x: 4 }, came, true).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'both {',
    'both   "list": [1,2,{"a":1,"b":2}]',
    'missing   "x": 4',
    'came   "x": 3',
    'both }',
  ]);
});
