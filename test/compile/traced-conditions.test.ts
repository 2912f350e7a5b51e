import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { Machine } from '../../src/core/machine.ts';
import { Program } from '../../src/core/program.ts';
import { Message } from '../../src/runtime/message.ts';
import { noPayloads } from '../../src/runtime/payload.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

/** Each look at a condition, as `rule key condition value`, while a rule gets payloads on a/x, one a second. */
function looks(rules: string, payloads: readonly unknown[]): string[] {
  const seen: string[] = [];
  const settings = {
    ...PLAY_SETTINGS,
    trace: ({ rule, key, at, condition, traced }: Evaluation) =>
      seen.push(`${at} ${rule} ${key} ${condition} ${JSON.stringify(traced.value)}`),
  };
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const compiled = compileFile('rules/r.yaml', rules, settings, surroundings);
  expect(compiled.problems).toEqual([]);
  const machine = new Machine(new Program(compiled.rules.map(({ rule }) => rule)));
  for (const [i, payload] of payloads.entries()) {
    const bytes = Buffer.from(JSON.stringify(payload));
    const delivery = {
      broker: 'default',
      topic: 'a/x',
      payload: bytes,
      qos: 0,
      retained: false,
      duplicate: false,
      properties: undefined,
    } as const;
    machine.ingest(new Message(delivery, i * 1000, noPayloads()));
  }
  return seen;
}

describe('a rule that is traced tells of each look at a condition, with where it stands', () => {
  test('in a file of one rule', () => {
    const rule = 'on: a/+k\nwhere: v != 9\nby: [v % 2]\nif: v > 2\nuntil: { if: v < 2, min: 1s }\nlog: x';
    expect(looks(rule, [{ v: 9 }, { v: 3 }, { v: 1 }])).toEqual([
      '0 r  where false',
      '1000 r  where true',
      '1000 r 1 if true',
      '1000 r 1 until.if false',
      '2000 r  where true',
      '2000 r 1 if false',
      '2000 r 1 until.if true',
    ]);
  });

  test('in a list, in a mapping, and from `defaults`', () => {
    expect(looks('[{ id: b, on: a/x, if: v > 2, log: x }]', [{ v: 1 }])).toEqual(['0 b - if false']);
    expect(
      looks('defaults: { if: v > 2 }\nrules: [{ id: b, on: a/x, log: x }, { id: c, on: a/x, if: v, log: x }]', [
        { v: 1 },
      ]),
    ).toEqual(['0 b - if false', '0 c - if 1']);
  });

  test('in a sequence', () => {
    const rule = 'sequence: [{ on: a/+k, if: v == 1 }, { on: a/+k, if: v == 2, within: 5s }]\nlog: x';
    expect(looks(rule, [{ v: 1 }, { v: 2 }]).map((line) => line.replace(/^\d+ r x /, ''))).toEqual([
      'sequence.1.if false',
      'sequence.0.if true',
      'sequence.1.if true',
    ]);
  });

  test('and does the same', () => {
    const rule = 'on: a/+k\nif: changed(v) and delta(v) > 1\nlog: "${v}"';
    expect(looks(rule, [{ v: 1 }, { v: 3 }, { v: 4 }])).toEqual([
      '0 r x if null',
      '1000 r x if true',
      '2000 r x if false',
    ]);
  });
});
