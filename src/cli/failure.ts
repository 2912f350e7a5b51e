import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Why a command could not do its work, for the person who ran it: shown without a stack trace. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** Run a command's work; a Failure becomes a line on stderr and the exit code. Our own bugs go through. */
export async function runCommand(terminal: Terminal, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    terminal.exitCode = error.exitCode;
  }
}

/** What a system call's failure means to a person. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return SYSTEM[code] ?? error.message;
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it exists already',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};
