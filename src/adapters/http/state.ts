import type { Application } from './application.ts';

/** Keys that are shown in one answer; of how many more there are the answer tells. */
const MAX_KEYS = 1000;

/** The answer of `/api/state`. Times are epoch milliseconds. */
export interface ShownState {
  readonly now: number;
  readonly cells: readonly ShownCell[];
  /** How many more keys could be shown. */
  readonly more: number;
  /** How many keys wait in the store for a message: each is shown when it is asked for. */
  readonly dormant: number;
}

export interface ShownCell {
  readonly rule: string;
  readonly key: string;
  readonly phase: string;
  readonly touchedAt: number;
  readonly nextAt: number | null;
  /** The kinds of stages that remember something. */
  readonly stages: readonly string[];
  /** What they remember, where one key was asked for. */
  readonly states?: readonly { readonly stage: string; readonly state: unknown }[];
}

/** What rules remember, with what a single key remembers in full. */
export function shownState(application: Application, rule: string | null, key: string | null): ShownState {
  const cells: ShownCell[] = [];
  let more = 0;
  for (const { states, ...cell } of application.cells(rule, key)) {
    if (cells.length === MAX_KEYS) more++;
    else cells.push({ ...cell, stages: states.map(({ stage }) => stage), ...(key === null ? {} : { states }) });
  }
  return { now: Date.now(), cells, more, dormant: key === null ? application.dormant(rule) : 0 };
}
