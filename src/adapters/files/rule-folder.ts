import type { Cancel } from '../../ports/clock.ts';
import type { RuleFiles, RuleSource } from '../../ports/rule-source.ts';
import { Scanner, type Snapshot } from './scanner.ts';
import { watch, type Pace } from './watch.ts';

const PACE: Pace = { scanIntervalMs: 2_000, settleMs: 100 };

/**
 * The rules of a file, or of a folder and everything below it. What is there is found by reading it again and again and
 * comparing hashes, so that nothing is missed on any file system; the operating system's events only make it quicker.
 */
export function ruleFolder(path: string, pace: Partial<Pace> = {}): RuleSource {
  return new RuleFolder(path, { ...PACE, ...pace });
}

class RuleFolder implements RuleSource {
  readonly #path: string;
  readonly #pace: Pace;
  readonly #scanner: Scanner;
  /** The hash of what was last read or reported. */
  #known: string | undefined;
  #lastScan: Promise<unknown> = Promise.resolve();

  constructor(path: string, pace: Pace) {
    this.#path = path;
    this.#pace = pace;
    this.#scanner = new Scanner(path);
  }

  async read(): Promise<RuleFiles> {
    const snapshot = await this.#scan();
    this.#known = snapshot.hash;
    return snapshot.files;
  }

  watch(changed: (files: RuleFiles) => void, failed: (error: Error) => void): Cancel {
    const watched = {
      path: this.#path,
      scan: () => this.#scan(),
      isNew: (snapshot: Snapshot) => snapshot.hash !== this.#known,
    };
    return watch(watched, this.#pace, {
      onSettled: (snapshot) => {
        this.#known = snapshot.hash;
        changed(snapshot.files);
      },
      onError: failed,
    });
  }

  /** One at a time: a second one waits for the first. */
  #scan(): Promise<Snapshot> {
    const scan = this.#lastScan.then(() => this.#scanner.scan());
    this.#lastScan = scan.catch(() => {});
    return scan;
  }
}
