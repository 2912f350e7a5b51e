import { StoreFault } from '../../ports/state-store.ts';

/** What went wrong with the store in a folder, in words for people. */
export function faultOf(error: unknown, folder: string): StoreFault {
  if (error instanceof StoreFault) return error;
  return new StoreFault(`the state in ${folder} ${reasonOf(error)}`, { cause: error });
}

function reasonOf(error: unknown): string {
  const codes = codesOf(error);
  const message = deepest(error);
  if (codes.has('LEVEL_LOCKED'))
    return 'is in use by another engine: stop that one, or give this one another folder with --state';
  if (/No space left/i.test(message))
    return 'cannot be written, the disk is full: nothing new is acknowledged until there is room';
  if (/Read-only file system|Permission denied/i.test(message) || codes.has('EACCES') || codes.has('EROFS'))
    return 'cannot be written: give this user the right to, or another folder with --state';
  if (
    codes.has('LEVEL_CORRUPTION') ||
    /Corruption|corrupted|missing files|not a directory|\.(ldb|log|sst): (Invalid argument|No such file)/i.test(message)
  )
    return `is damaged (${message}): restore it from a copy, or move the folder away to begin with nothing remembered`;
  return `cannot be used: ${message}`;
}

function codesOf(error: unknown): Set<unknown> {
  const codes = new Set<unknown>();
  for (let one = error; one instanceof Error; one = one.cause) codes.add((one as NodeJS.ErrnoException).code);
  return codes;
}

function deepest(error: unknown): string {
  let message = String(error);
  for (let one = error; one instanceof Error; one = one.cause) message = one.message;
  return message;
}
