import type { Log, LogLevel } from '../ports/log.ts';

/** A log that keeps its lines. */
export class MemoryLog implements Log {
  /** `level: message`. */
  readonly lines: string[] = [];
  readonly fields: Readonly<Record<string, unknown>>[] = [];

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push(`${level}: ${message}`);
    this.fields.push(fields);
  }
}
