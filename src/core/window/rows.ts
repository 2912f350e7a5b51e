import type { Rolling } from '../aggregates/aggregator.ts';
import { MAX_WINDOW_MESSAGES, MAX_WINDOW_TEXT } from '../logic/budget.ts';
import type { Out } from '../stage.ts';
import { weightOf } from '../weight.ts';
import type { AggregateNode, Aggregation, Operand } from './aggregation.ts';

/** What a window that moves on keeps of its messages, in order of time: when they were, and their operands. Plain JSON. */
export interface Rows {
  at: number[];
  columns: { values: unknown[]; first: number }[];
  /** The place of the oldest message that is inside; those before it have left, and are thrown out now and then. */
  head: number;
  /** Of the values that are no numbers. */
  weight: number;
  /** What each function has of them. */
  states: unknown[];
}

/** Rows before the first message. */
export function emptyRows({ operands, nodes }: Aggregation): Rows {
  return {
    at: [],
    columns: operands.map(() => ({ values: [], first: 0 })),
    head: 0,
    weight: 0,
    states: nodes.map(({ column, gathering }) => (column === -1 ? null : gathering.rolling.init())),
  };
}

/** How many messages are inside. */
export function countOf({ at, head }: Rows): number {
  return at.length - head;
}

/** When the oldest message inside was; there is one. */
export function oldestAt({ at, head }: Rows): number {
  return at[head] as number;
}

/** A message comes in. Where there are more, or they are more to keep than may be, the oldest make room. */
export function comeIn(rows: Rows, aggregation: Aggregation, at: number, values: readonly unknown[], out: Out): void {
  const { operands, nodes } = aggregation;
  const place = rows.at.length;
  rows.at.push(at);
  for (const [i, column] of rows.columns.entries()) {
    const value = values[i];
    column.values.push(value);
    if (value === null && column.first === place) column.first++;
    if ((operands[i] as Operand).kind === 'value') rows.weight += weightOf(value); // There is a column for each operand.
  }
  for (let i = 0; i < nodes.length; i++) {
    const { column, gathering } = nodes[i] as AggregateNode; // Below the length.
    const value = column === -1 ? null : values[column];
    if (value !== null) gathering.rolling.add(rows.states[i], value, at);
  }
  if (countOf(rows) <= MAX_WINDOW_MESSAGES && rows.weight <= MAX_WINDOW_TEXT) return;
  do goOut(rows, aggregation);
  while (rows.weight > MAX_WINDOW_TEXT && countOf(rows) > 1);
  out.fail('window_full', 'a window keeps as much as it may for one key: its oldest messages make room');
}

/** The oldest message goes out; there is one. */
export function goOut(rows: Rows, { operands, nodes }: Aggregation): void {
  const { at, columns, states, head } = rows;
  const time = at[head] as number; // There is one.
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as Rows['columns'][number]; // Below the length.
    const value = column.values[head];
    if ((operands[i] as Operand).kind === 'value') rows.weight -= weightOf(value);
    if (value === null) continue;
    column.values[head] = null;
    do column.first++;
    while (column.first < at.length && column.values[column.first] === null);
    const next = at[column.first] ?? Number.NaN;
    for (let n = 0; n < nodes.length; n++) {
      const { column: own, gathering } = nodes[n] as AggregateNode; // Below the length.
      if (own === i) gathering.rolling.remove(states[n], value, time, next);
    }
  }
  rows.head++;
  if (rows.head >= MOST_LEFT && rows.head * 2 >= at.length) throwOut(rows);
}

/** What the functions have gathered of the messages inside. */
export function gatheredOf(rows: Rows, { nodes }: Aggregation, end: number): unknown[] {
  return nodes.map(({ column: own, gathering }, i) => {
    const column = rows.columns[own];
    if (column === undefined) return countOf(rows);
    const rolling: Rolling = gathering.rolling;
    const { values, first } = column;
    return rolling.result(rows.states[i], { values, at: rows.at, first }, { end, before: null });
  });
}

/** Messages that have left may stay so long, so that moving the others up is rare. */
const MOST_LEFT = 32;

function throwOut(rows: Rows): void {
  rows.at.splice(0, rows.head);
  for (const column of rows.columns) {
    column.values.splice(0, rows.head);
    column.first -= rows.head;
  }
  rows.head = 0;
}
