import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { needs } from '../peers/needs.ts';
import { freePort } from '../peers/port.ts';
import { COMMAND, environment } from './command.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const EXAMPLES = join(import.meta.dirname, '../../rules');

/** A shell in which `automate` is this one, as it is after `npm install --global`. */
function shell(): (line: string, folder: string) => ChildProcessByStdio<null, Readable, Readable> {
  const programs = makeFolder({ automate: `#!/bin/sh\nexec ${COMMAND.map((word) => `'${word}'`).join(' ')} "$@"\n` });
  chmodSync(join(programs, 'automate'), 0o755);
  return (line, folder) => {
    const child = spawn('sh', ['-c', `exec ${line}`], {
      cwd: folder,
      env: environment({ PATH: `${programs}:${process.env['PATH'] ?? ''}` }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
}

/** The lines of the hint that are commands: one to listen with, one to publish with. */
function commandsOf(greeting: string): { readonly sub: string; readonly pub: string } {
  const line = (word: string): string => new RegExp(`^ {4}(automate ${word} .*)$`, 'm').exec(greeting)?.[1] ?? '';
  return { sub: line('sub'), pub: line('pub') };
}

describe('the first start', () => {
  test('says what runs where, and how to make a rule act; doing so makes it act', async () => {
    const folder = makeFolder();
    cpSync(EXAMPLES, join(folder, 'rules'), { recursive: true });
    const [port, http] = [await freePort(), `127.0.0.1:${await freePort()}`];
    writeFileSync(join(folder, 'automate.yaml'), JSON.stringify({ embedded: { port }, http }));
    const engine = await startEngine({ folder, wait: 'up' });
    const greeting = engine.stderr();
    expect(greeting.split('\n').length).toBeLessThan(12);
    expect(greeting).toMatch(/^automate runs \d+ rules from rules\n/);
    expect(greeting).toContain(`mqtt://127.0.0.1:${port} (embedded)`);
    expect(greeting).toContain(`status   http://${http}\n`);
    expect(greeting).toContain(`metrics  http://${http}/metrics\n`);
    expect(greeting).toContain('make "cool-room" act');
    // What other programs read is not mixed with what people read.
    expect(engine.log()).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'connected', broker: 'default' }),
    );

    const run = shell();
    const { sub, pub } = commandsOf(greeting);
    const listening = run(sub, folder);
    let [heard, told] = ['', ''];
    listening.stdout.on('data', (data: Buffer) => (heard += data.toString()));
    listening.stderr.on('data', (data: Buffer) => (told += data.toString()));
    await until('the listener to be there', () => told.includes('subscribed'));
    const publishing = run(pub, folder);
    await once(publishing, 'exit');
    expect(publishing.exitCode).toBe(0);
    await until('the rule to act', () => heard.includes('\n'));
    expect(heard).toMatch(/^home\/kitchen\/light\/control \{"state":"ON","because":"31 °C in kitchen"\}\n$/);
  });

  test('without rules it says how to begin', async () => {
    const engine = await startEngine({ rules: { 'none.yaml': 'rules: []\n' } });
    expect(engine.stderr()).toMatch(/no rules yet.*automate init/);
  });

  test.skipIf(!needs('script'))('on a terminal the log is for people', async () => {
    const folder = makeFolder({
      'automate.yaml': JSON.stringify({ embedded: { port: await freePort() }, http: 'off' }),
      'rules/one.yaml': 'on: a\nlog: hello\n',
    });
    const command = COMMAND.map((word) => `'${word}'`).join(' ');
    // Ctrl-C is for every process at the terminal: no shell may stay there and end by it.
    const child = spawn('script', ['-qefc', `exec ${command} start`, '/dev/null'], {
      cwd: folder,
      env: environment({ NO_COLOR: '1', TERM: 'xterm' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const all = text(child.stdout);
    let seen = '';
    child.stdout.on('data', (data: Buffer) => (seen += data.toString()));
    await until('the hint', () => seen.includes('automate pub'));
    // Ctrl-C, as the terminal passes it on.
    child.stdin.write('\x03');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(await all).toMatch(/INFO: connected/);
    expect(await all).toContain('automate runs 1 rule from rules');
    expect(await all).not.toContain('\x1b[');
  });
});
