import type { Problem } from '../../spec/problem.ts';
import type { Scenario, ScenarioResult } from '../../testing/scenario.ts';
import { failureLines, type FailureLine } from '../../testing/failure-lines.ts';
import type { CoverageRow } from './coverage.ts';

/** What is to be told of one run of all tests. */
export interface TestReport {
  readonly files: readonly TestedFile[];
  /** Errors of files that were not run. */
  readonly problems: readonly Problem[];
  /** Null if nobody asked for it. */
  readonly coverage: readonly CoverageRow[] | null;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** A rule file, and its tests in order. */
export interface TestedFile {
  readonly path: string;
  readonly tests: readonly RanTest[];
}

/** A test, what came of it, and how many milliseconds it took. */
export interface RanTest {
  readonly test: Scenario;
  readonly result: ScenarioResult;
  readonly ms: number;
}

/** How many tests passed, and how many failed. */
export function countTests({ files }: TestReport): { readonly passed: number; readonly failed: number } {
  const tests = files.flatMap((file) => file.tests);
  const passed = tests.filter(({ result }) => result.passed).length;
  return { passed, failed: tests.length - passed };
}

/** A failure in words: `message` is one line, `details` what follows it. */
export interface ToldFailure {
  readonly type: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly details: readonly FailureLine[];
}

/** The failures of a test in words, in order. */
export function tellFailures(file: string, { test, result }: RanTest): ToldFailure[] {
  const told = failureLines(result.failures, test.start);
  return result.failures.map(({ finding, step }, i) => {
    const [title, ...details] = told[i] ?? [];
    const { line, column } = step;
    return { type: finding.type, file, line, column, message: title?.text ?? '', details };
  });
}
