import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { RuleFile, RuleFiles, UnreadableFile } from '../../ports/rule-source.ts';
import { inParallel } from './in-parallel.ts';
import { MAX_FILE_BYTES, readText, tooLarge, type Content } from './read-text.ts';
import { PARALLEL, walk, type Candidate, type Root } from './walk.ts';

/** The most that all rule files together may hold, in bytes. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

/** A file changed so shortly before it was read may change again without a later time: file systems count in ticks. */
const TICK_MS = 3_000;

/** All rule files at one moment, with a hash that is equal only for equal paths, contents and reasons. */
export interface Snapshot {
  readonly files: RuleFiles;
  readonly hash: string;
  readonly root: Root | undefined;
}

interface Remembered {
  readonly content: Content;
  /** Epoch milliseconds when reading it began. */
  readonly readAt: number;
}

type Outcome =
  | { readonly type: 'file'; readonly file: RuleFile; readonly hash: string }
  | { readonly type: 'unreadable'; readonly file: UnreadableFile };

/** Reads a file or folder of rules again and again, and only what may have changed since the last time. */
export class Scanner {
  readonly #path: string;
  #remembered: ReadonlyMap<string, Remembered> = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  /** Not to be called again before it has resolved. */
  async scan(): Promise<Snapshot> {
    const found = await walk(this.#path);
    const remembered = new Map<string, Remembered>();
    const room = { bytes: MAX_TOTAL_BYTES };
    const read = await inParallel(inOrder(found.candidates), PARALLEL, (candidate) =>
      this.#outcome(candidate, remembered, room),
    );
    this.#remembered = remembered;
    const refused: Outcome[] = found.unreadable.map((file) => ({ type: 'unreadable', file }));
    return snapshot([...read.filter((outcome) => outcome !== undefined), ...refused], found.root);
  }

  /** Nothing for a file that is gone since the folder was listed. */
  async #outcome(
    { path, stats }: Candidate,
    remember: Map<string, Remembered>,
    room: { bytes: number },
  ): Promise<Outcome | undefined> {
    if (stats.size > MAX_FILE_BYTES) return { type: 'unreadable', file: { path, reason: tooLarge() } };
    room.bytes -= stats.size;
    if (room.bytes < 0) {
      const reason = `the rule files before it hold ${MAX_TOTAL_BYTES / 1024 / 1024} MiB already, the most that is read`;
      return { type: 'unreadable', file: { path, reason } };
    }
    let known = this.#remembered.get(path);
    if (known === undefined || mayHaveChanged(known, stats)) {
      const readAt = Date.now();
      const content = await readText(path);
      if (content.type === 'missing' && path !== this.#path) return undefined;
      if (content.type !== 'content') return { type: 'unreadable', file: { path, reason: content.reason } };
      known = { content, readAt };
    }
    remember.set(path, known);
    return { type: 'file', file: { path, text: known.content.text }, hash: known.content.hash };
  }
}

function mayHaveChanged({ content, readAt }: Remembered, now: Stats): boolean {
  const then = content.stats;
  return (
    then.dev !== now.dev ||
    then.ino !== now.ino ||
    then.size !== now.size ||
    then.mtimeMs !== now.mtimeMs ||
    then.ctimeMs !== now.ctimeMs ||
    readAt - Math.max(then.mtimeMs, then.ctimeMs) < TICK_MS
  );
}

function snapshot(outcomes: readonly Outcome[], root: Root | undefined): Snapshot {
  const files: RuleFile[] = [];
  const unreadable: UnreadableFile[] = [];
  const fingerprint: string[] = [];
  for (const outcome of outcomes) {
    if (outcome.type === 'file') {
      files.push(outcome.file);
      fingerprint.push(outcome.file.path, outcome.hash);
    } else {
      unreadable.push(outcome.file);
    }
  }
  const refused = inOrder(unreadable);
  fingerprint.push('');
  for (const { path, reason } of refused) fingerprint.push(path, reason);
  // No path and no hash holds a NUL, so no two lists look the same when joined by it.
  const hash = createHash('sha256').update(fingerprint.join('\0')).digest('base64');
  return { files: { files, unreadable: refused }, hash, root };
}

/** By the bytes of the path, as `LC_ALL=C sort` has it. JavaScript's own order differs beyond U+FFFF. */
function inOrder<T extends { readonly path: string }>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, bytes: Buffer.from(item.path) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ item }) => item);
}
