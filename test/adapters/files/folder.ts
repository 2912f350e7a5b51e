import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RuleFiles, RuleSource } from '../../../src/ports/rule-source.ts';

/** A new folder under the system's temporary one, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'automate-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Write files, by path below the folder. */
export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** What a watched source reported, in order. */
export class Reports {
  readonly all: RuleFiles[] = [];
  readonly errors: Error[] = [];
  #arrived: (() => void) | undefined;

  constructor(source: RuleSource) {
    const cancel = source.watch(
      (files) => {
        this.all.push(files);
        this.#arrived?.();
      },
      (error) => this.errors.push(error),
    );
    onTestFinished(cancel);
  }

  /** The first report, from that index on, that satisfies the condition. */
  async first(condition: (files: RuleFiles) => boolean, from = 0): Promise<RuleFiles> {
    for (;;) {
      const match = this.all.slice(from).find(condition);
      if (match !== undefined) return match;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }
}

/** Path and text, as a table that reads well in an assertion. */
export function contents(files: RuleFiles): Record<string, string> {
  return Object.fromEntries(files.files.map(({ path, text }) => [path, text]));
}
