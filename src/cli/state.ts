import { Command } from 'commander';
import { stateOfEngine, type ShownCell, type ShownState } from '../app/engine-state.ts';
import { escapeControls } from '../core/escape.ts';
import { printDuration } from '../spec/duration.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { answerOf, configuredEngine } from './engine-answer.ts';
import { EXIT } from './exit-codes.ts';
import { runCommand } from './failure.ts';
import { storedStateCommands } from './stored-state.ts';

/** `automate state`: what the rules of a running engine remember, and when their timers act. */
export function stateCommand(): Command {
  const command = withConfigOptions(new Command('state'))
    .description('show what the rules of a running engine remember, with the time left until they act')
    .argument('[rule]', 'the id of a rule')
    .argument('[key]', 'one of its keys: then all that it remembers is shown')
    .option('--http <address>', 'as for start')
    .action((rule: string | undefined, key: string | undefined, options: ConfigOptions) =>
      runCommand(process, () => show(rule, key, options)),
    );
  for (const one of storedStateCommands()) command.addCommand(one);
  return command;
}

async function show(rule: string | undefined, key: string | undefined, options: ConfigOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const address = configuredEngine(config);
  const answer = answerOf(await stateOfEngine(address, rule, key), address);
  if (answer.cells.length === 0 && rule !== undefined) {
    const what = key === undefined ? 'remembers nothing, or there is no such rule' : 'remembers nothing of that key';
    process.stderr.write(`rule "${escapeControls(rule)}" ${what}\n`);
    process.exitCode = EXIT.nothingMatched;
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer));
}

function inWords({ now, cells, more }: ShownState): string {
  const rows = [
    ['RULE', 'KEY', 'LEVEL', 'NEXT', 'REMEMBERS'],
    ...cells.map((cell) => [
      cell.rule,
      cell.key === '' ? '-' : escapeControls(cell.key),
      cell.phase,
      cell.nextAt === null ? '-' : `in ${printDuration(Math.max(0, Math.ceil((cell.nextAt - now) / 1000)) * 1000)}`,
      [...new Set(cell.stages)].join(', '),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  if (more > 0) lines.push(`… and ${more} more keys: name a rule, or a rule and a key`);
  return `${[...lines, ...cells.flatMap(statesOf)].join('\n')}\n`;
}

function statesOf({ states = [] }: ShownCell): string[] {
  return states.flatMap(({ stage, state }) => ['', `${stage}:`, JSON.stringify(state, null, 2)]);
}
