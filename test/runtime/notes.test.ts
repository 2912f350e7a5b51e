import { expect, test } from 'vitest';
import type { Note } from '../../src/core/note.ts';
import { Notes } from '../../src/runtime/notes.ts';

/** Notes whose lines are written down in short, at a time that the test sets. */
function telling() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const log = {
    write: (level: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push(`${level} ${String(fields['rule'])} ${message} ${String(fields['unreported'] ?? '')}`.trimEnd());
    },
  };
  const notes = new Notes(log, () => clock.now);
  const tell = (rule: string, reason: Note['reason'] = 'budget'): void =>
    notes.tell({ rule, key: '-', reason, topic: 't', message: reason });
  return { lines, clock, tell };
}

test('each kind of thing is told every ten seconds for each rule, with the number of those between', () => {
  const { lines, clock, tell } = telling();
  for (const rule of ['r', 'r', 's', 'r']) tell(rule);
  tell('r', 'internal');
  clock.now = 10_000;
  tell('r');
  tell('s');
  expect(lines).toEqual(['warn r budget', 'warn s budget', 'error r internal', 'warn r budget 2', 'warn s budget']);
});

test('a rule that is put aside is told, also right after the breach that led there', () => {
  const { lines, tell } = telling();
  tell('r');
  tell('r', 'quarantined');
  expect(lines).toEqual(['warn r budget', 'warn r quarantined']);
});

test('more kinds than are remembered push out those told longest ago, and no others', () => {
  const { lines, clock, tell } = telling();
  tell('first');
  for (let i = 1; i < 1000; i++) tell(`r${i}`);
  clock.now = 10_000;
  tell('first');
  clock.now = 10_001;
  tell('one-more');
  lines.length = 0;
  for (const rule of ['first', 'one-more', 'r1']) tell(rule);
  expect(lines).toEqual(['warn r1 budget']);
});
