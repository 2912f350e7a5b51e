import { nearest } from '../core/nearest.ts';
import type { Problem } from '../spec/problem.ts';
import type { Scenario } from './scenario.ts';

/** How the name of a file ends that holds only tests. */
const TEST_FILE = /\.test\.(?:yaml|yml|json)$/;

/** Whether a file, by its name, holds only tests. */
export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path);
}

/** Where the rules may be that a file of tests is named after: `a/b.yaml` for `a/b.test.yaml`. */
export function namesakes(path: string): string[] {
  return ['yaml', 'yml', 'json'].map((ending) => path.replace(TEST_FILE, `.${ending}`));
}

/**
 * Which of the files have the rules that the tests in a file are about. Those of a rule file are about its own; those in a
 * file of tests about the rule file it is named after, or about all in its folder and below where there is none.
 */
export function testedFiles<T extends { readonly path: string }>(path: string, files: readonly T[]): T[] {
  if (!isTestFile(path)) return files.filter((file) => file.path === path);
  const twins = namesakes(path);
  const own = files.filter((file) => twins.includes(file.path));
  if (own.length > 0) return own;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return files.filter((file) => file.path.startsWith(folder) && !isTestFile(file.path));
}

/** What of a rule file a test may name. */
interface Tested {
  readonly rules: readonly { readonly rule: { readonly id: string } }[];
  readonly disabled: readonly string[];
}

/** What is wrong with the rules that tests name: each must be among the tested ones, and should run. */
export function namingProblems(
  { path, tests }: { readonly path: string; readonly tests: readonly Scenario[] },
  tested: readonly Tested[],
): Problem[] {
  const running = tested.flatMap(({ rules }) => rules.map(({ rule }) => rule.id));
  const disabled = tested.flatMap((file) => file.disabled);
  return tests.flatMap(({ rules }) =>
    (rules ?? []).flatMap(({ id, line, column }): Problem[] => {
      if (running.includes(id)) return [];
      const place = { file: path, line, column, length: id.length };
      if (disabled.includes(id)) {
        const message = `rule "${id}" is disabled: the test runs without it`;
        return [{ ...place, severity: 'warning', code: 'disabled-rule', message }];
      }
      const meant = nearest(id, [...running, ...disabled]);
      const hint =
        meant === undefined
          ? `The tests in this file are about: ${running.slice(0, 20).join(', ')}`
          : `Did you mean "${meant}"?`;
      return [{ ...place, severity: 'error', code: 'unknown-rule', message: `there is no rule "${id}" to test`, hint }];
    }),
  );
}
