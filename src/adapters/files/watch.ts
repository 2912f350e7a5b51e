import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from '../../core/caught.ts';
import type { Cancel } from '../../ports/clock.ts';
import { Alarm } from './alarm.ts';
import { SystemHints, type HintListener, type Hints } from './hints.ts';
import type { Snapshot } from './scanner.ts';

/** How often a watcher looks. */
export interface Pace {
  /** Milliseconds from one scan to the next when nothing hints at a change. */
  readonly scanIntervalMs: number;
  /** Milliseconds between the two scans that must be equal. */
  readonly settleMs: number;
}

/** What is watched: scans of it are compared with one another. */
export interface Watched {
  readonly path: string;
  scan(): Promise<Snapshot>;
  /** Whether it differs from what was last read or reported. */
  isNew(snapshot: Snapshot): boolean;
}

/** Told what a watcher has seen. */
export interface WatchListener {
  /** It is new, and was the same in two scans. */
  onSettled(snapshot: Snapshot): void;
  onError(error: Error): void;
}

/** Scan again and again, and report what is new once it has settled. */
export function watch(
  watched: Watched,
  pace: Pace,
  listener: WatchListener,
  hintsFor: (listener: HintListener) => Hints = (hintListener) => new SystemHints(hintListener),
): Cancel {
  const alarm = new Alarm();
  const hints = hintsFor({
    onHint: () => alarm.ring(),
    onError: once((error) => listener.onError(noHints(error))),
  });
  let stopped = false;

  async function scan(): Promise<Snapshot | undefined> {
    const snapshot = await watched.scan();
    if (stopped) return undefined;
    hints.aim(snapshot.root);
    return watched.isNew(snapshot) ? snapshot : undefined;
  }

  async function lookForNews(): Promise<void> {
    let before = await scan();
    while (before !== undefined) {
      await sleep(pace.settleMs);
      const after = await scan();
      if (after?.hash === before.hash) {
        listener.onSettled(after);
        return;
      }
      before = after;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await lookForNews();
      } catch (error) {
        listener.onError(errorOf(error));
      }
      await sleep(pace.settleMs); // However many hints there are.
      await alarm.sleep(pace.scanIntervalMs);
    }
  }

  function noHints(cause: Error): Error {
    const seconds = pace.scanIntervalMs / 1000;
    return new Error(
      `The system cannot say when ${watched.path} changes (${cause.message}). It is read every ${seconds} s all the same.`,
      { cause },
    );
  }

  void run();
  return () => {
    stopped = true;
    hints.close();
    alarm.ring();
  };
}

function once(tell: (error: Error) => void): (error: Error) => void {
  let told = false;
  return (error) => {
    if (told) return;
    told = true;
    tell(error);
  };
}
