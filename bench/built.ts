import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');

/** The program as it ships. */
export const PROGRAM = join(ROOT, 'dist', 'cli', 'main.js');

/** Below node_modules, so that packages are found from here. */
const TARGET = join(ROOT, 'node_modules', '.cache', 'automate-bench');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/**
 * `src` and `bench` as plain JavaScript, just as the sources are now; the folder they are in. What is measured in a process
 * of ours runs from there, since tsx would add a call to every closure that is made. PROGRAM is built, too, if it is older.
 */
export function build(): string {
  mkdirSync(TARGET, { recursive: true });
  writeIfOther(join(TARGET, 'package.json'), readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const folder of ['src', 'bench']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (/\.(ts|mjs)$/.test(name)) emit(join(ROOT, folder, name), join(TARGET, folder, name.replace(/\.ts$/, '.js')));
    }
  }
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), '--if-stale'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the program cannot be built');
  return TARGET;
}

function emit(source: string, target: string): void {
  const newest = Math.max(statSync(source).mtimeMs, statSync(import.meta.filename).mtimeMs);
  if (existsSync(target) && statSync(target).mtimeMs > newest) return;
  const text = readFileSync(source, 'utf8');
  const output = source.endsWith('.ts')
    ? ts.transpileModule(text, { compilerOptions: OPTIONS, fileName: source }).outputText
    : text;
  mkdirSync(dirname(target), { recursive: true });
  replace(target, output);
}

function writeIfOther(target: string, text: string): void {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) replace(target, text);
}

/** In one step: another benchmark may be reading it. */
function replace(target: string, text: string): void {
  const beside = `${target}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, target);
}
