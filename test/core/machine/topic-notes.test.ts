import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../src/core/effect.ts';
import type { TopicNote } from '../../../src/core/event.ts';
import { Machine } from '../../../src/core/machine.ts';
import type { Program } from '../../../src/core/program.ts';
import { Message } from '../../../src/runtime/message.ts';
import { noPayloads } from '../../../src/runtime/payload.ts';
import { programOf } from '../../../src/testing/play.ts';

/** A machine, and the notes of whoever brings it the messages: one for each topic. */
class Noted {
  readonly machine: Machine;
  readonly notes = new Map<string, TopicNote>();

  constructor(program: Program) {
    this.machine = new Machine(program);
    this.machine.start();
  }

  /** What the rules say to a message on a topic. */
  send(topic: string): string[] {
    const known = this.notes.get(topic) ?? { by: null, found: null };
    this.notes.set(topic, known);
    const delivery = {
      broker: 'default',
      topic,
      known,
      payload: Buffer.from('1'),
      qos: 0,
      retained: false,
      duplicate: false,
      properties: undefined,
    } as const;
    this.machine.ingest(new Message(delivery, 1, noPayloads()));
    return this.machine.takeEffects().map(said);
  }
}

function said(effect: Effect): string {
  return effect.type === 'log' ? effect.message : effect.type;
}

const rule = (id: string, on: string): string => `{ id: ${id}, on: ${on}, log: "${id} \${topic}" }`;

describe('what a topic leads to, noted with the topic', () => {
  test('is what a lookup finds, of none, one and several rules', () => {
    const noted = new Noted(programOf(`[${rule('a', 'in/+x')}, ${rule('b', 'in/2')}]`));
    for (const _again of [1, 2, 3]) {
      expect(noted.send('in/1')).toEqual(['a in/1']);
      expect(noted.send('in/2')).toEqual(['a in/2', 'b in/2']);
      expect(noted.send('out')).toEqual([]);
    }
    expect(noted.machine.unmatched).toBe(3);
  });

  test('is not believed by other rules than those it was noted by', () => {
    const noted = new Noted(programOf(rule('a', 'in/+x')));
    expect(noted.send('in/1')).toEqual(['a in/1']);
    expect(noted.send('out')).toEqual([]);
    noted.machine.swap(programOf(`[${rule('first', 'elsewhere')}, ${rule('b', '"#"')}]`));
    expect(noted.send('in/1')).toEqual(['b in/1']);
    expect(noted.send('out')).toEqual(['b out']);
  });

  test('is noted by programs that are alike each for itself', () => {
    const [one, other] = [new Noted(programOf(rule('a', 'in/+x'))), new Noted(programOf(rule('b', 'in/+x')))];
    const note = { by: null, found: null };
    for (const { notes } of [one, other]) notes.set('in/1', note);
    for (const _again of [1, 2]) {
      expect(one.send('in/1')).toEqual(['a in/1']);
      expect(other.send('in/1')).toEqual(['b in/1']);
    }
  });

  test('is noted where it is one rule at the most: notes are as many as there are topics', () => {
    const noted = new Noted(programOf(`[${rule('a', 'in/+x')}, ${rule('b', 'in/2')}]`));
    for (const topic of ['in/1', 'in/2', 'out']) noted.send(topic);
    expect([...noted.notes].map(([topic, { by }]) => [topic, by !== null])).toEqual([
      ['in/1', true],
      ['in/2', false],
      ['out', true],
    ]);
  });
});

describe('the counts of a rule', () => {
  test('are found by its id wherever it stands by now', () => {
    const machine = new Machine(programOf(`[${rule('a', 'in')}, ${rule('b', 'in')}]`));
    const [a, b] = [machine.tallyOf('a', 0), machine.tallyOf('b', 1)];
    a?.fire();
    expect([a?.fired, b?.fired]).toEqual([1, 0]);
    machine.swap(programOf(`[${rule('b', 'in')}, ${rule('a', 'in')}]`));
    expect([machine.tallyOf('a', 0)?.fired, machine.tallyOf('b', 1)?.fired]).toEqual([1, 0]);
    expect([machine.tallyOf('a')?.fired, machine.tallyOf('gone', 0), machine.tallyOf('a', 7)?.fired]).toEqual([
      1,
      undefined,
      1,
    ]);
  });

  test('go on in its next version', () => {
    const machine = new Machine(programOf(rule('a', 'in')));
    const before = machine.tallyOf('a');
    before?.act('publish', 'ok', 2);
    before?.act('http', 'error');
    before?.fail('late', 3);
    before?.suppress('distinct', 4);
    before?.evaluated(null, 5);
    machine.swap(programOf(rule('a', 'elsewhere')));
    const after = machine.tallyOf('a');
    expect(after).not.toBe(before);
    expect([after?.actions, after?.errors, after?.suppressed, after?.evaluations]).toEqual([
      before?.actions,
      before?.errors,
      before?.suppressed,
      before?.evaluations,
    ]);
  });
});
