/** Writes docs/rules.md from docs/rules.template.md and the tables of the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { rulesReference } from './rules-reference.ts';

writeFileSync('docs/rules.md', rulesReference(readFileSync('docs/rules.template.md', 'utf8')));
