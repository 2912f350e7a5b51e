import { pino, type DestinationStream } from 'pino';
import { escapeControls } from '../../core/escape.ts';
import type { Log, LogLevel } from '../../ports/log.ts';

/** What a log writes, how, and where to. */
export interface LogOptions {
  readonly level: LogLevel | 'silent';
  /** `json`: one object a line; `pretty`: for people. */
  readonly format: 'json' | 'pretty';
  readonly color: boolean;
  readonly destination: NodeJS.WritableStream;
}

/** A log through pino. Control characters from the wire are escaped, so that nobody can forge a line. */
export async function pinoLog({ level, format, color, destination }: LogOptions): Promise<Log> {
  const stream: DestinationStream =
    format === 'json'
      ? destination
      : (await import('pino-pretty')).default({
          colorize: color,
          destination,
          sync: true,
          translateTime: 'SYS:HH:MM:ss',
          ignore: 'pid,hostname',
          singleLine: true,
        });
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, stream);
  return {
    write(at, message, fields = {}) {
      if (!logger.isLevelEnabled(at)) return;
      logger[at](escapeFields(fields), escapeControls(message));
    },
  };
}

function escapeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? escapeControls(value) : value]),
  );
}
