import { parseDocument } from '../spec/document.ts';
import { sortProblems } from '../spec/frame.ts';
import type { Problem } from '../spec/problem.ts';
import type { Surroundings } from '../spec/substitute.ts';
import { Alike } from './alike.ts';
import { NO_ID, readRules } from './file.ts';
import { Report } from './report.ts';
import { compileRule, type CompileSettings, type LocatedRule } from './rule.ts';
import type { Scenario } from './scenario.ts';
import { readScenarios } from './scenarios.ts';
import { sentFields } from './sent-fields.ts';
import { isTestFile, namingProblems } from './test-files.ts';

/** One rule file, compiled. With an error among its problems it is not to be run. */
export interface CompiledFile {
  readonly path: string;
  readonly text: string;
  readonly rules: readonly LocatedRule[];
  /** Its `vars` with what was filled in, as JSON: what a file compiles to depends on its text and on them. */
  readonly vars: string;
  /** Ids of rules with `enabled: false`. */
  readonly disabled: readonly string[];
  readonly tests: readonly Scenario[];
  readonly problems: readonly Problem[];
}

/** Compile one file; all its mistakes at once. */
export function compileFile(
  path: string,
  text: string,
  settings: CompileSettings,
  surroundings: Surroundings,
  alike = new Alike(),
): CompiledFile {
  const parsed = parseDocument(path, text);
  if (!parsed.ok) return { path, text, vars: '', rules: [], disabled: [], tests: [], problems: parsed.problems };
  const { document } = parsed;
  const report = new Report(document);
  const written = readRules(report, surroundings);
  const rules: LocatedRule[] = [];
  const seen = new Map<string, number>();
  const sent = [...sentFields(written.tests), ...(settings.recorded ?? [])];
  for (const one of written.rules) {
    const { line, column } = document.startOf(one.path);
    const first = seen.get(one.id);
    if (first !== undefined) {
      report.error(
        one.pathOf('id'),
        'duplicate-id',
        `the id "${one.id}" is taken by the rule on line ${first}`,
        'Give each rule an id of its own',
      );
    } else if (one.id !== NO_ID) seen.set(one.id, line);
    const compiled = compileRule(one, settings, report, sent, alike);
    if (one.spec.enabled !== false) rules.push({ ...compiled, line, column });
  }
  const { disabled } = written;
  const tests = written.tests === undefined ? [] : readScenarios(written.tests, ['tests'], settings, report);
  if (!isTestFile(path)) report.problems.push(...namingProblems({ path, tests }, [{ rules, disabled }]));
  return {
    path,
    text,
    vars: JSON.stringify(written.vars),
    rules,
    disabled,
    tests,
    problems: bounded(sortProblems(unique(report.problems))),
  };
}

/** A mistake in `defaults` is found again in every rule of the file. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ line, column, code, message }) => {
    const place = `${line}:${column} ${code} ${message}`;
    return !seen.has(place) && seen.add(place);
  });
}

/** Problems shown of one file. */
const MAX_PROBLEMS = 100;

/** Nobody reads ten thousand mistakes, and showing them takes time: the first ones, errors before warnings, and how many more. */
function bounded(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = (errors.length > 0 ? errors : problems).slice(0, MAX_PROBLEMS);
  const last = shown[MAX_PROBLEMS - 1] ?? shown[shown.length - 1];
  if (last === undefined) return shown;
  const message = `and ${problems.length - shown.length} more problems in this file`;
  return [...shown, { ...last, code: 'more-problems', message, hint: 'Mend those above first' }];
}
