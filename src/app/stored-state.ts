import { levelStore } from '../adapters/level/level-store.ts';
import type { SavedCell, SavedLookup } from '../core/saved-state.ts';
import type { KeptEffect, MarkBlock, StateCommit, StateStore, StoredState } from '../ports/state-store.ts';
import type { Config } from './config.ts';
import type { RememberingRule } from './lost-state.ts';

/** What the first line of an export says. */
interface Head {
  readonly format: typeof FORMAT;
  readonly now: number;
  readonly nextEffect: number;
}

/** One line of an export. */
type Line =
  | Head
  | { readonly cell: SavedCell }
  | { readonly lookup: SavedLookup }
  | { readonly effect: KeptEffect }
  | { readonly marks: MarkBlock };

const FORMAT = 'automate-state/1';

/** All of a state. */
export interface WholeState extends StoredState {
  readonly cells: readonly SavedCell[];
}

/** What of a state is meant: all, one rule's, or one key's of it. */
export interface Part {
  readonly rule: string | undefined;
  readonly key: string | undefined;
}

/** Do something with the state of an engine that is not running. Rejects with a StoreFault if it cannot be had. */
export async function withStoredState<T>(
  state: Pick<NonNullable<Config['state']>, 'folder'>,
  work: (store: StateStore, stored: WholeState) => T | Promise<T>,
): Promise<T> {
  const store = levelStore(state.folder);
  const stored = await store.acquire(0);
  try {
    const cells: SavedCell[] = [];
    for await (const piece of store.cells()) cells.push(...piece);
    return await work(store, { ...stored, cells });
  } finally {
    await store.close();
  }
}

/** All of a state as lines of JSON. */
export function* exported({ now, nextEffect, cells, lookups, effects, marks }: WholeState): Generator<string> {
  const lines: Iterable<Line>[] = [
    [{ format: FORMAT, now, nextEffect }],
    cells.map((cell) => ({ cell })),
    lookups.map((lookup) => ({ lookup })),
    effects.map((effect) => ({ effect })),
    marks.map((block) => ({ marks: block })),
  ];
  for (const kind of lines) for (const line of kind) yield JSON.stringify(line, withBytes);
}

/** What an export is of, to be written to a store; or what is wrong with it, with the line. */
export function imported(
  text: string,
): Omit<StateCommit, 'fence'> | { readonly line: number; readonly message: string } {
  const commit = { ...NOTHING, cells: [] as SavedCell[], lookups: [] as SavedLookup[], effects: [] as KeptEffect[] };
  const marks: MarkBlock[] = [];
  let head: Head | null = null;
  for (const [i, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const line = parsed(written);
    if (line === null) return { line: i + 1, message: 'this is no line of an export' };
    if ('format' in line) head = line;
    else if (head === null) return { line: i + 1, message: `this is no export: the first line says "${FORMAT}"` };
    else if ('cell' in line) commit.cells.push(line.cell);
    else if ('lookup' in line) commit.lookups.push(line.lookup);
    else if ('effect' in line) commit.effects.push(line.effect);
    else marks.push(line.marks);
  }
  if (head === null) return { line: 1, message: `this is no export: the first line says "${FORMAT}"` };
  const nextOrder = commit.cells.reduce((next, { order }) => Math.max(next, order + 1), 0);
  return { ...commit, marks, nextOrder, now: head.now, nextEffect: head.nextEffect };
}

/** The rules whose state this is. Nobody is told of their alerts when a stopped engine starts with other rules. */
export function storedRules(cells: readonly SavedCell[], folder: string): RememberingRule[] {
  const rules = new Map<string, { keys: number; readonly stages: Map<string, RememberingRule['stages'][number]> }>();
  for (const { rule, order, stages } of cells) {
    const known = rules.get(rule) ?? { keys: 0, stages: new Map() };
    rules.set(rule, known);
    if (order >= 0) known.keys++; // Below is what is no key's, but the rule's own.
    for (const [kind, shape] of stages) known.stages.set(`${kind} ${shape}`, { kind, shape });
  }
  return [...rules].map(([id, { keys, stages }]) => ({
    id,
    file: folder,
    line: 1,
    column: 1,
    stages: [...stages.values()],
    alert: false,
    keys: { all: keys, pending: 0, active: 0 },
  }));
}

/** What takes a part away, or everything. What is yet to be done is part of everything only. */
export function cleared(stored: WholeState, { rule, key }: Part): StateCommit {
  const { fence, position, now, nextOrder, nextEffect, cells, lookups, effects, marks } = stored;
  const droppedCells = cells.filter(
    (cell) => (rule === undefined || cell.rule === rule) && (key === undefined || cell.key === key),
  );
  const nothing = { ...NOTHING, fence, after: position, position, now, nextOrder, nextEffect, droppedCells };
  if (rule !== undefined) return nothing;
  return { ...nothing, droppedLookups: lookups, done: effects.map(({ number }) => number), droppedMarks: marks };
}

const NOTHING: Omit<StateCommit, 'fence'> = {
  after: 0,
  position: 0,
  now: 0,
  nextOrder: 0,
  nextEffect: 1,
  cells: [],
  droppedCells: [],
  lookups: [],
  droppedLookups: [],
  effects: [],
  done: [],
  marks: [],
  droppedMarks: [],
};

const KINDS = ['format', 'cell', 'lookup', 'effect', 'marks'];

function parsed(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text, fromBytes);
    const isLine = typeof line === 'object' && line !== null && KINDS.some((kind) => kind in line);
    if (!isLine || ('format' in line && line.format !== FORMAT)) return null;
    return line as Line; // As `exported` writes it; what is in it is for the stages, which look at its shape.
  } catch {
    return null;
  }
}

/** Bytes as text, which JSON does not know. */
function withBytes(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBuffer && 'data' in value ? { $bytes: Buffer.from(value.data as number[]).toString('base64') } : value;
}

function fromBytes(_key: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && '$bytes' in value;
  return isBytes ? new Uint8Array(Buffer.from(String(value.$bytes), 'base64')) : value;
}
