import type { LogLevel } from '../core/effect.ts';

export type { LogLevel };

/** Where lines for people go. Messages and fields may hold data from the wire: the log escapes them. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}
