import type { Stats } from 'node:fs';
import { messageOf } from '../../core/caught.ts';

/** Why a file or folder could not be read, in words a user can act on. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const words = code === undefined ? undefined : WORDS[code];
  if (words !== undefined) return words;
  return messageOf(error);
}

/** The code of a system error: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Why something that is neither a file nor a folder is not read. */
export function notAFile(stats: Stats): string {
  if (stats.isFIFO()) return 'is a named pipe, not a file';
  if (stats.isSocket()) return 'is a socket, not a file';
  if (stats.isDirectory()) return 'is a folder, not a file';
  return 'is a device, not a file';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'is a link that leads back to itself',
  EMFILE: 'too many open files in this process',
  ENFILE: 'too many open files on this machine',
  ENAMETOOLONG: 'its path is too long',
  EIO: 'the disk reports an input/output error',
  EAGAIN: 'has nothing to read yet; it is not an ordinary file',
  ESTALE: 'is gone from the network file system',
};
