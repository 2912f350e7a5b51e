import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { completionScript } from '../cli/completion-script.ts';
import { needs } from '../peers/needs.ts';

async function scriptFile(shell: string): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'automate-completion-')), shell);
  writeFileSync(path, await completionScript(shell));
  return path;
}

describe('completion in bash', () => {
  let source: string;
  beforeAll(async () => {
    source = await completionScript('bash');
  });

  /** What bash offers for a line whose last word is being typed; null if it would offer files. */
  function complete(...words: string[]): string[] {
    const program = `${source}
compopt() { echo "compopt $*"; }
COMP_WORDS=(automate "$@"); COMP_CWORD=$#
_automate
printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-euc', program, 'bash', ...words], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '');
  }

  const FILES: string[] = [];
  const NOTHING = ['compopt +o default'];

  test.each([
    [['p'], ['pub']],
    [[''], ['check', 'pub', 'sub', 'completion', 'help']],
    [['--v'], ['--version']],
    [
      ['pub', '--pro'],
      ['--protocol-version', '--property'],
    ],
    [
      ['pub', '-V', ''],
      ['5', '311', 'mqttv5', 'mqttv311'],
    ],
    [['pub', '--protocol-version', '=', 'mqttv5'], ['mqttv5']],
    [
      ['pub', '--protocol-version', '='],
      ['5', '311', 'mqttv5', 'mqttv311'],
    ],
    [
      ['sub', '-t', 'a', '--no'],
      ['--no-stale', '--no-eol'],
    ],
    [['check', '--format', 'p'], ['pretty']],
    [['completion', 'z'], ['zsh']],
    [['help', 's'], ['sub']],
    [['pub', '--cafile', '/etc/'], FILES],
    [['check', 'ru'], FILES],
    [['pub', '-m', ''], NOTHING],
    [['sub', 'x'], NOTHING],
  ])('%j', (words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });

  test('offers files where the script offers nothing', () => {
    const shown = execFileSync('bash', ['-euc', `${source}\ncomplete -p automate`], { encoding: 'utf8' });
    expect(shown).toBe('complete -o default -F _automate automate\n');
  });
});

describe.skipIf(!needs('zsh'))('completion in zsh', () => {
  test('is a script without mistakes, and names its function', async () => {
    const path = await scriptFile('zsh');
    execFileSync('zsh', ['-f', '-n', path], { stdio: 'pipe' });
    const shown = execFileSync('zsh', ['-f', '-c', `compdef() { echo "$*"; }; source ${path}`], { encoding: 'utf8' });
    expect(shown).toBe('_automate automate\n');
  });
});

describe.skipIf(!needs('fish'))('completion in fish', () => {
  let path: string;
  beforeAll(async () => {
    path = await scriptFile('fish');
  });

  test.each([
    ['automate p', ['pub']],
    ['automate pub --pro', ['--protocol-version', '--property']],
    ['automate check --format ', ['pretty', 'json', 'github']],
  ])('%s', (line, words) => {
    const shown = execFileSync('fish', ['-c', `source ${path}; complete -C ${JSON.stringify(line)}`], {
      encoding: 'utf8',
    });
    expect(shown.split('\n').map((row) => row.split('\t')[0])).toEqual(expect.arrayContaining(words));
  });
});
