import type { Readable } from 'node:stream';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords } from './failure.ts';

/** No MQTT message can be longer, so no line can that is to be one. */
const MAX_LINE_BYTES = 268_435_455;

/** The bytes of a stream as they come; what cannot be read is a Failure that names it. */
export async function* chunksOf(
  stream: Readable,
  name: string,
  exitCode: number = EXIT.failed,
): AsyncGenerator<Buffer> {
  try {
    // No encoding is set on the stream, so its chunks are buffers.
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Failure(`cannot read ${name}: ${inWords(error)}`, exitCode, { cause: error });
  }
}

/** The lines in a flow of bytes, without their `\n`; a last line that does not end is one too. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > MAX_LINE_BYTES) throw new Failure('a line is longer than any MQTT message can be');
  }
  if (length > 0) yield Buffer.concat(parts);
}
