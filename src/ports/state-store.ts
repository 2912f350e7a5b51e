import type { Effect } from '../core/effect.ts';
import type { SavedState, StateChanges } from '../core/saved-state.ts';

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

/** All that a store holds. */
export interface StoredState extends SavedState {
  /** Of this store alone: numbers of effects are unique together with it. */
  readonly id: string;
  /** In order of their numbers. */
  readonly effects: readonly KeptEffect[];
  readonly marks: readonly MarkBlock[];
  /** The number of the next effect. */
  readonly nextEffect: number;
}

/** What is to be written together, or not at all. */
export interface StateCommit extends StateChanges {
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

/**
 * Where state lives on when the engine ends.
 *
 * `open` gives all that it holds, and from then on no other engine may open it. `commit` reads what it is given before it
 * returns, and resolves when all of it will be there if the engine ends there and then, and, unless people have asked for
 * less, after a loss of power; commits are made one after the other. It rejects
 * with a StoreFault when nothing of it is kept: the same may be committed again, together with what has come since.
 */
export interface StateStore {
  open(): Promise<StoredState>;
  commit(commit: StateCommit): Promise<void>;
  close(): Promise<void>;
}
