import { Command } from 'commander';
import { version } from '../app/version.ts';
import type { UsualBroker } from './broker-address.ts';
import { EXIT } from './exit-codes.ts';

// Whoever reads what we print may be gone, or its disk full: neither ends the engine, nor shows anybody a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = EXIT.failed;
  });
}

const program = new Command('automate')
  .description('rules for MQTT that people can trust')
  .version(version(), '--version')
  .showSuggestionAfterError()
  .showHelpAfterError('(automate --help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** Only the one that is asked for is loaded: the whole engine takes half a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  match: async () => (await import('./match.ts')).matchCommand(),
  record: async () => (await import('./record.ts')).recordCommand(process, await usualBroker()),
  replay: async () => (await import('./replay.ts')).replayCommand(),
  pub: async () => (await import('./pub.ts')).pubCommand(process, await usualBroker()),
  sub: async () => (await import('./sub.ts')).subCommand(process, await usualBroker()),
  state: async () => (await import('./state.ts')).stateCommand(),
  init: async () => (await import('./init.ts')).initCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
  version: async () => (await import('./version.ts')).versionCommand(),
};

async function usualBroker(): Promise<UsualBroker> {
  return (await import('./usual-broker.ts')).configuredBroker;
}

const asked = process.argv[2] ?? '';
const isKnown = asked === '--version' || (Object.hasOwn(COMMANDS, asked) && asked !== 'completion');
// Help, suggestions and completion speak of all commands.
const loaded = Object.entries(COMMANDS).filter(([name]) => !isKnown || name === asked);
for (const command of await Promise.all(loaded.map(([, load]) => load()))) {
  program.addCommand(command.copyInheritedSettings(program));
}

await program.parseAsync();
