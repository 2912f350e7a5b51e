/** Whose state a cell is. */
export interface CellName {
  readonly rule: string;
  readonly key: string;
}

/** The state of one stage: of which kind and shape it is, so that it goes only to a stage that understands it. Plain JSON. */
export type SavedStage = readonly [kind: string, shape: string, state: unknown];

/** A cell as it is kept outside of the machine. */
export interface SavedCell extends CellName {
  readonly order: number;
  readonly touchedAt: number;
  readonly stages: readonly SavedStage[];
}

/** Where the value of a lookup is: in which one, and for which levels of its topic. */
export interface LookupName {
  readonly lookup: string;
  readonly bound: string;
  readonly open: string;
}

/** The latest payload of a topic that a lookup holds. */
export interface SavedLookup extends LookupName {
  readonly value: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Larger for topics that first came later; what was saved before this was has none. */
  readonly order?: number;
}

/** All that rules remember, at one moment. */
export interface SavedState {
  /** The time of the machine then, in epoch milliseconds. */
  readonly now: number;
  readonly cells: readonly SavedCell[];
  readonly lookups: readonly SavedLookup[];
}

/** What has changed since the last time that somebody asked. The states in it are live: they are to be copied at once. */
export interface StateChanges extends SavedState {
  /** Larger than the order of any cell so far. */
  readonly nextOrder: number;
  readonly droppedCells: readonly CellName[];
  readonly droppedLookups: readonly LookupName[];
}

/** Reads a cell as it was saved; undefined if there is none. */
export type ReadCell = (rule: string, key: string) => SavedCell | undefined;

/** The name of a cell as one text: no key and no id has a NUL in it. */
export function nameOf(rule: string, key: string): string {
  return `${rule}\0${key}`;
}
