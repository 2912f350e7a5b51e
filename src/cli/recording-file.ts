import type { WriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords } from './failure.ts';

const LINE_FEED = 10;

/** A file that lines are added to. What goes wrong is a Failure that names it. */
export class RecordingFile {
  readonly stream: WriteStream;
  readonly #path: string;
  readonly #closed: Promise<void>;
  #error: Error | undefined;

  private constructor(path: string, stream: WriteStream) {
    this.#path = path;
    this.stream = stream;
    stream.on('error', (error) => (this.#error ??= error));
    this.#closed = new Promise((resolve) => stream.once('close', resolve));
  }

  /** Open a file, or make it. Where what is there ends within a line, the next one begins on a line of its own. */
  static async open(path: string): Promise<RecordingFile> {
    try {
      const handle = await open(path, 'a+');
      const isWhole = await endsWhole(handle);
      const file = new RecordingFile(path, handle.createWriteStream());
      if (!isWhole) file.stream.write('\n');
      return file;
    } catch (error) {
      throw new Failure(`cannot write ${path}: ${inWords(error)}`, EXIT.usage, { cause: error });
    }
  }

  /** Write out what is left, and close. */
  async close(): Promise<void> {
    this.stream.end();
    await this.#closed;
    const error = this.#error;
    if (error !== undefined)
      throw new Failure(`cannot write ${this.#path}: ${inWords(error)}`, EXIT.failed, { cause: error });
  }
}

/** Whether what is in a file, if it is one and has something in it, ends with a line break. */
async function endsWhole(handle: FileHandle): Promise<boolean> {
  const status = await handle.stat();
  if (!status.isFile() || status.size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, status.size - 1);
  return buffer[0] === LINE_FEED;
}
