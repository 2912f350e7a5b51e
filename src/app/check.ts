import { ruleFolder } from '../adapters/files/rule-folder.ts';
import type { CompiledFile } from '../compile/compile-file.ts';
import { compileFolder } from '../compile/folder.ts';
import type { SentFields } from '../compile/sent-fields.ts';
import type { Rule } from '../core/rule.ts';
import type { RuleFile, RuleFiles, RuleSource, UnreadableFile } from '../ports/rule-source.ts';
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

/**
 * Compile rule files and folders without running them. `shadow`: as an engine does that only evaluates. `recorded`: the
 * fields of messages that the rules are to see.
 */
export async function checkRules(
  config: Config,
  paths: readonly string[],
  shadow = false,
  recorded: readonly SentFields[] = [],
): Promise<CheckedRules> {
  const input = await readRuleFiles([...new Set(paths)].map((path) => ruleFolder(path)));
  const settings = { ...compileSettings(config), shadow, recorded };
  const compiled = compileFolder(input, new Map(), settings, surroundings(config));
  return {
    files: input.files.length,
    rules: compiled.rules.length + compiled.disabled,
    problems: compiled.problems,
    running: compiled.running,
    inOrder: compiled.rules,
  };
}

/** What there is to read in several places, each file once. */
export async function readRuleFiles(sources: readonly RuleSource[]): Promise<RuleFiles> {
  const files = new Map<string, RuleFile>();
  const unreadable: UnreadableFile[] = [];
  for (const source of sources) {
    const read = await source.read();
    for (const file of read.files) if (!files.has(file.path)) files.set(file.path, file);
    unreadable.push(...read.unreadable);
  }
  return { files: [...files.values()], unreadable };
}
