import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what a command prints. */
export class TestTerminal extends EventEmitter implements Terminal {
  readonly stdin = new PassThrough();
  readonly stdout: PassThrough & { isTTY?: boolean } = new PassThrough();
  readonly stderr = new PassThrough();
  readonly env: Record<string, string | undefined>;
  exitCode: string | number | null | undefined = undefined;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];

  constructor({ env = {}, isTTY = false }: { env?: Record<string, string | undefined>; isTTY?: boolean } = {}) {
    super();
    this.env = env;
    if (isTTY) this.stdout.isTTY = true;
    this.stdout.on('data', (chunk: Buffer) => this.#out.push(chunk));
    this.stderr.on('data', (chunk: Buffer) => this.#err.push(chunk));
  }

  get outBytes(): Buffer {
    return Buffer.concat(this.#out);
  }

  get out(): string {
    return this.outBytes.toString();
  }

  get err(): string {
    return Buffer.concat(this.#err).toString();
  }
}

/** Runs one command as the program would; usage errors that commander finds come out as `usage: …` in `err`. */
export async function run(command: Command, args: readonly string[]): Promise<string> {
  let complaint = '';
  const program = new Command('automate').exitOverride().configureOutput({ writeErr: (text) => (complaint += text) });
  program.addCommand(command.copyInheritedSettings(program));
  try {
    await program.parseAsync([command.name(), ...args], { from: 'user' });
  } catch (error) {
    if (complaint === '') throw error;
  }
  return complaint;
}
