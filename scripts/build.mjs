/** Builds dist/ from src/: the program, and the types of what libraries may use. With `--if-stale` only when a source is newer than the last build. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

process.chdir(join(import.meta.dirname, '..'));
const sources = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs'];
const built = 'dist/THIRD-PARTY-LICENSES.txt'; // The last that a build leaves behind.

if (process.argv.includes('--if-stale') && existsSync(built) && newest(sources) < statSync(built).mtimeMs)
  process.exit(0);

// From nothing, so that a file whose source is gone is not shipped.
rmSync('dist', { recursive: true, force: true });
const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
const types = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (types.status !== 0) process.exit(types.status ?? 1);
await bundle('dist');

/** Folders count: theirs is the time at which a file was added or taken away. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const status = statSync(path);
    latest = Math.max(latest, status.mtimeMs);
    if (status.isDirectory()) latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return latest;
}
