import { KnownTexts } from './known-texts.ts';

/** Of a longer text nothing is gained. Bytes. */
const MAX_TEXT = 64;
/** As many digits a number holds exactly, and each power of ten up to there. */
const MAX_DIGITS = 15;
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** i);

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const [A, E, F, L, N, R, S, T, U] = [0x61, 0x65, 0x66, 0x6c, 0x6e, 0x72, 0x73, 0x74, 0x75];

/**
 * Goes over the bytes of JSON and reads simple values as JSON.parse does; undefined for any other. It does not know where the
 * JSON ends: who uses it looks whether it came out there.
 */
export class JsonScanner {
  readonly #texts = new KnownTexts();
  chunk: Buffer = Buffer.alloc(0);
  at = 0;

  /** Whether a piece of some bytes comes next, which is then behind it. */
  passes(bytes: Uint8Array, start: number, end: number): boolean {
    const { chunk } = this;
    let { at } = this;
    for (let i = start; i < end; i++) if (chunk[at++] !== bytes[i]) return false;
    this.at = at;
    return true;
  }

  /** A number, a text, true, false or null. */
  value(): unknown {
    const { chunk, at } = this;
    switch (chunk[at]) {
      case QUOTE:
        return this.#text();
      case T:
        return this.#word(chunk[at + 1] === R && chunk[at + 2] === U && chunk[at + 3] === E, 4, true);
      case F: {
        const isFalse = chunk[at + 1] === A && chunk[at + 2] === L && chunk[at + 3] === S && chunk[at + 4] === E;
        return this.#word(isFalse, 5, false);
      }
      case N:
        return this.#word(chunk[at + 1] === U && chunk[at + 2] === L && chunk[at + 3] === L, 4, null);
      case MINUS: {
        this.at++;
        const number = this.#number();
        return number === undefined ? undefined : -number;
      }
      default:
        return this.#number();
    }
  }

  #word<T>(isIt: boolean, length: number, value: T): T | undefined {
    if (!isIt) return undefined;
    this.at += length;
    return value;
  }

  #text(): string | undefined {
    const { chunk } = this;
    const start = this.at + 1;
    let end = start;
    while (chunk[end] !== QUOTE) if (++end > start + MAX_TEXT) return undefined;
    this.at = end + 1;
    return this.#texts.at(chunk, start, end);
  }

  /** One without a sign, an exponent, and more digits than it holds exactly. */
  #number(): number | undefined {
    const { chunk, at: start } = this;
    let at = start;
    let number = digitAt(chunk, at++);
    if (!isDigit(number)) return undefined;
    let digit = digitAt(chunk, at);
    if (number !== 0) for (; isDigit(digit); digit = digitAt(chunk, ++at)) number = number * 10 + digit;
    let digits = at - start;
    if (chunk[at] === POINT) {
      const point = at;
      digit = digitAt(chunk, ++at);
      for (; isDigit(digit); digit = digitAt(chunk, ++at)) number = number * 10 + digit;
      const decimals = at - point - 1;
      digits += decimals;
      if (decimals === 0 || digits > MAX_DIGITS) return undefined;
      number /= POWERS[decimals] as number; // Both are exact, so that the quotient is the nearest number there is.
    }
    if (digits > MAX_DIGITS) return undefined;
    this.at = at;
    return number;
  }
}

/** The digit at a place of a chunk; what is none is below 0, above 9, or NaN behind the chunk. */
function digitAt(chunk: Buffer, at: number): number {
  return (chunk[at] as number) - ZERO;
}

function isDigit(digit: number): boolean {
  return digit >= 0 && digit <= 9;
}
