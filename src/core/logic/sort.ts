import { boundedList, charge } from './budget.ts';
import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import { isList, numberOf } from './value.ts';

/** `sort(l, by?)`: numbers and their texts, then other texts, then false and true, then what is unknown; ties keep their order. */
export function buildSort(call: Call): Getter {
  return call.count === 1 ? sorted(call.get(0)) : sortedBy(call.get(0), call.get(1), call.depth);
}

interface Ranked {
  readonly element: unknown;
  readonly rank: number;
  readonly key: number | string;
}

function sorted(list: Getter): Getter {
  return (scope) => {
    const elements = list(scope);
    if (!isList(elements)) return null;
    charge(scope, elements.length);
    return inOrder(elements.map((element: unknown) => ranked(element, element)));
  };
}

function sortedBy(list: Getter, by: Getter, index: number): Getter {
  return (scope) => {
    const elements = list(scope);
    if (!isList(elements)) return null;
    charge(scope, elements.length);
    return inOrder(
      elements.map((element: unknown) => {
        scope.items[index] = element;
        return ranked(element, by(scope));
      }),
    );
  };
}

function inOrder(entries: readonly Ranked[]): readonly unknown[] {
  return [...boundedList(entries)].sort(byRank).map((entry) => entry.element);
}

function ranked(element: unknown, key: unknown): Ranked {
  const number = numberOf(key);
  if (!Number.isNaN(number)) return { element, rank: 0, key: number };
  if (typeof key === 'string') return { element, rank: 1, key };
  return typeof key === 'boolean' ? { element, rank: 2, key: key ? 1 : 0 } : { element, rank: 3, key: 0 };
}

function byRank(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
