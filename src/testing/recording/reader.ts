import { isUtf8 } from 'node:buffer';
import type { RecordedMessage } from './message.ts';
import { readLine } from './read-line.ts';
import { isoTime } from './time.ts';

/** What is wrong with a line; `line` counts from 1. */
export interface BadLine {
  readonly line: number;
  readonly message: string;
}

/** The longest line. Bytes: a message of several megabytes, written as JSON. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Reads a recording piece by piece: NDJSON in UTF-8, one message a line, times not decreasing. A line that is no message is
 * told, and the rest goes on.
 */
export class RecordingReader {
  readonly #broker: string;
  readonly #onBadLine: (bad: BadLine) => void;
  /** The beginning of a line that has not ended yet. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #isTooLong = false;
  #line = 0;
  #last = -Infinity;

  /** `broker` is that of messages which name none. */
  constructor(broker: string, onBadLine: (bad: BadLine) => void) {
    this.#broker = broker;
    this.#onBadLine = onBadLine;
  }

  /** Read on: a piece of the recording, cut anywhere. */
  *read(piece: Buffer): Generator<RecordedMessage> {
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...this.#begun, piece.subarray(0, end)]);
      this.#begun = [];
      this.#begunBytes = 0;
      yield* this.#lines(lines);
    }
    if (end === piece.length) return;
    this.#begun.push(piece.subarray(end));
    this.#begunBytes += piece.length - end;
    if (this.#begunBytes <= MAX_LINE_BYTES) return;
    this.#isTooLong = true;
    this.#begun = [];
    this.#begunBytes = 0;
  }

  /** The recording is over: its last line may have no line break. */
  *end(): Generator<RecordedMessage> {
    if (this.#begunBytes > 0 || this.#isTooLong) yield* this.read(Buffer.from([LINE_FEED]));
  }

  /** Whole lines. Decoding them together is cheaper; only where something is not UTF-8 each is looked at by itself. */
  *#lines(bytes: Buffer): Generator<RecordedMessage> {
    if (!isUtf8(bytes)) {
      yield* this.#oneByOne(bytes);
      return;
    }
    const text = bytes.toString();
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const message = this.#take(text.slice(start, end));
      start = end + 1;
      if (message !== null) yield message;
    }
  }

  *#oneByOne(bytes: Buffer): Generator<RecordedMessage> {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const line = bytes.subarray(start, end);
      const message = this.#take(isUtf8(line) ? line.toString() : null);
      start = end + 1;
      if (message !== null) yield message;
    }
  }

  /** The message of a line, or null where there is none. A line of null is not UTF-8. */
  #take(line: string | null): RecordedMessage | null {
    this.#line++;
    const isTooLong = this.#isTooLong;
    this.#isTooLong = false;
    if (isTooLong) return this.#bad(`the line is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`);
    if (line === null) return this.#bad('not UTF-8: write such a payload as Base64, with "base64": true');
    const text = this.#line === 1 && line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
    if (text.trim() === '') return null;
    const read = readLine(text, this.#broker);
    if (typeof read === 'string') return this.#bad(read);
    if (read.at < this.#last)
      return this.#bad(`times must not decrease: ${isoTime(read.at)} comes after ${isoTime(this.#last)}`);
    this.#last = read.at;
    return read;
  }

  #bad(message: string): null {
    this.#onBadLine({ line: this.#line, message });
    return null;
  }
}
