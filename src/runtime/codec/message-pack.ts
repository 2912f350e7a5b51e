import { isoTime } from './iso-time.ts';
import { ByteReader, Malformed } from './byte-reader.ts';

/**
 * MessagePack as plain JSON data: binary and extensions as base64, timestamps as ISO 8601, and null for numbers that
 * JSON does not have. Throws Malformed, whatever the bytes are.
 */
export function readMessagePack(bytes: Buffer): unknown {
  const reader = new ByteReader(bytes);
  const value = readValue(reader);
  if (reader.left > 0) throw new Malformed('there is more behind the value');
  return value;
}

const TIMESTAMP = -1;

function readValue(reader: ByteReader): unknown {
  const format = reader.byte();
  const next = (): unknown => readValue(reader);
  if (format < 0x80) return format;
  if (format >= 0xe0) return format - 0x100;
  if (format < 0x90) return reader.mapping(format & 0x0f, next);
  if (format < 0xa0) return reader.list(format & 0x0f, next);
  if (format < 0xc0) return reader.text(format & 0x1f);
  switch (format) {
    case 0xc0:
      return null;
    case 0xc2:
    case 0xc3:
      return format === 0xc3;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return reader.bytes(reader.unsigned(2 ** (format - 0xc4))).toString('base64');
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return extension(reader.unsigned(2 ** (format - 0xc7)), reader);
    case 0xca:
    case 0xcb:
      return reader.float(format === 0xca ? 4 : 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return reader.unsigned(2 ** (format - 0xcc));
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return reader.signed(2 ** (format - 0xd0));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(2 ** (format - 0xd4), reader);
    case 0xd9:
    case 0xda:
    case 0xdb:
      return reader.text(reader.unsigned(2 ** (format - 0xd9)));
    case 0xdc:
    case 0xdd:
      return reader.list(reader.unsigned(format === 0xdc ? 2 : 4), next);
    case 0xde:
    case 0xdf:
      return reader.mapping(reader.unsigned(format === 0xde ? 2 : 4), next);
    default:
      throw new Malformed('this is no value'); // 0xc1 is never used.
  }
}

function extension(length: number, reader: ByteReader): unknown {
  const type = reader.signed(1);
  if (type !== TIMESTAMP) return reader.bytes(length).toString('base64');
  switch (length) {
    case 4:
      return isoTime(reader.unsigned(4) * 1000);
    case 8: {
      const high = reader.unsigned(4); // 30 bits of nanoseconds, and the highest 2 of 34 bits of seconds.
      return isoTime(((high & 3) * 2 ** 32 + reader.unsigned(4)) * 1000 + Math.floor((high >>> 2) / 1e6));
    }
    case 12: {
      const nanoseconds = reader.unsigned(4);
      return isoTime(reader.signed(8) * 1000 + Math.floor(nanoseconds / 1e6));
    }
    default:
      throw new Malformed('a timestamp has 4, 8 or 12 bytes');
  }
}
