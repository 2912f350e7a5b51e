import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopicNames } from '../../../../src/adapters/mqtt/wire/topic-names.ts';
import { runs } from '../../../property-runs.ts';

test('a topic is what its bytes say, however often and among whatever others they come', () => {
  const topic = fc.oneof(
    fc.stringMatching(/^[a-c/]{0,6}$/).map((text) => Buffer.from(text)),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)), // Which may be no UTF-8.
    fc.string({ minLength: 120, maxLength: 140 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(topic), (topics) => {
      const names = new TopicNames();
      for (const bytes of [...topics, ...topics]) {
        const chunk = Buffer.concat([Buffer.from('--'), bytes, Buffer.from('--')]);
        const topic = names.read(chunk, 2, 2 + bytes.length);
        expect(topic.name).toBe(bytes.toString());
        if (bytes.length < 120) expect(names.read(bytes, 0, bytes.length)).toBe(topic);
      }
    }),
    { numRuns: runs(300) },
  );
});

test('topics are remembered, many as well as few', () => {
  const names = new TopicNames();
  const read = (i: number): unknown => {
    const bytes = Buffer.from(`plant/line-${i % 100}/größe-${i}`);
    return names.read(bytes, 0, bytes.length);
  };
  const first = Array.from({ length: 50_000 }, (_, i) => read(i));
  const kept = first.filter((topic, i) => read(i) === topic).length;
  expect(kept).toBeGreaterThan(49_000); // Few share their places with more than three others.
});

test('more topics than there is room for are read all the same', () => {
  const names = new TopicNames();
  for (let i = 0; i < 400_000; i++) {
    const bytes = Buffer.from(`sensor/${i}`);
    if (names.read(bytes, 0, bytes.length).name !== `sensor/${i}`) throw new Error(`sensor/${i}`);
  }
});
