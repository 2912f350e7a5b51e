import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { toPacket } from '../../../src/adapters/mqtt/properties.ts';
import { publicationFault } from '../../../src/adapters/mqtt/publication-fault.ts';
import type { MessageProperties } from '../../../src/ports/transport.ts';
import { publication } from '../../contracts/transport.ts';
import { runs } from '../../property-runs.ts';
import { publications } from './publications.ts';

test('knows the size of a packet to the byte', () => {
  fc.assert(
    fc.property(publications, fc.constantFrom(4, 5), (each, protocolVersion) => {
      const { topic, qos, retain } = each;
      const payload = Buffer.from(each.payload as string); // Either of the two is what Buffer.from takes.
      const packet = { cmd: 'publish' as const, topic, payload, qos, retain, dup: false, messageId: 1 };
      const own = each.properties === undefined ? {} : { properties: toPacket(each.properties) };
      const size = generate(protocolVersion === 5 ? { ...packet, ...own } : packet, { protocolVersion }).length;
      expect(publicationFault(each, protocolVersion, size)).toBeUndefined();
      expect(publicationFault(each, protocolVersion, size - 1)).toMatch(
        `the packet of ${size} bytes is larger than the ${size - 1}`,
      );
    }),
    { numRuns: runs(500) },
  );
});

test.each<[string, MessageProperties]>([
  ['the response topic cannot be used: it has a wildcard (+ or #)', { responseTopic: 'a/#' }],
  ['the content type is not text that MQTT can carry', { contentType: 'a\0b' }],
  ['the user property "name" is not text that MQTT can carry', { user: { name: ['fine', '\ud800'] } }],
  ['the correlation data is longer than 65 535 bytes', { correlationData: new Uint8Array(65_536) }],
  ['the message expiry is not a whole number of seconds', { messageExpiry: 1.5 }],
])('refuses what would make the broker close the connection: %s', (fault, bad) => {
  expect(publicationFault(publication('a', '', 0, { properties: bad }), 5)).toBe(fault);
  expect(publicationFault(publication('a', '', 0, { properties: bad }), 4)).toBeUndefined();
});
