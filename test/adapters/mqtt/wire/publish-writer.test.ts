import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { toPacket } from '../../../../src/adapters/mqtt/properties.ts';
import { Output } from '../../../../src/adapters/mqtt/wire/output.ts';
import { writeProperties } from '../../../../src/adapters/mqtt/wire/properties-writer.ts';
import { writePubacks, writePublish } from '../../../../src/adapters/mqtt/wire/publish-writer.ts';
import { parsed } from '../../../peers/parsed.ts';
import { runs } from '../../../property-runs.ts';
import { publications } from '../publications.ts';

test('another reader reads what was written, one after the other in one output', () => {
  const each = fc.record({
    publication: publications,
    packetId: fc.integer({ min: 1, max: 65_535 }),
    again: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(each, { maxLength: 5 }), fc.constantFrom(4, 5), (all, version) => {
      const output = new Output(16);
      const properties = new Output(16);
      const expected = all.map(({ publication, packetId, again }) => {
        properties.length = 0;
        if (version === 5) writeProperties(properties, publication.properties);
        const { topic, qos, retain } = publication;
        const dup = again && qos > 0;
        writePublish(output, publication, packetId, dup, properties);
        const payload = Buffer.from(publication.payload as string); // Either of the two is what Buffer.from takes.
        const own = publication.properties === undefined ? {} : { properties: toPacket(publication.properties) };
        const packet = { cmd: 'publish' as const, topic, payload, qos, retain, dup, messageId: packetId };
        return generate(version === 5 ? { ...packet, ...own } : packet, { protocolVersion: version });
      });
      expect(parsed(output.take(), version)).toEqual(parsed(Buffer.concat(expected), version));
      expect(output.length).toBe(0);
    }),
    { numRuns: runs(500) },
  );
});

test('acknowledgements follow one another', () => {
  const output = new Output(1);
  writePubacks(output, [1, 513]);
  expect(parsed(output.take(), 5)).toMatchObject([
    { cmd: 'puback', messageId: 1 },
    { cmd: 'puback', messageId: 513 },
  ]);
});
