import type { Branch } from '../core/branch.ts';
import type { Stage } from '../core/stage.ts';
import { scripts } from '../core/stages/do.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

/** The stage that runs what `do` says in any of the branches; `mode` and `max` are about that. */
export function compileScripts(
  { spec, pathOf }: WrittenRule,
  branches: readonly Branch[],
  report: Report,
): Stage | null {
  const { mode = 'single', max = 10 } = spec;
  if (branches.some(({ script }) => script !== null)) {
    if (spec.max !== undefined && (mode === 'single' || mode === 'restart')) {
      const message = `with \`mode: ${mode}\` one script of a key runs at a time: \`max\` is about others`;
      report.errorAtKey(pathOf('max'), 'impossible-combination', message, 'Write mode: queued or mode: parallel');
    }
    return scripts(branches, mode, max);
  }
  for (const key of ['mode', 'max'] as const) {
    if (spec[key] !== undefined)
      report.errorAtKey(
        pathOf(key),
        'impossible-combination',
        `\`${key}\` is about \`do\`, and there is none`,
        'Take it out',
      );
  }
  return null;
}
