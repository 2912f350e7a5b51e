import fc from 'fast-check';
import type { MessageProperties, Publication } from '../../../src/ports/transport.ts';

const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((value) => !value.includes('\0') && value.isWellFormed());

const properties = fc.record<MessageProperties>(
  {
    messageExpiry: fc.nat(),
    contentType: text,
    responseTopic: fc.constantFrom('a', 'répondre/ici'),
    correlationData: fc.uint8Array({ maxLength: 200 }),
    user: fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 3 })), { noNullPrototype: false }),
  },
  { requiredKeys: [] },
);

/** Messages that a broker takes. */
export const publications: fc.Arbitrary<Publication> = fc.record({
  topic: fc.constantFrom('a', 'größe/ü', 'x'.repeat(200)),
  payload: fc.oneof(fc.uint8Array({ maxLength: 20_000 }), fc.string({ unit: 'binary', maxLength: 300 })),
  qos: fc.constantFrom(0, 1, 2),
  retain: fc.boolean(),
  properties: fc.option(properties, { nil: undefined }),
});
