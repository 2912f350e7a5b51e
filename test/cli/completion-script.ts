import { Command } from 'commander';
import { checkCommand } from '../../src/cli/check.ts';
import { completionCommand } from '../../src/cli/completion.ts';
import { pubCommand } from '../../src/cli/pub.ts';
import { subCommand } from '../../src/cli/sub.ts';
import { TestTerminal } from './test-terminal.ts';

/** What `automate completion <shell>` prints in a program with a few of the commands. */
export async function completionScript(shell: string): Promise<string> {
  const terminal = new TestTerminal();
  const program = new Command('automate').version('1.0.0', '--version').exitOverride();
  for (const command of [checkCommand(), pubCommand(), subCommand(), completionCommand(terminal)])
    program.addCommand(command);
  await program.parseAsync(['completion', shell], { from: 'user' });
  return terminal.out;
}
