import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { ruleFolder } from '../adapters/files/rule-folder.ts';
import { compileFile } from '../compile/compile-file.ts';
import { compileFolder } from '../compile/folder.ts';
import type { LocatedRule } from '../compile/rule.ts';
import type { Scenario } from '../compile/scenario.ts';
import { isTestFile, namesakes, testedFiles } from '../compile/test-files.ts';
import { zone } from '../core/logic/zone-intl.ts';
import type { Cancel } from '../ports/clock.ts';
import type { RuleFile, RuleSource } from '../ports/rule-source.ts';
import type { Problem } from '../spec/problem.ts';
import type { Coverage } from '../testing/coverage.ts';
import { runScenario, type ScenarioResult } from '../testing/scenario.ts';
import { RulesByZone } from '../testing/tested-rules.ts';
import { readRuleFiles } from './check.ts';
import { surroundings, type Config } from './config.ts';
import { compileSettings, inVirtualTime } from './rules.ts';

/** A file with tests. */
export interface TestFile {
  readonly path: string;
  readonly tests: readonly Scenario[];
  run(test: Scenario, coverage: Coverage | null): ScenarioResult;
}

/** What there is to test. */
export interface LoadedTests {
  /** Errors in what had to be read: files that have some are neither tested nor run. */
  readonly problems: readonly Problem[];
  readonly files: readonly TestFile[];
  /** All rules that tests can be about, with the files they are in. */
  readonly rules: readonly (LocatedRule & { readonly file: string })[];
}

/** Rule files and folders, and what their tests need besides: read, and read again when something changes. */
export class TestSources {
  readonly #config: Config;
  readonly #named: readonly RuleSource[];
  /** Rules that are tested by files of tests that were named alone. */
  readonly #beside: readonly RuleSource[];

  constructor(config: Config, paths: readonly string[]) {
    this.#config = inVirtualTime(config);
    const named = new Set(paths.map((path) => posix.normalize(path)));
    const beside = new Set([...named].filter(isTestFile).flatMap(rulesBeside));
    this.#named = [...named].map((path) => ruleFolder(path));
    this.#beside = [...beside].filter((path) => !named.has(path)).map((path) => ruleFolder(path));
  }

  /** Compile what is there now. */
  async load(): Promise<LoadedTests> {
    const named = await readRuleFiles(this.#named);
    const beside = await readRuleFiles(this.#beside);
    const known = new Set(named.files.map(({ path }) => path));
    const files = [...named.files, ...beside.files.filter(({ path }) => !known.has(path))];
    const input = { files, unreadable: [...named.unreadable, ...beside.unreadable] };
    const { problems, running } = compileFolder(
      input,
      new Map(),
      compileSettings(this.#config),
      surroundings(this.#config),
    );
    const inOrder = [...running.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      problems: problems.filter(({ severity }) => severity === 'error'),
      files: inOrder.flatMap(({ path, tests }) => {
        if (!known.has(path) || tests.length === 0) return [];
        const tested = testedFiles(path, files);
        // Without one that has errors the tests would say nothing.
        return tested.every((file) => running.has(file.path)) ? [this.#testFile(path, tests, tested)] : [];
      }),
      rules: inOrder.flatMap(({ path, rules }) => rules.map((rule) => ({ ...rule, file: path }))),
    };
  }

  #testFile(path: string, tests: readonly Scenario[], tested: readonly RuleFile[]): TestFile {
    const settings = compileSettings(this.#config);
    const rules = new RulesByZone((name, trace) => {
      const own = { ...settings, trace, zone: name === null ? settings.zone : zone(name) };
      return tested.flatMap((file) => compileFile(file.path, file.text, own, surroundings(this.#config)).rules);
    });
    const { limits } = this.#config;
    return { path, tests, run: (test, coverage) => runScenario(test, rules.in(test.timezone), { limits, coverage }) };
  }

  /** Call `changed` whenever something that was read is not the same any more. */
  watch(changed: () => void, failed: (error: Error) => void): Cancel {
    const cancels = [...this.#named, ...this.#beside].map((source) => source.watch(changed, failed));
    return () => {
      for (const cancel of cancels) cancel();
    };
  }
}

/** Where the rules are that a file of tests is about: the file it is named after, or else its folder. */
function rulesBeside(path: string): string[] {
  const twins = namesakes(path).filter((twin) => existsSync(twin));
  return twins.length > 0 ? twins : [posix.dirname(path)];
}
