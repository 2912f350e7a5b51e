import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableLine } from '../../src/cli/printable.ts';

test('leaves text alone, with its lines and tabs', () => {
  expect(printable(Buffer.from('21 °C\n\t{"on": true}'))).toBe('21 °C\n\t{"on": true}');
});

test('writes control characters and marks that turn text around as codes', () => {
  expect(printable(Buffer.from('\u001b[2J\r\u009b\u202e'))).toBe('\\x1b[2J\\x0d\\x9b\\u202e');
});

test('writes what is not UTF-8 byte by byte', () => {
  expect(printable(Buffer.from([0x41, 0xff, 0x00, 0x0a]))).toBe('A\\xff\\x00\n');
});

test('keeps a topic on its line', () => {
  expect(printableLine('a\nb\u2028')).toBe('a\\x0ab\\u2028');
});

test('never lets a control character through', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(printable(bytes)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});
