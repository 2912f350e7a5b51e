import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder in which this program is installed. */
export function packageFolder(): string {
  // The same from src/cli and from dist/cli.
  return fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');
}

/** The JSON Schema of rule files, as text. */
export function ruleSchema(): string {
  return readFileSync(new URL('../../schema/automate.schema.json', import.meta.url), 'utf8');
}
