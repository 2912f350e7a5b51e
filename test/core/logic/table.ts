import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';

/** An expression, the value it has, and the payload it has it for. */
export type Row = readonly [logic: unknown, value: unknown, payload?: unknown];

/** One test for each row. */
export function tableOf(title: string, rows: readonly Row[]): void {
  const named = rows.map((row) => ({ name: `${title}: ${shown(row)}`, row }));
  test.each(named.map(({ name, row: [logic, value, payload = null] }) => [name, logic, value, payload] as const))(
    '%s',
    (_, logic, value, payload) => {
      expect(evaluate(logic, payload)).toEqual(value);
    },
  );
}

function shown([logic, value, payload]: Row): string {
  const data = payload === undefined ? '' : ` of ${JSON.stringify(payload).slice(0, 60)}`;
  return `${JSON.stringify(logic)}${data} is ${JSON.stringify(value)}`;
}
