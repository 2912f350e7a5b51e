import { ruleFolder } from '../adapters/files/rule-folder.ts';
import type { CompiledFile } from '../compile/compile-file.ts';
import { compileFolder } from '../compile/folder.ts';
import type { Rule } from '../core/rule.ts';
import type { RuleFile, UnreadableFile } from '../ports/rule-source.ts';
import type { Problem } from '../spec/problem.ts';
import { surroundings, type Config } from './config.ts';
import { compileSettings } from './rules.ts';

/** What looking through rule files found. */
export interface CheckedRules {
  readonly files: number;
  readonly rules: number;
  readonly problems: readonly Problem[];
  readonly running: ReadonlyMap<string, CompiledFile>;
  /** The rules that would run, in the order in which they act. */
  readonly inOrder: readonly Rule[];
}

/** Compile rule files and folders without running them. */
export async function checkRules(config: Config, paths: readonly string[]): Promise<CheckedRules> {
  const files: RuleFile[] = [];
  const unreadable: UnreadableFile[] = [];
  for (const path of new Set(paths)) {
    const read = await ruleFolder(path).read();
    files.push(...read.files.filter((file) => !files.some((other) => other.path === file.path)));
    unreadable.push(...read.unreadable);
  }
  const compiled = compileFolder({ files, unreadable }, new Map(), compileSettings(config), surroundings(config));
  return {
    files: files.length,
    rules: compiled.rules.length + compiled.disabled,
    problems: compiled.problems,
    running: compiled.running,
    inOrder: compiled.rules,
  };
}
