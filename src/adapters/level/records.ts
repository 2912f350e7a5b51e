import { Packr } from 'msgpackr';
import type { CellName, LookupName, SavedCell, SavedLookup } from '../../core/saved-state.ts';
import type { KeptEffect, MarkBlock, MarkBlockName } from '../../ports/state-store.ts';

/** Without shared structures: each record can be read by itself. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true });
/** For many objects with the same few keys, which are ours: each key is written once. */
const listPackr = new Packr({ useRecords: true, mapsAsObjects: true });

/** The layout of the records below. One that is older is rewritten when the store is opened, a newer one is refused. */
export const LAYOUT = 2;

type Stored = Meta | SavedCell | SavedLookup | MarkBlock;

/** A part of a batch. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string };

/** What a store says of itself. */
export interface Meta {
  readonly layout: number;
  readonly id: string;
  readonly epoch: number;
  readonly position: number;
  readonly now: number;
  readonly nextOrder: number;
  readonly nextEffect: number;
  /** By what name whoever acquired it last notes what is done. */
  readonly writer: string;
}

// No rule id, key or level of a topic has a NUL in it. Kinds of records are told apart by the first letter.
export const META = 'm';
/** A place at which nothing is ever written. */
export const NOTHING = 'n';
export const cellAt = ({ rule, key }: CellName): string => `c\0${rule}\0${key}`;
/** Where cells are, of a rule or of all: from the one to before the other. */
export const cellsOf = (rule?: string): { readonly gte: string; readonly lt: string } =>
  rule === undefined ? { gte: 'c', lt: 'd' } : { gte: `c\0${rule}\0`, lt: `c\0${rule}\x01` };
export const lookupAt = ({ lookup, bound, open }: LookupName): string => `l\0${lookup}\0\0${bound}\0\0${open}`;
/** Of effects that are written together: the number of the first of them. */
export const effectsAt = (number: number): string => `e\0${number.toString(36).padStart(11, '0')}`;
export const markAt = ({ broker, block }: MarkBlockName): string => `i\0${broker}\0${block}`;

/** A record as bytes. What it holds is plain data. */
function pack(record: Stored): Uint8Array {
  return packr.pack(record);
}

/** Write a record at a place. */
export function put(key: string, record: Stored): Operation {
  return { type: 'put', key, value: pack(record) };
}

/** Write effects together at a place. */
export function putEffects(key: string, effects: readonly KeptEffect[]): Operation {
  return { type: 'put', key, value: listPackr.pack(effects) };
}

/** What `pack` was given; of which kind, the place says that it is read from. */
export function unpack(bytes: Uint8Array): unknown {
  return listPackr.unpack(bytes); // It reads what both have written.
}
