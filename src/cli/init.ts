import { mkdirSync, lstatSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { packageFolder } from '../app/package-folder.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords, runCommand } from './failure.ts';
import { projectFiles } from './init/project.ts';
import { programName } from './program-name.ts';
import { ruleSchema } from './rule-schema.ts';
import type { Terminal } from './terminal.ts';

/** `automate init`: the files of a project to start from. */
export function initCommand(terminal: Terminal = process): Command {
  return new Command('init')
    .description('write a project to start from: configuration, two rules with tests, compose file, systemd unit')
    .argument('[folder]', 'where to', '.')
    .action((folder: string) => runCommand(terminal, () => init(folder, terminal)));
}

function init(folder: string, { stdout, env }: Terminal): void {
  const root = resolve(folder);
  const files = projectFiles({
    folder: root,
    user: userInfo().username,
    node: process.execPath,
    program: packageFolder(),
    schema: ruleSchema(),
  });
  const taken = [...files.keys()].filter((path) => exists(join(root, path)));
  if (taken.length > 0) {
    throw new Failure(
      `nothing was written, because these are here already:\n${list(taken)}\nChoose another folder: automate init <folder>`,
    );
  }
  for (const [path, text] of files) write(join(root, path), text);
  const where = relative('.', root);
  stdout.write(
    `wrote${where === '' ? '' : ` in ${where}`}:\n${list([...files.keys()])}\n${nextSteps(where, programName(env))}`,
  );
}

function list(paths: readonly string[]): string {
  return paths.map((path) => `  ${path}`).join('\n');
}

/** With `npx` there is no `cd`: from elsewhere it would not find the program. */
function nextSteps(where: string, program: string): string {
  const byNpx = program !== 'automate';
  const config = byNpx && where !== '' ? ` --config ${quoted(join(where, 'automate.yaml'))}` : '';
  return `
next:
${byNpx || where === '' ? '' : `  cd ${quoted(where)}\n`}  ${program} check${config}     # looks the rules through
  ${program} test${config}      # runs their tests
  ${program} start${config}     # runs them, with a broker of its own
then, from two other terminals:
  ${program} sub -v -t 'home/#'
  ${program} pub -t home/kitchen/temperature -m '{"temperature": 31}'
`;
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function exists(path: string): boolean {
  try {
    // A link that leads nowhere would be written through.
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unwritable(path, error);
  }
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Failure {
  return new Failure(`cannot write ${path}: ${inWords(error)}`, EXIT.failed, { cause: error });
}
