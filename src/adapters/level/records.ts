import { crc32 } from 'node:zlib';
import { Packr, RESERVE_START_SPACE } from 'msgpackr';
import type { CellName, LookupName, SavedCell, SavedLookup } from '../../core/saved-state.ts';
import type { KeptEffect, MarkBlock, MarkBlockName } from '../../ports/state-store.ts';

/** Without shared structures: each record can be read by itself. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true });
/** For many objects with the same few keys, which are ours: each key is written once. */
const listPackr = new Packr({ useRecords: true, mapsAsObjects: true });

/** The layout of the records below. An older one is read as well, and a newer one is refused. */
export const LAYOUT = 3;

/** Each record begins with a byte that MessagePack does not have, so that those of older layouts are told apart, and a checksum. */
const SUMMED = 0xc1;
const HEAD_BYTES = 5;

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
/** Where the one record about the whole store is. */
export const META = 'm';
/** A place at which nothing is ever written. */
export const NOTHING = 'n';
/** Where a cell is. */
export const cellAt = ({ rule, key }: CellName): string => `c\0${rule}\0${key}`;
/** Where cells are, of a rule or of all: from the one to before the other. */
export const cellsOf = (rule?: string): { readonly gte: string; readonly lt: string } =>
  rule === undefined ? { gte: 'c', lt: 'd' } : { gte: `c\0${rule}\0`, lt: `c\0${rule}\x01` };
/** Where the value of a lookup is. */
export const lookupAt = ({ lookup, bound, open }: LookupName): string => `l\0${lookup}\0\0${bound}\0\0${open}`;
/** Of effects that are written together: the number of the first of them. */
export const effectsAt = (number: number): string => `e\0${number.toString(36).padStart(11, '0')}`;
/** Where the marks of a block of packet ids are. */
export const markAt = ({ broker, block }: MarkBlockName): string => `i\0${broker}\0${block}`;

/** Write a record at a place. What it holds is plain data. */
export function put(key: string, record: Stored): Operation {
  return { type: 'put', key, value: withSum(key, packr.pack(record, RESERVE_START_SPACE | HEAD_BYTES)) };
}

/** Write effects together at a place. */
export function putEffects(key: string, effects: readonly KeptEffect[]): Operation {
  return { type: 'put', key, value: withSum(key, listPackr.pack(effects, RESERVE_START_SPACE | HEAD_BYTES)) };
}

/** What was written at a place; of which kind, the place says. It throws where that is not what is there now. */
export function unpack(key: string, bytes: Uint8Array): unknown {
  if (bytes[0] !== SUMMED) return listPackr.unpack(bytes); // It reads what both have written.
  const { buffer, byteOffset, length } = bytes;
  const sum = new DataView(buffer, byteOffset, length).getUint32(1);
  if (sum !== sumOf(key, bytes)) throw new Error(`Corruption: the record of ${JSON.stringify(key)} has changed`);
  return listPackr.unpack(bytes.subarray(HEAD_BYTES));
}

/** A record with its head filled in. */
function withSum(key: string, bytes: Buffer): Uint8Array {
  bytes[0] = SUMMED;
  bytes.writeUInt32BE(sumOf(key, bytes), 1);
  return bytes;
}

/** The CRC-32 of a place and what is written there. LevelDB has its own of each block, and does not look at it. */
function sumOf(key: string, bytes: Uint8Array): number {
  return crc32(bytes.subarray(HEAD_BYTES), crc32(key));
}
