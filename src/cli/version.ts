import { Command } from 'commander';
import { version } from '../app/version.ts';
import type { Terminal } from './terminal.ts';

/** `automate version`: what runs here. */
export function versionCommand(terminal: Terminal = process): Command {
  return new Command('version')
    .description('print the version; with --json that of Node and the platform too')
    .option('--json', 'print JSON')
    .action(({ json }: { readonly json?: true }) => {
      const { version: node, platform, arch } = process;
      const text = json === true ? JSON.stringify({ version: version(), node, platform, arch }) : version();
      terminal.stdout.write(`${text}\n`);
    });
}
