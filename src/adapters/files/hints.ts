import { basename } from 'node:path';
import { FSWatcher } from 'chokidar';
import { errorOf } from '../../core/caught.ts';
import type { Root } from './walk.ts';

/** Told by the operating system that it may be worth looking. */
export interface HintListener {
  /** Something happened somewhere below; perhaps nothing that matters. */
  onHint(): void;
  /** The operating system does not tell (everything). */
  onError(error: Error): void;
}

/** What makes the next scan come sooner. It may miss much: the scans are what counts. */
export interface Hints {
  /** Watch this from now on. Nothing happens if it is what is watched already. */
  aim(root: Root | undefined): void;
  close(): void;
}

/** Asks the operating system to say when something changes. */
export class SystemHints implements Hints {
  readonly #listener: HintListener;
  #watcher: FSWatcher | undefined;
  #identity: string | undefined;

  constructor(listener: HintListener) {
    this.#listener = listener;
  }

  aim(root: Root | undefined): void {
    const identity = root === undefined ? undefined : `${root.identity} ${root.location}`;
    if (identity === this.#identity) return;
    this.close();
    this.#identity = identity;
    if (root !== undefined) this.#watcher = this.#watch(root.location);
  }

  close(): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    this.#identity = undefined;
    if (watcher === undefined) return;
    void watcher.close();
    watcher.on('error', () => {}); // What was under way may still fail, and nobody needs to know.
  }

  /** One watch for each folder, none for a file: a folder reports what happens to its files. */
  #watch(location: string): FSWatcher {
    const watcher = new FSWatcher({
      ignoreInitial: true,
      followSymlinks: false, // A link that is switched is a change in its folder; where it leads, the scans look.
      ignorePermissionErrors: true,
      ignored: (path, stats) => {
        if (path === location) return false;
        return basename(path).startsWith('.') || (stats !== undefined && !stats.isDirectory());
      },
    });
    watcher.on('raw', () => this.#listener.onHint());
    watcher.on('error', (error) => {
      this.#listener.onError(errorOf(error));
    });
    watcher.add(location);
    return watcher;
  }
}
