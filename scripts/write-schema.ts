/** Writes schema/automate.schema.json from the table of keywords: `npx tsx scripts/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { ruleFileSchema } from '../src/compile/json-schema.ts';

writeFileSync(
  new URL('../schema/automate.schema.json', import.meta.url),
  `${JSON.stringify(ruleFileSchema(), null, 2)}\n`,
);
