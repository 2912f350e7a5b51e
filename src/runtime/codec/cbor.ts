import { isUtf8 } from 'node:buffer';
import { isoTime } from './iso-time.ts';
import { ByteReader, Malformed } from './byte-reader.ts';

/**
 * CBOR (RFC 8949) as plain JSON data: byte strings as base64, moments as ISO 8601, and null for numbers that JSON does
 * not have. Of any other tag, what it is on counts. Throws Malformed, whatever the bytes are.
 */
export function readCbor(bytes: Buffer): unknown {
  const reader = new ByteReader(bytes);
  const value = readItem(reader);
  if (reader.left > 0) throw new Malformed('there is more behind the value');
  return value;
}

const BYTES = 2;
const TEXT = 3;
const INDEFINITE = 31;
const BREAK = 0xff;

function readItem(reader: ByteReader): unknown {
  const initial = reader.byte();
  const major = initial >> 5;
  const minor = initial & 0x1f;
  const next = (): unknown => readItem(reader);
  const ended = (): boolean => isBreak(reader);
  switch (major) {
    case 0:
      return argumentOf(minor, reader);
    case 1:
      return -1 - argumentOf(minor, reader);
    case BYTES:
      return stringOf(major, minor, reader).toString('base64');
    case TEXT: {
      const text = stringOf(major, minor, reader);
      if (!isUtf8(text)) throw new Malformed('a text is not valid UTF-8');
      return text.toString('utf8');
    }
    case 4:
      return reader.list(minor === INDEFINITE ? null : argumentOf(minor, reader), next, ended);
    case 5:
      return reader.mapping(minor === INDEFINITE ? null : argumentOf(minor, reader), next, ended);
    case 6:
      return reader.inside(() => readTagged(argumentOf(minor, reader), reader));
    default:
      return simple(minor, reader);
  }
}

/** The number in or behind an initial byte. */
function argumentOf(minor: number, reader: ByteReader): number {
  if (minor < 24) return minor;
  if (minor > 27) throw new Malformed('a length is not one');
  return reader.unsigned(2 ** (minor - 24));
}

/** A string of bytes or of text, in one piece or in chunks of its kind. */
function stringOf(major: number, minor: number, reader: ByteReader): Buffer {
  if (minor !== INDEFINITE) return reader.bytes(argumentOf(minor, reader));
  const chunks: Buffer[] = [];
  while (!isBreak(reader)) {
    const initial = reader.byte();
    if (initial >> 5 !== major) throw new Malformed('a chunk of a string is something else');
    chunks.push(reader.bytes(argumentOf(initial & 0x1f, reader)));
  }
  return Buffer.concat(chunks);
}

/** Whether an item of indefinite length ends here. */
function isBreak(reader: ByteReader): boolean {
  if (reader.peek() !== BREAK) return false;
  reader.byte();
  return true;
}

function readTagged(tag: number, reader: ByteReader): unknown {
  switch (tag) {
    case 1: {
      const seconds = readItem(reader);
      return typeof seconds === 'number' ? isoTime(seconds * 1000) : null;
    }
    case 2:
      return bigNumber(reader);
    case 3: {
      const number = bigNumber(reader);
      return number === null ? null : -1 - number;
    }
    default:
      return readItem(reader);
  }
}

/** A whole number of any length, as the nearest that a number can be. */
function bigNumber(reader: ByteReader): number | null {
  const initial = reader.byte();
  if (initial >> 5 !== BYTES) throw new Malformed('a big number is a string of bytes');
  let number = 0;
  for (const byte of stringOf(BYTES, initial & 0x1f, reader)) number = number * 256 + byte;
  return Number.isFinite(number) ? number : null;
}

function simple(minor: number, reader: ByteReader): unknown {
  if (minor === 20 || minor === 21) return minor === 21;
  if (minor >= 25 && minor <= 27) return reader.float(2 ** (minor - 24));
  if (minor === 24) reader.byte(); // A simple value without a meaning.
  if (minor > 27) throw new Malformed('this is no value');
  return null;
}
