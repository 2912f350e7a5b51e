import type { Effect } from '../core/effect.ts';
import type { CellName, SavedCell, SavedLookup, StateChanges } from '../core/saved-state.ts';

/** An effect that is to be carried out until it is known to be done. */
export interface KeptEffect {
  /** Larger for later ones. */
  readonly number: number;
  readonly effect: Effect;
}

/** A block of the packet ids of a session. */
export interface MarkBlockName {
  readonly broker: string;
  readonly block: number;
}

/** Under each packet id of a block, the last message that was taken: one that comes again by that id is not taken twice. */
export interface MarkBlock extends MarkBlockName {
  /** As the engine has them: bytes, which a store need not understand. */
  readonly hashes: Uint8Array;
}

/**
 * By what an engine holds a part of the state. Each that acquires the part has a larger epoch than the one before, whose
 * commits are refused from then on.
 */
export interface Fence {
  readonly partition: number;
  readonly epoch: number;
}

/** What a store holds of a part, but for the cells, of which there may be very many. */
export interface StoredState {
  readonly fence: Fence;
  /** Of this store alone: numbers of effects are unique together with it. */
  readonly id: string;
  /** The time of the machine at the last commit, in epoch milliseconds; 0 if there was none. */
  readonly now: number;
  /** How many messages of QoS 1 and 2 it is of. */
  readonly position: number;
  /** Larger than the order of any cell. */
  readonly nextOrder: number;
  readonly lookups: readonly SavedLookup[];
  /** In order of their numbers. */
  readonly effects: readonly KeptEffect[];
  readonly marks: readonly MarkBlock[];
  /** The number of the next effect. */
  readonly nextEffect: number;
}

/** What is to be written together, or not at all. */
export interface StateCommit extends StateChanges {
  readonly fence: Fence;
  /** It goes from the position of the commit before to this one: a store refuses it where it stands at another. */
  readonly after: number;
  readonly position: number;
  readonly effects: readonly KeptEffect[];
  /** The numbers of effects that are done. */
  readonly done: readonly number[];
  readonly marks: readonly MarkBlock[];
  /** Those of sessions that are gone. */
  readonly droppedMarks: readonly MarkBlockName[];
  readonly nextEffect: number;
}

/** Why a store cannot be used, in words for people: what, where, and what to do. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}

/** Somebody else holds the state now, or it is not as this engine has left it: nothing more may be written to it. */
export class Fenced extends StoreFault {}

/**
 * Where state lives on when the engine ends.
 *
 * `acquire` takes a part of it, and gives what is in it: from then on it is nobody else's. `cell` and `cells` read what was
 * committed: one cell at once, or all (of a rule) piece by piece, each as it is then. They fail with a StoreFault.
 *
 * `commit` reads what it is given before it
 * returns, and resolves when all of it will be there if the engine ends there and then, and, unless people have asked for
 * less, after a loss of power; commits are made one after the other. It rejects
 * with a StoreFault when nothing of it is kept: the same may be committed again, together with what has come since; but not
 * after a Fenced.
 *
 * `noteDone` says ahead of a commit which effects are done: whoever acquires the part when the engine has ended there and then
 * does not find them any more; after a loss of power they may be there again. It does not wait and does not fail: what cannot be
 * noted the next commit tells.
 */
export interface StateStore {
  acquire(partition: number): Promise<StoredState>;
  cell(name: CellName): SavedCell | undefined;
  cells(rule?: string): AsyncIterable<readonly SavedCell[]>;
  commit(commit: StateCommit): Promise<void>;
  noteDone(numbers: readonly number[]): void;
  close(): Promise<void>;
}
