import type { Action, Assignment } from './action.ts';
import type { Expression } from './scope.ts';

/**
 * One instruction of a script. Scripts are flat, with places to jump to, so that where a run stands is a number: it can be
 * saved, shown, and carried into an edited version.
 */
export type Instruction =
  | { readonly op: 'act'; readonly actions: readonly Action[]; readonly set: readonly Assignment[] }
  /** Milliseconds. */
  | { readonly op: 'wait'; readonly length: number }
  /** Until a message comes by one of these inputs for which the test holds, or `timeout` milliseconds are over. */
  | {
      readonly op: 'await';
      readonly inputs: readonly AwaitedInput[];
      readonly test: Expression | null;
      readonly timeout: number;
    }
  | { readonly op: 'jump'; readonly to: number }
  /** Go on if the test is as wanted, else jump. Unknown is not true. */
  | { readonly op: 'branch'; readonly test: Expression; readonly wanted: boolean; readonly otherwise: number }
  /** Begin to count the passes of a loop. */
  | { readonly op: 'loop'; readonly counter: number }
  /** Another pass of a loop: if it has had fewer than `times`, else jump. Null: as many as any loop may have. */
  | { readonly op: 'pass'; readonly counter: number; readonly times: number | null; readonly end: number }
  | { readonly op: 'stop' };

/** An input of kind `await`: its port, and which captures of the trigger its topic must have. */
export interface AwaitedInput {
  readonly port: number;
  readonly bound: readonly number[];
}

/** What a branch of a rule does step by step. */
export type Script = readonly Instruction[];

/** How often a loop may go round. */
export const MAX_PASSES = 1_000;

/** What happens to a trigger while a script of the key is running. */
export type Mode = 'single' | 'restart' | 'queued' | 'parallel';

/** A text that is equal for scripts of the same structure: a run of one can go on in the other. */
export function structureOf(script: Script): string {
  return script.map(placesOf).join(' ');
}

function placesOf(instruction: Instruction): string {
  switch (instruction.op) {
    case 'jump':
      return `jump ${instruction.to}`;
    case 'branch':
      return `branch ${instruction.otherwise}`;
    case 'pass':
      return `pass ${instruction.end}`;
    case 'act':
    case 'wait':
    case 'await':
    case 'loop':
    case 'stop':
      return instruction.op;
  }
}
