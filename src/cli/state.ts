import { Command } from 'commander';
import type { ShownCell, ShownState } from '../adapters/http/state.ts';
import { urlOf } from '../adapters/http/addresses.ts';
import { count, duration } from '../adapters/http/words.ts';
import type { Config } from '../app/config.ts';
import { escapeControls } from '../core/escape.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';

/** `automate state`: what the rules of a running engine remember, and when their timers act. */
export function stateCommand(): Command {
  return withConfigOptions(new Command('state'))
    .description('show what the rules of a running engine remember, with the time left until they act')
    .argument('[rule]', 'the id of a rule')
    .argument('[key]', 'one of its keys: then all that it remembers is shown')
    .option('--http <address>', 'as for start')
    .action(show);
}

async function show(rule: string | undefined, key: string | undefined, options: ConfigOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  if (config.http === null) {
    refuse('the HTTP server of the engine is off (`http: off`), and it is the one to ask', EXIT.badConfiguration);
    return;
  }
  const url = urlOf(config.http.host, config.http.port);
  const query = new URLSearchParams({ ...(rule === undefined ? {} : { rule }), ...(key === undefined ? {} : { key }) });
  const answer = await ask(`${url}/api/state?${query.toString()}`, config.http.token);
  if (typeof answer === 'string') {
    refuse(`no answer from an engine at ${url}: ${answer}. Is it running? (automate start)`, EXIT.unreachable);
    return;
  }
  if (answer.cells.length === 0 && rule !== undefined) {
    const what = key === undefined ? 'remembers nothing, or there is no such rule' : 'remembers nothing of that key';
    process.stderr.write(`rule "${escapeControls(rule)}" ${what}\n`);
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer));
}

function refuse(message: string, code: number): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}

/** The answer of an engine, or why there is none. */
async function ask(url: string, token: NonNullable<Config['http']>['token']): Promise<ShownState | string> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return `it answers ${response.status} ${response.statusText}`;
    return (await response.json()) as ShownState; // Of an engine of this version.
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function inWords({ now, cells, more }: ShownState): string {
  const rows = [
    ['RULE', 'KEY', 'LEVEL', 'NEXT', 'REMEMBERS'],
    ...cells.map((cell) => [
      cell.rule,
      cell.key === '' ? '-' : escapeControls(cell.key),
      cell.phase,
      cell.nextAt === null ? '-' : `in ${duration(cell.nextAt - now)}`,
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
  if (more > 0) lines.push(`… and ${count(more)} more keys: name a rule, or a rule and a key`);
  return `${[...lines, ...cells.flatMap(statesOf)].join('\n')}\n`;
}

function statesOf({ states = [] }: ShownCell): string[] {
  return states.flatMap(({ stage, state }) => ['', `${stage}:`, JSON.stringify(state, null, 2)]);
}
