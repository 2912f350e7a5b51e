import { Argument, Command } from 'commander';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { programWords, type ProgramWords } from './completion/words.ts';
import { zshCompletion } from './completion/zsh.ts';
import { runCommand } from './failure.ts';
import type { Terminal } from './terminal.ts';

const SHELLS: Readonly<Record<string, (program: ProgramWords) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `automate completion <shell>`: a script that completes this program's commands and options. */
export function completionCommand(terminal: Terminal = process): Command {
  return new Command('completion')
    .description('print a script for your shell that completes commands and options')
    .addArgument(new Argument('<shell>', 'whose script').choices(Object.keys(SHELLS)))
    .addHelpText('after', INSTALLATION)
    .action((shell: string, _flags: unknown, command: Command) =>
      runCommand(terminal, () => {
        terminal.stdout.write(SHELLS[shell]?.(programWords(command.parent ?? command)) ?? '');
      }),
    );
}

const INSTALLATION = `
To have it in every new shell:
  bash: automate completion bash > ~/.local/share/bash-completion/completions/automate
  zsh:  automate completion zsh > "\${fpath[1]}/_automate"
  fish: automate completion fish > ~/.config/fish/completions/automate.fish
To try it in this one:
  source <(automate completion bash)`;
