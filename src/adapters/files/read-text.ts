import { hash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf, notAFile, reasonOf } from './reason.ts';

/** The largest rule file that is read, in bytes. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** The content of a file, with a hash of its bytes and what the file system said of it before the first was read. */
export interface Content {
  readonly type: 'content';
  readonly text: string;
  readonly hash: string;
  readonly stats: Stats;
}

/** Why a file has no content; `missing` means that there is no such file (any more). */
export interface NoContent {
  readonly type: 'missing' | 'unreadable';
  readonly reason: string;
}

/** A whole text file. Never rejects, never waits for a writer, and never holds more than the limit in memory. */
export async function readText(location: string): Promise<Content | NoContent> {
  try {
    // A file that became a pipe since it was listed would block a plain open for ever. Windows has no such flag.
    const handle = await open(location, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readHandle(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { type: codeOf(error) === 'ENOENT' ? 'missing' : 'unreadable', reason: reasonOf(error) };
  }
}

/** Why a file of that size is not read. */
export function tooLarge(): string {
  return `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB, the most a rule file may be: split it`;
}

async function readHandle(handle: FileHandle): Promise<Content | NoContent> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { type: 'unreadable', reason: notAFile(stats) };
  const bytes = await readBytes(handle, stats.size);
  if (bytes === undefined) return { type: 'unreadable', reason: tooLarge() };
  const text = decode(bytes);
  if (text === undefined) return { type: 'unreadable', reason: 'is not UTF-8 text' };
  return { type: 'content', text, hash: hash('sha256', bytes, 'base64'), stats };
}

/** Everything up to the end, or undefined when that is more than the limit. The size is only a first guess. */
async function readBytes(handle: FileHandle, expected: number): Promise<Buffer | undefined> {
  let buffer = Buffer.allocUnsafe(Math.min(expected, MAX_FILE_BYTES) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > MAX_FILE_BYTES) return undefined;
    if (length === buffer.length) {
      buffer = Buffer.concat([buffer], Math.min(Math.max(buffer.length * 2, 4096), MAX_FILE_BYTES + 1));
    }
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
