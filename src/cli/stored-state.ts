import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { Config } from '../app/config.ts';
import { cleared, exported, imported, withStoredState } from '../app/stored-state.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords, runCommand } from './failure.ts';
import { plural } from './print.ts';

interface ExportFlags extends ConfigOptions {
  readonly output?: string;
}

interface ClearFlags extends ConfigOptions {
  readonly all?: boolean;
}

/** `automate state export|import|clear`: the state of an engine that is not running. */
export function storedStateCommands(): Command[] {
  return [exportCommand(), importCommand(), clearCommand()];
}

function exportCommand(): Command {
  return withState(new Command('export'))
    .description('write all that a stopped engine remembers, as lines of JSON')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .action((_options: ExportFlags, command: Command) => {
      const options = command.optsWithGlobals<ExportFlags>();
      return atWork(options, async ({ state }) => {
        const lines = await withKnownState(state, (_store, stored) => [...exported(stored)]);
        const to = options.output === undefined ? process.stdout : createWriteStream(options.output);
        await pipeline(Readable.from(lines.map((line) => `${line}\n`)), to, { end: options.output !== undefined });
        process.stderr.write(`${plural(lines.length - 1, 'record')} exported\n`);
      });
    });
}

function importCommand(): Command {
  return withState(new Command('import'))
    .description('write what was exported into a state that is empty')
    .argument('<file>', 'what `state export` has written')
    .action((file: string, _options: ConfigOptions, command: Command) =>
      atWork(command.optsWithGlobals<ConfigOptions>(), async ({ state }) => {
        const commit = imported(textOf(file));
        if ('message' in commit) throw new Failure(`${file}:${commit.line}: ${commit.message}`);
        await withStoredState(state, async (store, { fence, position, cells, lookups, effects }) => {
          if (cells.length + lookups.length + effects.length > 0) {
            const hint = 'clear it first (automate state clear --all)';
            throw new Failure(`the state in ${state.folder} is not empty: ${hint}`);
          }
          await store.commit({ ...commit, fence, after: position, position });
          process.stderr.write(`${plural(commit.cells.length, 'key')} imported\n`);
        });
      }),
    );
}

function clearCommand(): Command {
  return withState(new Command('clear'))
    .description('let a stopped engine forget a rule, one key of it, or everything')
    .argument('[rule]', 'the id of a rule')
    .argument('[key]', 'one of its keys')
    .option('--all', 'everything, what is yet to be done too')
    .action((rule: string | undefined, key: string | undefined, _options: ClearFlags, command: Command) => {
      const options = command.optsWithGlobals<ClearFlags>();
      return atWork(options, async ({ state }) => {
        if ((rule === undefined) !== (options.all === true))
          throw new Failure('say what to forget: a rule, a rule and a key, or --all', EXIT.usage);
        await withKnownState(state, async (store, stored) => {
          const commit = cleared(stored, { rule, key });
          await store.commit(commit);
          process.stderr.write(`${plural(commit.droppedCells.length, 'key')} forgotten\n`);
          if (rule !== undefined && commit.droppedCells.length === 0) process.exitCode = EXIT.nothingMatched;
        });
      });
    });
}

function withState(command: Command): Command {
  return withConfigOptions(command).option('--state <path>', 'the folder in which state is kept');
}

/** Do the work with the configuration; what goes wrong with the store or a file is said. */
function atWork(
  options: ConfigOptions,
  work: (config: { readonly state: NonNullable<Config['state']> }) => Promise<void>,
): Promise<void> {
  return runCommand(process, async () => {
    const config = readConfig(options);
    if (config === null) return;
    const { state } = config;
    if (state === null) throw new Failure('nothing is kept with `state: memory`', EXIT.badConfiguration);
    try {
      await work({ state });
    } catch (error) {
      throw error instanceof Failure ? error : new Failure(inWords(error), EXIT.failed, { cause: error });
    }
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file}: ${inWords(error)}`, EXIT.failed, { cause: error });
  }
}

/** Do something with what is there: none is made by looking. */
function withKnownState<T>(
  state: NonNullable<Config['state']>,
  work: Parameters<typeof withStoredState<T>>[1],
): Promise<T> {
  if (!existsSync(state.folder)) throw new Failure(`there is no state in ${state.folder}`);
  return withStoredState(state, work);
}
