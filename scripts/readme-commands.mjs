/**
 * Runs the commands that README.md shows, so that they stay true. A fenced block is run when it says so after its language;
 * readers do not see that:
 *
 *     ```sh run                                              must succeed
 *     ```sh run prints="cool-room"                           and print this
 *     ```sh background ready=http://127.0.0.1:9464/readyz    goes on until the end; the next block waits for this address
 *     ```sh background ready="subscribed" prints="ON"        or for this text; this has to have been printed by the end
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const patience = { runMs: 120_000, readyMs: 240_000, stopMs: 10_000 };

process.chdir(join(import.meta.dirname, '..'));
const blocks = blocksToRun(readFileSync('README.md', 'utf8'));
if (blocks.length === 0) throw new Error('README.md marks no block to run');

const commands = [];
try {
  for (const block of blocks) {
    const command = start(block);
    commands.push(command);
    if (block.mode === 'background') {
      if (block.ready) await until(command, patience.readyMs, `be ready (${block.ready})`, () => isReady(command));
    } else {
      await until(command, patience.runMs, 'finish', () => command.exit !== undefined);
      if (command.exit !== 0) fail(command, `ended with ${command.exit}`);
      if (block.prints && !command.output.includes(block.prints)) fail(command, `did not print "${block.prints}"`);
    }
  }
  const background = commands.filter(({ block }) => block.mode === 'background');
  for (const command of background) {
    const { prints } = command.block;
    if (prints) await until(command, patience.readyMs, `print "${prints}"`, () => command.output.includes(prints));
    if (command.exit !== undefined) fail(command, `ended with ${command.exit}, before it was told to`);
  }
  for (const command of background.toReversed()) {
    process.kill(-command.pid, 'SIGINT');
    await until(command, patience.stopMs, 'stop after Ctrl-C', () => command.exit !== undefined);
  }
} finally {
  for (const { pid, exit } of commands) if (exit === undefined) process.kill(-Number(pid), 'SIGKILL');
}
console.log(`\n${blocks.length} blocks of README.md do what they say`);

function blocksToRun(markdown) {
  return [...markdown.matchAll(/^```sh (run|background)\b(.*)\n([^]*?)^```$/gm)].map(([, mode, words, script]) => ({
    mode,
    script,
    ...Object.fromEntries(
      [...words.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, bare]) => [name, quoted ?? bare]),
    ),
  }));
}

/** In a process group of its own, as a terminal would, so that Ctrl-C reaches what it started too. */
function start(block) {
  console.log(`\n$ ${block.script.trim().replaceAll('\n', '\n$ ')}`);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', block.script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const command = { block, pid: child.pid, output: '', exit: undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      command.output += text;
      process.stdout.write(text);
    });
  }
  child.on('close', (code, signal) => (command.exit = code ?? signal));
  return command;
}

async function isReady({ block, output }) {
  if (!block.ready.startsWith('http')) return output.includes(block.ready);
  return fetch(block.ready).then(
    (response) => response.ok,
    () => false,
  );
}

async function until(command, withinMs, purpose, done) {
  for (const start = performance.now(); !(await done()); await delay(50)) {
    if (command.exit !== undefined) fail(command, `ended with ${command.exit}, and did not ${purpose}`);
    if (performance.now() - start > withinMs) fail(command, `did not ${purpose} within ${withinMs / 1000} s`);
  }
}

function fail({ block }, what) {
  throw new Error(`README.md: this ${what}:\n${block.script}`);
}
