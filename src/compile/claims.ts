import type { Problem } from '../spec/problem.ts';
import type { CompiledFile } from './compile-file.ts';

/** Which files run when several claim one id, and the problems of those that do not. */
export interface Settled {
  readonly running: ReadonlyMap<string, CompiledFile>;
  readonly clashes: readonly Problem[];
}

/**
 * Give every id to one file: to the one that ran with it `before` and still has it, else to the first. A file that does
 * not get all its ids runs as it last did. `kept` are last versions of files whose new ones cannot run.
 */
export function settleClaims(
  sound: readonly CompiledFile[],
  kept: readonly CompiledFile[],
  before: ReadonlyMap<string, CompiledFile>,
): Settled {
  const running = new Map<string, CompiledFile>();
  const clashes: Problem[] = [];
  const owners = new Map<string, CompiledFile>();
  const run = (file: CompiledFile): void => {
    for (const id of idsOf(file)) owners.set(id, file);
    running.set(file.path, file);
  };
  const claimants = [...kept, ...sound];
  const holders = new Map<string, CompiledFile>();
  for (const file of claimants) {
    const held = new Set(idsOf(before.get(file.path)));
    for (const id of idsOf(file)) if (held.has(id)) holders.set(id, file);
  }
  for (const file of kept) run(file);
  const losers: CompiledFile[] = [];
  for (const file of sound) {
    const lost = clashesOf(file, (id) => {
      const holder = holders.get(id);
      return holder === undefined || holder === file ? owners.get(id) : holder;
    });
    if (lost.length === 0) run(file);
    else {
      clashes.push(...lost);
      losers.push(file);
    }
  }
  for (const { path } of losers) {
    const last = before.get(path);
    if (last !== undefined && !idsOf(last).some((id) => owners.has(id))) run(last);
  }
  return { running, clashes };
}

function idsOf(file: CompiledFile | undefined): string[] {
  return file?.rules.map(({ rule }) => rule.id) ?? [];
}

function clashesOf(file: CompiledFile, ownerOf: (id: string) => CompiledFile | undefined): Problem[] {
  return file.rules.flatMap(({ rule: { id }, line, column }) => {
    const owner = ownerOf(id);
    if (owner === undefined) return [];
    const { line: first } = owner.rules.find((other) => other.rule.id === id) ?? { line: 1 };
    const message = `the id "${id}" is taken by a rule in ${owner.path}:${first}`;
    const hint = 'Give each rule an id of its own';
    return [{ file: file.path, line, column, length: 1, severity: 'error', code: 'duplicate-id', message, hint }];
  });
}
