import type { Rule } from '../core/rule.ts';
import { sortProblems } from '../spec/frame.ts';
import type { Problem } from '../spec/problem.ts';
import type { Surroundings } from '../spec/substitute.ts';
import { Alike } from './alike.ts';
import { settleClaims } from './claims.ts';
import { compileFile, type CompiledFile } from './compile-file.ts';
import { findLoops } from './loops.ts';
import type { CompileSettings } from './rule.ts';
import { isTestFile, namingProblems, testedFiles } from './test-files.ts';

/** All rule files together: what is to run, and what is wrong. */
export interface CompiledFolder {
  /** In the order they act: by path, then by position. */
  readonly rules: readonly Rule[];
  readonly disabled: number;
  /** Files with errors, running as they last were or not at all. */
  readonly failed: readonly string[];
  /** Of all files, warnings too. */
  readonly problems: readonly Problem[];
  /** What runs of each file, to be given to the next `compileFolder`. */
  readonly running: ReadonlyMap<string, CompiledFile>;
}

/** Files that could not be read are listed with the reason; a good version of them goes on. */
export interface FolderInput {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Compile all files. One with errors keeps its last good version from `before`. Where two files claim one id, the one
 * that ran with it keeps it, else the first.
 */
export function compileFolder(
  { files, unreadable }: FolderInput,
  before: ReadonlyMap<string, CompiledFile>,
  settings: CompileSettings,
  surroundings: Surroundings,
): CompiledFolder {
  const alike = new Alike();
  const compiled = files.map(({ path, text }) => {
    const last = before.get(path);
    if (last?.text !== text) return compileFile(path, text, settings, surroundings, alike);
    if (!FILLED_IN.test(text)) return last;
    const anew = compileFile(path, text, settings, surroundings, alike);
    return anew.vars === last.vars ? last : anew;
  });
  const problems: Problem[] = unreadable.map(({ path, reason }) => problemOfFile(path, 'unreadable', reason));
  const failed: string[] = unreadable.map(({ path }) => path);
  const kept = lastVersions(unreadable, files, before);
  const sound: CompiledFile[] = [];
  for (const file of compiled) {
    const last = before.get(file.path);
    const all = [...file.problems, ...cutShort(file, last), ...strangers(file, compiled)];
    problems.push(...all);
    if (!hasErrors(all)) sound.push(file);
    else {
      failed.push(file.path);
      if (last !== undefined) kept.push(last);
    }
  }
  const { running, clashes } = settleClaims(sound, kept, before);
  problems.push(...clashes);
  failed.push(...new Set(clashes.map(({ file }) => file)));
  const ordered = [...running.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const located = ordered.flatMap(({ path, rules }) => rules.map((rule) => ({ ...rule, file: path })));
  problems.push(...findLoops(located));
  return {
    rules: located.map(({ rule }) => rule),
    disabled: ordered.reduce((sum, { disabled }) => sum + disabled.length, 0),
    failed,
    problems: sortProblems(problems),
    running,
  };
}

/** What ran of files that cannot be read now, those in a folder that cannot be read included. */
function lastVersions(
  unreadable: FolderInput['unreadable'],
  files: FolderInput['files'],
  before: ReadonlyMap<string, CompiledFile>,
): CompiledFile[] {
  const read = new Set(files.map(({ path }) => path));
  return [...before.values()].filter(
    (last) =>
      !read.has(last.path) &&
      unreadable.some(
        ({ path }) => last.path === path || path === '.' || last.path.startsWith(path.replace(/\/*$/, '/')),
      ),
  );
}

/** What is wrong with the rules that the tests in a file of their own name, once those rules have compiled. */
function strangers(file: CompiledFile, all: readonly CompiledFile[]): Problem[] {
  if (!isTestFile(file.path)) return [];
  const tested = testedFiles(file.path, all);
  return tested.some(({ problems }) => hasErrors(problems)) ? [] : namingProblems(file, tested);
}

/** What is filled in from outside may be different next time, though the file is the same. */
const FILLED_IN = /\$\{(env|file):/;

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/**
 * A file that was cut while it was written may still be good YAML. It is taken for cut if it is the beginning of what
 * ran, and ends within a line or with a rule that does nothing.
 */
function cutShort(file: CompiledFile, last: CompiledFile | undefined): Problem[] {
  if (last === undefined || hasErrors(file.problems)) return [];
  if (file.text.length >= last.text.length || !last.text.startsWith(file.text)) return [];
  // An author who ends files without a line break is not to be told so.
  const midLine =
    last.text.endsWith('\n') &&
    !file.text.endsWith('\n') &&
    last.text[file.text.length] !== '\n' &&
    last.text[file.text.length] !== '\r';
  if (!midLine && !file.problems.some(({ code }) => code === 'no-action')) return [];
  const line = file.text.split('\n').length;
  const message = 'the file ends in the middle of what was there before: it looks cut off';
  return [
    {
      ...problemOfFile(file.path, 'truncated-file', message),
      line,
      hint: 'Save it again; to take rules out, take out whole ones',
    },
  ];
}

function problemOfFile(file: string, code: string, message: string): Problem {
  return { file, line: 1, column: 1, length: 1, severity: 'error', code, message };
}
