import type { Cell } from './running-rule.ts';
import type { Scope } from './scope.ts';

/** Show expressions what a cell remembers, from the stage at a place on. */
export function expose({ owner, states }: Cell, from: number, scope: Scope): void {
  const { stages, showing } = owner.plan;
  for (let i = 0; i < showing.length; i++) {
    const place = showing[i] as number; // Below the length.
    if (place >= from) stages[place]?.expose?.(states[place], scope);
  }
}

/** Let the stages of a cell from one place to another remember. */
export function keep({ owner, states }: Cell, from: number, to: number, scope: Scope): void {
  const { stages, keeping } = owner.plan;
  for (let i = 0; i < keeping.length; i++) {
    const place = keeping[i] as number; // Below the length.
    if (place < from || place > to) continue;
    const before = states[place];
    const after = stages[place]?.keep?.(before, scope);
    if (after !== before) states[place] = after; // Most change in place.
  }
}
