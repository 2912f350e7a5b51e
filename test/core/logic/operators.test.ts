import { describe, expect, test } from 'vitest';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { OPERATOR_GROUPS, OPERATORS, REFUSED } from '../../../src/core/logic/operators.ts';
import { SYNONYMS, WRITTEN_OTHERWISE } from '../../../src/core/logic/other-names.ts';
import { PLAIN, scopeOf } from './evaluate.ts';

const rows = [...OPERATORS.values()];

describe('the table of operators', () => {
  test.each(rows)('shows what $name does', ({ example, name }) => {
    const { get, issues } = compileLogic(example.logic, { ...PLAIN, contextual: () => () => null });
    expect(issues).toEqual([]);
    expect(get(scopeOf(example.payload ?? null))).toEqual(example.result);
    expect(JSON.stringify(example.logic)).toContain(`"${name}"`);
  });

  test('has every operator of JSON-logic but those that are refused', () => {
    const standard =
      'var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * / % map reduce filter all none some merge in cat substr';
    expect(standard.split(' ').filter((name) => !OPERATORS.has(name))).toEqual([]);
    expect([...REFUSED.keys()]).toEqual(['log', 'method']);
  });

  test('has every operator that the language adds', () => {
    const added =
      'val exists type ?? keys values entries abs round floor ceil pow sqrt exp ln clamp between number ' +
      'length sum avg min max median stddev percentile first last sort join unique ' +
      'startsWith endsWith contains upper lower trim split replace matches ' +
      'now time_between weekday hour date parse_date format_date age changed delta distance in_zone convert';
    expect(added.split(' ').filter((name) => !OPERATORS.has(name))).toEqual([]);
  });

  test('has each name once', () => {
    expect(OPERATORS.size).toBe(Object.values(OPERATOR_GROUPS).flat().length);
  });

  test.each(rows)('says how to write $name, in one sentence what it answers, and how many operands it takes', (row) => {
    expect(row.signature).toContain(
      row.name === '!' ? 'not' : row.name === 'var' ? 'name' : row.name === '?:' ? '?' : row.name,
    );
    expect(row.summary).toMatch(/^\S.*[^.]\.$/);
    expect(row.arity[0]).toBeLessThanOrEqual(row.arity[1]);
    if (row.body !== undefined) expect(row.body).toBeLessThan(row.arity[1]);
  });

  test('takes other names for operators that exist, and none that does', () => {
    expect([...SYNONYMS.values()].filter((name) => !OPERATORS.has(name))).toEqual([]);
    expect([...SYNONYMS.keys(), ...WRITTEN_OTHERWISE.keys()].filter((name) => OPERATORS.has(name))).toEqual([]);
    expect([...SYNONYMS.keys()].filter((name) => WRITTEN_OTHERWISE.has(name))).toEqual([]);
  });
});
