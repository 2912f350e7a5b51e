import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** How many numbers there is room for. Beyond them the oldest give way: by then a commit has long had them. */
const SLOTS = 65_536;
const SLOT = 8;
/** The name of who writes, and blanks. */
const HEAD = 40;

/**
 * The numbers of effects that are done and not yet part of a commit, in a file beside the tables: a ring of numbers (64-bit
 * floating point, little-endian) behind the name of who writes. A commit waits for the disk; this is with the system at once,
 * so that it is there when the process ends, but may be gone after a loss of power.
 */
export class DoneFile {
  readonly #path: string;
  #file: number | null = null;
  #next = 0;

  /** `folder`: where the tables are, which have no file of this name. */
  constructor(folder: string) {
    this.#path = join(folder, 'DONE');
  }

  /** What `writer` has noted: of anybody else the file says nothing. Throws what the file system does. */
  read(writer: string): number[] {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    if (bytes.toString('latin1', 0, HEAD) !== headOf(writer)) return [];
    const numbers: number[] = [];
    for (let at = HEAD; at + SLOT <= bytes.length; at += SLOT) numbers.push(bytes.readDoubleLE(at));
    return numbers;
  }

  /** From now on it is of `writer`, who has noted nothing yet. Throws what the file system does. */
  begin(writer: string): void {
    this.close();
    this.#file = openSync(this.#path, 'w');
    this.#next = 0;
    writeSync(this.#file, headOf(writer), 0, 'latin1');
  }

  /** Throws what the file system does. After `close` it does nothing. */
  note(numbers: readonly number[]): void {
    for (let from = 0; from < numbers.length && this.#file !== null;) {
      const piece = numbers.slice(from, from + SLOTS - this.#next);
      const bytes = Buffer.allocUnsafe(piece.length * SLOT);
      for (const [i, number] of piece.entries()) bytes.writeDoubleLE(number, i * SLOT);
      writeSync(this.#file, bytes, 0, bytes.length, HEAD + this.#next * SLOT);
      this.#next = (this.#next + piece.length) % SLOTS;
      from += piece.length;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function headOf(writer: string): string {
  return writer.padEnd(HEAD);
}
