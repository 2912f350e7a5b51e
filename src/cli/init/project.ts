import { composeFile } from './compose.ts';
import { CONFIGURATION } from './configuration.ts';
import { GITIGNORE, README } from './readme.ts';
import { BATTERY, CLIMATE } from './rules.ts';
import { serviceUnit } from './service-unit.ts';
import type { Surroundings } from './surroundings.ts';

/** The files of a new project by path, in the order in which one would read them. */
export function projectFiles(surroundings: Surroundings): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', README],
    ['automate.yaml', CONFIGURATION],
    ['rules/climate.yaml', CLIMATE],
    ['rules/battery.yaml', BATTERY],
    // Beside the rules' own folder, and named in their first line: editors find it without a network.
    ['.automate/schema.json', surroundings.schema],
    ['compose.yaml', composeFile(surroundings.program)],
    ['automate.service', serviceUnit(surroundings)],
    ['.gitignore', GITIGNORE],
  ]);
}
