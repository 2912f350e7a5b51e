import { expect, test } from 'vitest';
import { completionCommand } from '../../src/cli/completion.ts';
import { completionScript } from './completion-script.ts';
import { run, TestTerminal } from './test-terminal.ts';

test.each(['bash', 'zsh', 'fish'])('knows the commands and options of the program in %s', async (shell) => {
  const script = await completionScript(shell);
  for (const word of ['check', 'format', 'github', 'pub', 'protocol-version', 'mqttv311', 'sub', 'completion', 'zsh'])
    expect(script).toContain(word);
});

test('refuses a shell that it does not know', async () => {
  expect(await run(completionCommand(new TestTerminal()), ['tcsh'])).toContain('Allowed choices are bash, zsh, fish');
});
