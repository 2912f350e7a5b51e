import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PROJECT = join(import.meta.dirname, '../..');

/** How a shell runs `automate` here: as it was built or, after a change to a source, from the sources. */
export const COMMAND: readonly string[] = isBuilt()
  ? [process.execPath, join(PROJECT, 'dist/cli/main.js')]
  : [process.execPath, '--import', import.meta.resolve('tsx'), join(PROJECT, 'src/cli/main.ts')];

/** This process' environment without what would configure the engine, colour its words, or make it look run by npx. */
export function environment(variables: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AUTOMATE_|npm_|NODE_OPTIONS$|FORCE_COLOR$|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...variables };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run `automate` with these words to its end; after 20 s it is killed, and has no exit code. */
export async function automate(
  words: readonly string[],
  { folder, variables }: { readonly folder: string; readonly variables?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const [program = '', ...first] = COMMAND;
  const child = spawn(program, [...first, ...words], {
    cwd: folder,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

function isBuilt(): boolean {
  const built = statSync(join(PROJECT, 'dist/THIRD-PARTY-LICENSES.txt'), { throwIfNoEntry: false });
  return built !== undefined && newest(join(PROJECT, 'src')) < built.mtimeMs;
}

/** Folders count: theirs is the time at which a file was added or taken away. */
function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(statSync(folder).mtimeMs, ...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
