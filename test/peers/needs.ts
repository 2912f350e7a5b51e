import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is installed. With CI=true a missing one is a failure, not a reason to skip. */
export function needs(program: string): boolean {
  // Debian keeps servers where an ordinary user's PATH does not look.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found && process.env['CI'] === 'true') throw new Error(`${program} is not installed, and CI=true asks for it`);
  return found;
}

/** Whether the system's Python has a module; else as `needs`. */
export function needsPython(module: string): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true')
      throw new Error(`Python's ${module} is not installed, and CI=true asks for it`, { cause: error });
    return false;
  }
}
