import type { Rule } from './rule.ts';
import { nameOf, type SavedCell } from './saved-state.ts';

/** Reads a cell as it was saved; undefined if there is none. */
export type ReadCell = (rule: string, key: string) => SavedCell | undefined;

/** Cells that were saved and are yet to be taken up. Meanwhile each is asked for when its key has a message. */
export class UnreadCells {
  readonly #read: ReadCell;
  /** Those that were taken up and are gone again. */
  readonly #gone = new Set<string>();

  constructor(read: ReadCell) {
    this.#read = read;
  }

  /** A cell that has not been taken up. */
  find(rule: string, key: string): SavedCell | undefined {
    return this.isGone(rule, key) ? undefined : this.#read(rule, key);
  }

  isGone(rule: string, key: string): boolean {
    return this.#gone.has(nameOf(rule, key));
  }

  gone(rule: string, key: string): void {
    this.#gone.add(nameOf(rule, key));
  }
}

/**
 * Whether the cells of a rule may be taken up while messages come already: its topics alone tell which cell a message is
 * for, and nothing but time and such messages moves it.
 */
export function mayWait({ by, foreach, inputs, schedules, onStart, seeds, eventTime }: Rule): boolean {
  return (
    by === null &&
    foreach === null &&
    inputs.every(({ kind }) => kind === 'message') &&
    schedules.length === 0 &&
    !onStart &&
    seeds.length === 0 &&
    eventTime?.shared !== true
  );
}
