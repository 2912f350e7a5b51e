import { Command } from 'commander';
import { version } from '../app/version.ts';
import { checkCommand } from './check.ts';
import { completionCommand } from './completion.ts';
import { configCommand } from './config.ts';
import { EXIT } from './exit-codes.ts';
import { initCommand } from './init.ts';
import { matchCommand } from './match.ts';
import { pubCommand } from './pub.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { schemaCommand } from './schema.ts';
import { startCommand } from './start.ts';
import { subCommand } from './sub.ts';
import { testCommand } from './test.ts';
import { configuredBroker } from './usual-broker.ts';
import { versionCommand } from './version.ts';

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

const commands = [
  startCommand(),
  checkCommand(),
  testCommand(),
  matchCommand(),
  recordCommand(process, configuredBroker),
  replayCommand(),
  pubCommand(process, configuredBroker),
  subCommand(process, configuredBroker),
  initCommand(),
  schemaCommand(),
  configCommand(),
  completionCommand(),
  versionCommand(),
];
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}

await program.parseAsync();
