import { pinoLog } from '../adapters/log/pino-log.ts';
import type { Log } from '../ports/log.ts';
import type { Config } from './config.ts';

/** The log of a running engine: for people on a terminal, else JSON, unless the configuration says otherwise. */
export function logTo(stream: NodeJS.WriteStream, { log }: Config, color: boolean): Promise<Log> {
  return pinoLog({
    level: log.level,
    format: log.format ?? (stream.isTTY ? 'pretty' : 'json'),
    color,
    destination: stream,
  });
}
