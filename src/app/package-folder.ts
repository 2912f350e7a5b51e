import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The folder in which this program is installed: the same from its sources and from what is built of them. */
export function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('automate/package.json'));
}
