import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../app/package-folder.ts';

/** The JSON Schema of rule files, as text. */
export function ruleSchema(): string {
  return readFileSync(join(packageFolder(), 'schema', 'automate.schema.json'), 'utf8');
}
