import { compileFile } from '../compile/compile-file.ts';
import type { CompileSettings } from '../compile/rule.ts';
import type { Scenario } from '../compile/scenario.ts';
import { zone } from '../core/logic/zone-intl.ts';
import { NotCompiled, PLAY_SETTINGS } from './play.ts';
import { runScenario, type ScenarioOptions, type ScenarioResult } from './scenario.ts';
import { RulesByZone } from './tested-rules.ts';

/** A test and what came of it. */
export interface TestOutcome {
  readonly test: Scenario;
  readonly result: ScenarioResult;
}

/** Run the `tests` in the text of a rule file, in order. Throws NotCompiled. */
export function runTests(
  text: string,
  { settings = PLAY_SETTINGS, ...options }: ScenarioOptions & { readonly settings?: CompileSettings } = {},
): TestOutcome[] {
  const compile = (under: CompileSettings) =>
    compileFile('rules.yaml', text, under, {
      env: () => undefined,
      file: () => new Error('no files here'),
    });
  const { tests, problems } = compile(settings);
  if (problems.some(({ severity }) => severity === 'error')) throw new NotCompiled(problems);
  const rules = new RulesByZone(
    (name, trace) => compile({ ...settings, trace, ...(name === null ? {} : { zone: zone(name) }) }).rules,
  );
  return tests.map((test) => ({ test, result: runScenario(test, rules.in(test.timezone), options) }));
}
