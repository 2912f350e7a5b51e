import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { UnreadableFile } from '../../ports/rule-source.ts';
import { inParallel } from './in-parallel.ts';
import { codeOf, notAFile, reasonOf } from './reason.ts';

/** At most so many file-system calls at a time: they share the few threads with everything else that uses the disk. */
export const PARALLEL = 8;

/** The most names, of any kind, that are looked at; a link to `/` must not keep the engine busy for ever. */
const MAX_ENTRIES = 200_000;

/** A rule file that is there, not read yet. */
export interface Candidate {
  /** As the user writes it, with `/`. */
  readonly path: string;
  readonly stats: Stats;
}

/** What is at a path now. */
export interface Walk {
  /** In no particular order. */
  readonly candidates: readonly Candidate[];
  readonly unreadable: readonly UnreadableFile[];
  /** What the path leads to, for a watcher: undefined when there is nothing. */
  readonly root: Root | undefined;
}

/** The file or folder that a path leads to, through links. */
export interface Root {
  readonly location: string;
  /** Changes when something else stands at the same place. */
  readonly identity: string;
}

interface Entry {
  readonly path: string;
  readonly dirent: Dirent;
}

interface Folder {
  readonly path: string;
  readonly identity: string;
  readonly linked: boolean;
}

/**
 * The rule files at a path: itself if it is a file, else every `*.yaml`, `*.yml` and `*.json` below it. Names starting
 * with a dot are ignored; links are followed, and no folder is entered twice. Never rejects for what it finds.
 */
export async function walk(path: string): Promise<Walk> {
  try {
    const stats = await stat(path);
    const root: Root = { location: await realpath(path), identity: identityOf(stats) };
    if (stats.isDirectory()) return await walkFolder(path, root);
    if (stats.isFile()) return { candidates: [{ path, stats }], unreadable: [], root };
    return { candidates: [], unreadable: [{ path, reason: notAFile(stats) }], root };
  } catch (error) {
    return { candidates: [], unreadable: [{ path, reason: reasonOf(error) }], root: undefined };
  }
}

async function walkFolder(path: string, root: Root): Promise<Walk> {
  const candidates: Candidate[] = [];
  const unreadable: UnreadableFile[] = [];
  const entered = new Set<string>([root.identity]);
  let entries = await listFolder(path);
  let looked = 0;
  // Level by level; a folder reached by its own name and by a link is entered by its own name.
  let linked: Folder[] = [];
  for (;;) {
    looked += entries.length;
    if (looked > MAX_ENTRIES) {
      unreadable.push({ path, reason: `holds more than ${MAX_ENTRIES} files; the rest is not read` });
      break;
    }
    const folders: Folder[] = [];
    for (const finding of await inParallel(entries, PARALLEL, lookAt)) {
      if (finding === undefined) continue;
      if ('stats' in finding) candidates.push(finding);
      else if ('reason' in finding) unreadable.push(finding);
      else if (finding.linked) linked.push(finding);
      else folders.push(finding);
    }
    let next = notYetEntered(folders, entered);
    if (next.length === 0) {
      next = notYetEntered(linked, entered);
      linked = [];
    }
    if (next.length === 0) break;
    entries = (await inParallel(next, PARALLEL, (folder) => listOrExplain(folder, unreadable))).flat();
  }
  return { candidates, unreadable, root };
}

/** Marks them as entered. */
function notYetEntered(folders: readonly Folder[], entered: Set<string>): Folder[] {
  const fresh: Folder[] = [];
  for (const folder of folders) {
    if (entered.has(folder.identity)) continue;
    entered.add(folder.identity);
    fresh.push(folder);
  }
  return fresh;
}

/** In order of name, so that of two links to one folder the same one is followed each time. */
async function listFolder(path: string): Promise<Entry[]> {
  const dirents = await readdir(path, { withFileTypes: true });
  return dirents
    .filter((dirent) => !dirent.name.startsWith('.'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((dirent) => ({ path: posix.join(path, dirent.name), dirent }));
}

async function listOrExplain(folder: Folder, unreadable: UnreadableFile[]): Promise<Entry[]> {
  try {
    return await listFolder(folder.path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') unreadable.push({ path: folder.path, reason: reasonOf(error) });
    return []; // Gone since its parent was listed, or named now.
  }
}

async function lookAt({ path, dirent }: Entry): Promise<Candidate | Folder | UnreadableFile | undefined> {
  const isRuleFile = RULE_FILE.test(dirent.name);
  const isLink = dirent.isSymbolicLink();
  if (!isRuleFile && !isLink && !dirent.isDirectory()) return undefined;
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { path, identity: identityOf(stats), linked: isLink };
    if (!isRuleFile) return undefined;
    return stats.isFile() ? { path, stats } : { path, reason: notAFile(stats) };
  } catch (error) {
    if (!isRuleFile) return undefined;
    if (codeOf(error) !== 'ENOENT') return { path, reason: reasonOf(error) };
    if (isLink) return { path, reason: 'is a link to something that does not exist' };
    // A name that is not UTF-8 comes back with replacement characters and then cannot be found.
    return dirent.name.includes('\uFFFD') ? { path, reason: 'its name is not UTF-8' } : undefined;
  }
}

function identityOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

const RULE_FILE = /\.(?:yaml|yml|json)$/;
