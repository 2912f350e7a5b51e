import { describe, expect, test } from 'vitest';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import { PLAIN, scopeOf } from './evaluate.ts';

/** What is wrong: where, what, and the hint if there is one. */
function issuesOf(logic: unknown, environment: Environment = PLAIN): readonly unknown[] {
  return compileLogic(logic, environment).issues.map(({ path, code, hint }) =>
    hint === undefined ? [path.join('/'), code] : [path.join('/'), code, hint],
  );
}

/** A text as deep as that, built without recursion. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let logic: unknown = { var: 'x' };
  for (let i = 0; i < levels; i++) logic = wrap(logic);
  return logic;
}

describe('issues', () => {
  test.each<[name: string, logic: unknown, issues: readonly unknown[]]>([
    ['unknown operator', { avrg: [1] }, [['', 'unknown-operator', 'Did you mean "avg"?']]],
    [
      'unknown operator, letters exchanged',
      { and: [true, { lenght: { var: 'x' } }] },
      [['and/1', 'unknown-operator', 'Did you mean "length"?']],
    ],
    [
      'unknown operator, another language',
      { '!': { '&&': [1, 2] } },
      [['!', 'unknown-operator', 'Did you mean "and"?']],
    ],
    ['unknown operator that is like none', { frobnicate: [] }, [['', 'unknown-operator']]],
    ['inherited names are no operators', { constructor: [1] }, [['', 'unknown-operator']]],
    ['log', { log: 'x' }, [['', 'refused-operator']]],
    ['method', { method: [{ var: 'x' }, 'toString'] }, [['', 'refused-operator']]],
    ['too few operands', { '>': [1] }, [['', 'too-few-operands']]],
    ['too many operands', { '!': [1, 2] }, [['', 'too-many-operands']]],
    [
      'a chain of >',
      { '>': [3, { var: 'x' }, 1] },
      [['', 'too-many-operands', 'Write a chain with "<": {"<": [1, {"var": "x"}, 3]}']],
    ],
    [
      'a chain of >=',
      { '>=': [3, { var: 'x' }, 1] },
      [['', 'too-many-operands', 'Write a chain with "<=": {"<=": [1, {"var": "x"}, 3]}']],
    ],
    [
      'a - b - c',
      { '-': [1, 2, 3] },
      [['', 'too-many-operands', 'Subtract one after the other: {"-": [{"-": [a, b]}, c]}']],
    ],
    [
      'a / b / c',
      { '/': [1, 2, 3] },
      [['', 'too-many-operands', 'Divide by one after the other: {"/": [{"/": [a, b]}, c]}']],
    ],
    ['no operand where one is needed', { and: [] }, [['', 'too-few-operands']]],
    [
      'exists of a text',
      { exists: 'x' },
      [
        [
          'exists',
          'exists-of-text',
          'exists(x), without quotes, asks for the value of that name: {"exists": {"var": "x"}}',
        ],
      ],
    ],
    [
      'exists of a text in a list',
      { exists: ['x'] },
      [
        [
          'exists/0',
          'exists-of-text',
          'exists(x), without quotes, asks for the value of that name: {"exists": {"var": "x"}}',
        ],
      ],
    ],
    [
      'item outside',
      { var: 'item.x' },
      [['', 'outside-iterator', 'item is the element inside map, filter, reduce, all, some, none and sort']],
    ],
    [
      'outer outside',
      { map: [{ var: 'outer.l' }, 1] },
      [['map/0', 'outside-iterator', 'outer leads out of an iterator, one step for each']],
    ],
    [
      'outer too often',
      { map: [[1], { var: 'outer.outer.x' }] },
      [['map/1', 'outside-iterator', 'outer leads out of an iterator, one step for each']],
    ],
    [
      'outer in missing',
      { missing: ['a', 'outer.b'] },
      [['', 'outside-iterator', 'outer leads out of an iterator, one step for each']],
    ],
    ['a pattern that is computed', { matches: ['a', { var: 'x' }] }, [['matches/1', 'pattern-not-literal']]],
    ['a pattern that is no text', { matches: ['a', 5] }, [['matches/1', 'pattern-not-literal']]],
    [
      'a pattern that is none',
      { matches: ['a', '(a'] },
      [['matches/1', 'bad-pattern', 'RE2 knows no look-around and no back-references; a repetition is at most 1000']],
    ],
    [
      'a pattern with a back-reference',
      { matches: ['a', '(a)\\1'] },
      [['matches/1', 'bad-pattern', 'RE2 knows no look-around and no back-references; a repetition is at most 1000']],
    ],
    ['a pattern that is too long', { matches: ['a', 'a'.repeat(513)] }, [['matches/1', 'bad-pattern']]],
    [
      'a time that is none',
      { time_between: ['22:00', '25:00'] },
      [['time_between/1', 'bad-time', 'Write "HH:MM" or "HH:MM:SS", up to "23:59:59"']],
    ],
    [
      'a time that is a number',
      { time_between: [22, '06:00'] },
      [['time_between/0', 'bad-time', 'Write "HH:MM" or "HH:MM:SS", up to "23:59:59"']],
    ],
    ['a unit that is none', { convert: [1, 'kwh', 'J'] }, [['convert/1', 'unknown-unit', 'Did you mean "kWh"?']]],
    ['units of two quantities', { convert: [{ var: 'x' }, 'kg', 'km'] }, [['', 'incompatible-units']]],
    ['decimals below none', { format_number: [{ var: 'x' }, -1] }, [['format_number/1', 'bad-digits']]],
    ['too many decimals', { round: [{ var: 'x' }, 1.5] }, [['round/1', 'bad-digits']]],
    ['a percentile beyond all', { percentile: [{ var: 'x' }, 101] }, [['percentile/1', 'bad-percentile']]],
    [
      'names that are no list',
      { missing_some: [1, 'a'] },
      [['missing_some/1', 'not-a-list', 'Write {"missing_some": [1, ["a", "b"]]}']],
    ],
    [
      'iterators four deep',
      nested(4, (inner) => ({ map: [[1], inner] })),
      [['map/1/map/1/map/1', 'iterators-too-deep']],
    ],
    [
      'a number that is none',
      { '+': [Number.NaN, Infinity] },
      [
        ['+/0', 'not-json'],
        ['+/1', 'not-json'],
      ],
    ],
    [
      'what is no JSON',
      [undefined, 5n, Symbol('x'), () => 1],
      [
        ['0', 'not-json'],
        ['1', 'not-json'],
        ['2', 'not-json'],
        ['3', 'not-json'],
      ],
    ],
    ['what is no JSON, in a mapping', { a: { b: [Number.NaN] }, c: 1 }, [['a/b/0', 'not-json']]],
    ['a path of too many steps', { var: 'a.'.repeat(16) }, [['', 'path-too-long']]],
    ['a path that is too long', { '!': { var: ['a'.repeat(257), 1] } }, [['!', 'path-too-long']]],
    ['a text that is too long', { '==': [{ var: 'x' }, 'a'.repeat(8_193)] }, [['==/1', 'text-too-long']]],
    [
      'a list that is too long',
      { in: [{ var: 'x' }, Array.from({ length: 1_001 }, () => 0)] },
      [['in/1', 'list-too-long']],
    ],
    [
      'too many operands for any operator',
      { '+': Array.from({ length: 5_000_000 }, () => 0) },
      [['+', 'list-too-long']],
    ],
    ['a list in data that is too long', { a: Array.from({ length: 1_001 }, () => 0), b: 1 }, [['a', 'list-too-long']]],
    ['always over the budget', { cat: Array.from({ length: 9 }, () => 'a'.repeat(8_000)) }, [['', 'budget']]],
  ])('%s', (_, logic, issues) => {
    expect(issuesOf(logic)).toEqual(issues);
    expect(compileLogic(logic, PLAIN).get(scopeOf({ x: 1 }))).toBe(null);
    expect(compileLogic(logic, PLAIN).constant).toBe(false);
  });

  test('are collected from all of the tree, in its order', () => {
    const logic = {
      and: [
        { foo: [{ '>': [1] }] },
        { if: [{ var: 'item' }, { matches: ['a', '('] }, { log: 1 }] },
        { '==': [{ bar: 1 }, { exists: 'x' }] },
      ],
    };
    expect(issuesOf(logic).map((issue) => (issue as unknown[]).slice(0, 2))).toEqual([
      ['and/0/foo/0', 'too-few-operands'],
      ['and/0', 'unknown-operator'],
      ['and/1/if/0', 'outside-iterator'],
      ['and/1/if/1/matches/1', 'bad-pattern'],
      ['and/1/if/2', 'refused-operator'],
      ['and/2/==/0', 'unknown-operator'],
      ['and/2/==/1/exists', 'exists-of-text'],
    ]);
  });

  test('name the mapping or list that is at fault, or holds what is', () => {
    const computed = { var: 'p' };
    const matches = { matches: ['a', computed] };
    const exists = { exists: 'x' };
    const list = [1, Number.NaN];
    const nodes = compileLogic({ and: [matches, exists, list, { foo: 1 }] }, PLAIN).issues.map((issue) => issue.node);
    expect(nodes[0]).toBe(computed);
    expect(nodes[1]).toBe(exists);
    expect(nodes[2]).toBe(list);
    expect(nodes[3]).toEqual({ foo: 1 });
    expect(compileLogic(undefined, PLAIN).issues).toMatchObject([{ path: [], node: undefined, code: 'not-json' }]);
  });

  test('say what is wrong and what to do', () => {
    const logics = [
      { '>': [3, 2, 1] },
      { foo: 1 },
      { log: 1 },
      { convert: [1, 'kwh', 'J'] },
      { convert: [1, 'kg', 'km'] },
      { matches: ['a', '(?=a)'] },
      { format_date: [0, '%H:%Q'] },
      { var: 'a'.repeat(300) },
      { [`x${'y'.repeat(1_000)}`]: 1 },
    ];
    const told = logics.flatMap((logic) =>
      compileLogic(logic, PLAIN).issues.map(({ message, hint = '-' }) => `${message} | ${hint}`),
    );
    expect(told).toMatchInlineSnapshot(`
      [
        "">" takes 2 operands, not 3: a > b | Write a chain with "<": {"<": [1, {"var": "x"}, 3]}",
        "no operator is called "foo" | -",
        ""log" is refused: an expression only computes: use the action "log" of the rule | -",
        "no unit is called "kwh" | Did you mean "kWh"?",
        "kg is a unit of mass, km of length | -",
        "not a regular expression: invalid or unsupported Perl syntax: \`(?=\` | RE2 knows no look-around and no back-references; a repetition is at most 1000",
        "format_date does not know %Q | Patterns are made of %Y %y %m %d %e %j %H %I %M %S %L %p %A %a %B %b %u %w %Z %z %s %F %T %R %%",
        "a path has at most 16 steps and 256 characters | -",
        "no operator is called "xyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…" | -",
      ]
    `);
  });

  test('of one mistake are one issue', () => {
    for (const broken of [{ foo: 1 }, { var: 'item' }, Number.NaN]) {
      for (const name of [
        'matches',
        'percentile',
        'round',
        'exists',
        'missing_some',
        'convert',
        'time_between',
        'format_date',
        'var',
        'in',
        '==',
      ]) {
        const operands =
          name === 'exists' || name === 'var' ? [broken] : name === 'convert' ? [1, broken, broken] : [broken, broken];
        const { issues } = compileLogic({ [name]: operands }, PLAIN);
        expect(issues.length).toBe(operands.filter((operand) => Object.is(operand, broken)).length);
      }
    }
  });
});

describe('warnings', () => {
  test.each<[name: string, logic: unknown, issues: readonly unknown[]]>([
    [
      'an operator in data',
      { var: 'x', default: 1 },
      [['', 'operator-in-data', 'An operator is a mapping with one key']],
    ],
    [
      'a comparison with a text',
      { '>': [{ var: 'x' }, 'hot'] },
      [['>/1', 'never-known', 'compare it with ==, or with a number']],
    ],
    [
      'a comparison with a time of day',
      { '>': [{ var: 'now' }, '22:00'] },
      [['>/1', 'never-known', 'for the time of day write time_between("22:00", "06:00")']],
    ],
    [
      'a comparison with null',
      { '<': [null, { var: 'x' }] },
      [['</0', 'never-known', 'to ask whether a value is known, write x == null or exists(x)']],
    ],
    [
      'an equal list',
      { '==': [{ var: 'x' }, [1, 2]] },
      [['==/1', 'equal-lists', 'Compare what is in it, or its length']],
    ],
    [
      '+ of one operand',
      { '+': { var: 'x' } },
      [['+', 'sum-of-one', 'number(x) says that; sum(l) adds what is in a list']],
    ],
  ])('%s', (_, logic, issues) => {
    expect(issuesOf(logic)).toEqual(issues);
    expect(compileLogic(logic, PLAIN).issues[0]?.severity).toBe('warning');
  });

  test('change nothing', () => {
    expect(compileLogic({ '+': { var: 'x' } }, PLAIN).get(scopeOf({ x: '3' }))).toBe(3);
    expect(compileLogic({ min: 1, max: 2 }, PLAIN).get(scopeOf(null))).toEqual({ min: 1, max: 2 });
  });
});

describe('limits on logic', () => {
  const not = (inner: unknown): unknown => ({ '!': [inner] });
  const list = (inner: unknown): unknown => [inner];
  const data = (inner: unknown): unknown => ({ a: 1, b: inner });

  test.each([
    ['operators', not],
    ['lists', list],
    ['data', data],
  ])('a tree of %s 10 000 deep is an issue and no overflow', (_, wrap) => {
    expect(compileLogic(nested(10_000, wrap), PLAIN).issues.map((issue) => issue.code)).toEqual(['too-deep']);
  });

  test('64 levels are fine', () => {
    const logic = nested(63, not);
    expect(issuesOf(logic)).toEqual([]);
    expect(compileLogic(logic, PLAIN).get(scopeOf({ x: 1 }))).toBe(false);
    expect(issuesOf(nested(64, not))).toMatchObject([[expect.anything(), 'too-deep']]);
  });

  test('2000 nodes are fine, and what is beyond is one issue', () => {
    const comparisons = (count: number): unknown => ({
      and: Array.from({ length: count }, () => ({ '>': [{ var: 'x' }, 1] })),
    });
    expect(issuesOf(comparisons(499))).toEqual([]);
    expect(issuesOf(comparisons(500))).toMatchObject([[expect.anything(), 'too-many-nodes']]);
    const doubled = nested(40, (inner) => [inner, inner]);
    expect(issuesOf(doubled)).toMatchObject([[expect.anything(), 'too-many-nodes']]);
    expect(issuesOf({ a: doubled, b: 1 })).toMatchObject([[expect.anything(), 'too-many-nodes']]);
  });

  test('what stands at a limit is within it', () => {
    const x = { var: 'x' };
    for (const logic of [
      { var: 'a'.repeat(256) },
      { var: 'a.'.repeat(15) },
      { '==': [x, 'a'.repeat(8_192)] },
      { in: [x, Array.from({ length: 1_000 }, () => 0)] },
      { matches: [x, 'a'.repeat(512)] },
      nested(3, (inner) => ({ map: [[1], inner] })),
    ]) {
      expect(issuesOf(logic)).toEqual([]);
    }
  });
});

describe('constants', () => {
  test.each<[logic: unknown, value: unknown]>([
    [5, 5],
    [null, null],
    [
      [1, { '+': [1, 2] }],
      [1, 3],
    ],
    [
      { a: 1, b: [2] },
      { a: 1, b: [2] },
    ],
    [{}, {}],
    [{ '*': [24, { '*': [60, 60] }] }, 86_400],
    [{ map: [[1, 2], { '+': [{ var: 'item' }, 1] }] }, [2, 3]],
    [
      { map: [[[1, 2]], { filter: [{ var: 'item' }, { '<': [{ var: 'item' }, { length: { var: 'outer' } }] }] }] },
      [[1]],
    ],
    [{ parse_date: '2026-01-01' }, 1_767_225_600_000],
    [{ '/': [1, 0] }, null],
    [{ if: [true, 'a', { '+': ['x', 1] }] }, 'a'],
  ])('%j', (logic, value) => {
    const { get, constant, issues } = compileLogic(logic, PLAIN);
    expect(issues).toEqual([]);
    expect(constant).toBe(true);
    expect(get(scopeOf({ item: 7 }))).toEqual(value);
    expect(get(scopeOf(null))).toBe(get(scopeOf(1)));
  });

  test.each<[logic: unknown]>([
    [{ var: 'x' }],
    [{ now: [] }],
    [{ hour: [] }],
    [{ time_between: ['22:00', '06:00'] }],
    [{ missing: ['x'] }],
    [{ map: [[1, 2], { var: 'outer.x' }] }],
    [{ map: [{ var: 'x' }, 1] }],
    [{ map: [[[1]], { map: [{ var: 'item' }, { var: 'outer.outer.x' }] }] }],
    [{ reduce: [[1], 1, { var: 'x' }] }],
    [[1, { var: 'x' }]],
  ])('%j is none', (logic) => {
    expect(compileLogic(logic, PLAIN).constant).toBe(false);
  });

  test('a name can be one', () => {
    const environment: Environment = {
      ...PLAIN,
      name: (head) => (head === 'limit' ? { get: () => 30, constant: true } : undefined),
    };
    expect(compileLogic({ '+': [{ var: 'limit' }, 1] }, environment).constant).toBe(true);
    const { get, constant } = compileLogic({ '>': [{ var: 'x' }, { var: 'limit' }] }, environment);
    expect(constant).toBe(false);
    expect(get(scopeOf({ x: 31 }))).toBe(true);
    expect(compileLogic({ matches: ['a', { var: 'limit' }] }, environment).issues).toMatchObject([
      { code: 'pattern-not-literal' },
    ]);
  });
});

describe('names', () => {
  const environment: Environment = {
    ...PLAIN,
    name: (head) => {
      if (head === 'room') return { get: () => 'hall', constant: false };
      if (head === 'lux') return { get: (scope) => scope.payload, constant: false };
      if (head === 'window') return 'window is for rules that have one';
      return head === 'outer' || head === 'item' ? { get: () => `the ${head}`, constant: false } : undefined;
    },
  };
  const evaluate = (logic: unknown, payload: unknown): unknown =>
    compileLogic(logic, environment).get(scopeOf(payload));

  test('come before the fields of the payload', () => {
    expect(evaluate({ var: 'room' }, { room: 'field' })).toBe('hall');
    expect(evaluate({ var: 'roof' }, { roof: 'field' })).toBe('field');
    expect(evaluate({ missing: ['room', 'roof'] }, {})).toEqual(['roof']);
  });

  test('are what a path begins with', () => {
    expect(evaluate({ var: 'lux.value' }, { value: 5 })).toBe(5);
    expect(evaluate({ var: ['lux.gone', 7] }, { value: 5 })).toBe(7);
    expect(evaluate({ var: 'lux.constructor' }, {})).toBe(null);
  });

  test('mean themselves even where the payload has a field to compare at once', () => {
    expect(evaluate({ '>': [{ var: 'lux' }, 3] }, 5)).toBe(true);
    expect(evaluate({ '>': [{ var: 'lux' }, 3] }, { lux: 5 })).toBe(null);
  });

  test('are not looked for when the path is computed', () => {
    expect(evaluate({ var: { cat: ['ro', 'om'] } }, { room: 'field' })).toBe('field');
    expect(evaluate({ missing: [{ cat: ['ro', 'om'] }] }, {})).toEqual(['room']);
  });

  test('may be item and outer where there is no iterator', () => {
    expect(evaluate([{ var: 'item' }, { var: 'outer' }], {})).toEqual(['the item', 'the outer']);
    expect(evaluate({ map: [[1], { var: 'outer.outer' }] }, {})).toEqual(['the outer']);
  });

  test('may have no meaning here, for a reason', () => {
    expect(issuesOf({ '>': [{ var: 'window.count' }, 3] }, environment)).toEqual([['>/0', 'no-meaning']]);
    expect(compileLogic({ var: 'window' }, environment).issues).toMatchObject([
      { message: 'window is for rules that have one' },
    ]);
    expect(issuesOf({ map: [[1], { var: 'window' }] }, environment)).toEqual([]);
  });
});
