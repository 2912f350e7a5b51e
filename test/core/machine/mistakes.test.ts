import { expect, test } from 'vitest';
import type { Event } from '../../../src/core/event.ts';
import { Machine } from '../../../src/core/machine.ts';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import type { Note } from '../../../src/core/note.ts';
import { programOf } from '../../../src/testing/play.ts';

const BROKEN: Event = {
  broker: 'default',
  known: null,
  topic: 's',
  at: 0,
  qos: 0,
  retained: false,
  hops: 0,
  properties: {},
  empty: false,
  decode: () => {
    throw new Error('oh');
  },
};

test('a mistake of ours where a payload is read is counted and told, and no message pays for that of another', () => {
  const notes: Note[] = [];
  const program = programOf(`
    - { id: r, on: s, with: { x: s }, log: "\${x}" }
    - { id: t, on: s, log: t }`);
  const machine = new Machine(program, MACHINE_LIMITS, (note) => notes.push(note));
  machine.ingest(BROKEN);
  machine.ingest({ ...BROKEN, decode: () => 1 });
  expect(machine.takeEffects()).toMatchObject([
    { rule: 'r', message: '1' },
    { rule: 't', message: 't' },
  ]);
  expect(machine.lookupRefusals.internal).toBe(1);
  expect(machine.tallyOf('r')?.errors.internal).toBe(1);
  expect(notes.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([' internal', 'r internal', 't internal']);
  expect(notes[0]?.message).toMatch(/^with s: internal error: Error: oh/);
});
