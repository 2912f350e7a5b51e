import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: the process, or what a test gives it. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  exitCode?: string | number | null | undefined;
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** `isTTY`: a person sees it. */
export type Output = Writable & { readonly isTTY?: boolean };
