import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../src/spec/expression/parse.ts';
import { logicOf } from './reading.ts';

/** Each expression with the JSON-logic it stands for. */
function table(...sources: readonly string[]): string {
  return sources.map((source) => `${source}\n    ${JSON.stringify(logicOf(source))}`).join('\n');
}

test('reads the values there are', () => {
  expect(
    table(
      '30',
      '-5',
      '.5',
      '1e3',
      '1.5E-3',
      '"on"',
      "'it\\'s'",
      String.raw`"\u00e9\n\t\\"`,
      'true',
      'false',
      'null',
      '[]',
      '[1, "a", [x]]',
    ),
  ).toMatchInlineSnapshot(`
    "30
        30
    -5
        -5
    .5
        0.5
    1e3
        1000
    1.5E-3
        0.0015
    "on"
        "on"
    'it\\'s'
        "it's"
    "\\u00e9\\n\\t\\\\"
        "é\\n\\t\\\\"
    true
        true
    false
        false
    null
        null
    []
        []
    [1, "a", [x]]
        [1,"a",[{"var":"x"}]]"
  `);
});

test('reads durations as milliseconds', () => {
  expect(table('held > 1h30m', 'now - since >= 2d', '250ms', '-30m')).toMatchInlineSnapshot(`
    "held > 1h30m
        {">":[{"var":"held"},5400000]}
    now - since >= 2d
        {">=":[{"-":[{"var":"now"},{"var":"since"}]},172800000]}
    250ms
        250
    -30m
        -1800000"
  `);
});

test('reads names and paths as variables', () => {
  expect(
    table(
      'temperature',
      'now',
      '$x',
      'größe',
      'a.b',
      'a.in.not',
      'a[0].b',
      'a["0"]',
      'params["switch:0"].output',
      'a["b c"]',
      'var("odd name")',
      'var("a", 1)',
      'var(key)',
    ),
  ).toMatchInlineSnapshot(`
    "temperature
        {"var":"temperature"}
    now
        {"var":"now"}
    $x
        {"var":"$x"}
    größe
        {"var":"größe"}
    a.b
        {"var":"a.b"}
    a.in.not
        {"var":"a.in.not"}
    a[0].b
        {"var":"a.0.b"}
    a["0"]
        {"var":"a.0"}
    params["switch:0"].output
        {"var":"params.switch:0.output"}
    a["b c"]
        {"var":"a.b c"}
    var("odd name")
        {"var":"odd name"}
    var("a", 1)
        {"var":["a",1]}
    var(key)
        {"var":[{"var":"key"}]}"
  `);
});

test('reads what no path can say as val', () => {
  expect(
    table(
      'list[i]',
      'list[i].b.c',
      'a["x.y"].z',
      'a[""]',
      'list[-1]',
      'list[1.5]',
      'a.b[i + 1][j]',
      'f(x).y',
      '(a ?? b).c',
      '(a).b',
      '(a[i]).b',
      '[1, 2][0]',
    ),
  ).toMatchInlineSnapshot(`
    "list[i]
        {"val":[{"var":"list"},{"var":"i"}]}
    list[i].b.c
        {"val":[{"var":"list"},{"var":"i"},"b","c"]}
    a["x.y"].z
        {"val":[{"var":"a"},"x.y","z"]}
    a[""]
        {"val":[{"var":"a"},""]}
    list[-1]
        {"val":[{"var":"list"},-1]}
    list[1.5]
        {"val":[{"var":"list"},1.5]}
    a.b[i + 1][j]
        {"val":[{"var":"a.b"},{"+":[{"var":"i"},1]},{"var":"j"}]}
    f(x).y
        {"val":[{"f":[{"var":"x"}]},"y"]}
    (a ?? b).c
        {"val":[{"??":[{"var":"a"},{"var":"b"}]},"c"]}
    (a).b
        {"val":[{"var":"a"},"b"]}
    (a[i]).b
        {"val":[{"val":[{"var":"a"},{"var":"i"}]},"b"]}
    [1, 2][0]
        {"val":[[1,2],0]}"
  `);
});

test('reads calls of any name', () => {
  expect(table('f()', 'round(x, 1)', 'max(1, min(2, x))', 'if(a, b)', '"<"(a)', '"odd name"(a)', '"and"(a)'))
    .toMatchInlineSnapshot(`
    "f()
        {"f":[]}
    round(x, 1)
        {"round":[{"var":"x"},1]}
    max(1, min(2, x))
        {"max":[1,{"min":[2,{"var":"x"}]}]}
    if(a, b)
        {"if":[{"var":"a"},{"var":"b"}]}
    "<"(a)
        {"<":[{"var":"a"}]}
    "odd name"(a)
        {"odd name":[{"var":"a"}]}
    "and"(a)
        {"and":[{"var":"a"}]}"
  `);
});

test('reads operators in the order in which they bind', () => {
  expect(
    table(
      'a or b and not c == d',
      'a || b && !c',
      'not a == b',
      '!x == y',
      '!!x',
      'a == 1 + 2 * -x',
      'a < b == c',
      'x in l and y not in l',
      'a - b - c',
      'a / b % c',
      'a ?? b ?? c',
      'a ?? b or c',
      'a === b or a !== c',
    ),
  ).toMatchInlineSnapshot(`
    "a or b and not c == d
        {"or":[{"var":"a"},{"and":[{"var":"b"},{"!":[{"==":[{"var":"c"},{"var":"d"}]}]}]}]}
    a || b && !c
        {"or":[{"var":"a"},{"and":[{"var":"b"},{"!":[{"var":"c"}]}]}]}
    not a == b
        {"!":[{"==":[{"var":"a"},{"var":"b"}]}]}
    !x == y
        {"==":[{"!":[{"var":"x"}]},{"var":"y"}]}
    !!x
        {"!!":[{"var":"x"}]}
    a == 1 + 2 * -x
        {"==":[{"var":"a"},{"+":[1,{"*":[2,{"-":[{"var":"x"}]}]}]}]}
    a < b == c
        {"==":[{"<":[{"var":"a"},{"var":"b"}]},{"var":"c"}]}
    x in l and y not in l
        {"and":[{"in":[{"var":"x"},{"var":"l"}]},{"!":[{"in":[{"var":"y"},{"var":"l"}]}]}]}
    a - b - c
        {"-":[{"-":[{"var":"a"},{"var":"b"}]},{"var":"c"}]}
    a / b % c
        {"%":[{"/":[{"var":"a"},{"var":"b"}]},{"var":"c"}]}
    a ?? b ?? c
        {"??":[{"??":[{"var":"a"},{"var":"b"}]},{"var":"c"}]}
    a ?? b or c
        {"??":[{"var":"a"},{"or":[{"var":"b"},{"var":"c"}]}]}
    a === b or a !== c
        {"or":[{"===":[{"var":"a"},{"var":"b"}]},{"!==":[{"var":"a"},{"var":"c"}]}]}"
  `);
});

test('gathers equal operators where no brackets keep them apart', () => {
  expect(
    table('a and b and c', '(a and b) and c', 'a and (b and c)', 'a or b or c', 'a + b + c - d + e', 'a * b * c / d'),
  ).toMatchInlineSnapshot(`
    "a and b and c
        {"and":[{"var":"a"},{"var":"b"},{"var":"c"}]}
    (a and b) and c
        {"and":[{"and":[{"var":"a"},{"var":"b"}]},{"var":"c"}]}
    a and (b and c)
        {"and":[{"var":"a"},{"and":[{"var":"b"},{"var":"c"}]}]}
    a or b or c
        {"or":[{"var":"a"},{"var":"b"},{"var":"c"}]}
    a + b + c - d + e
        {"+":[{"-":[{"+":[{"var":"a"},{"var":"b"},{"var":"c"}]},{"var":"d"}]},{"var":"e"}]}
    a * b * c / d
        {"/":[{"*":[{"var":"a"},{"var":"b"},{"var":"c"}]},{"var":"d"}]}"
  `);
});

test('reads chains of comparisons', () => {
  expect(table('20 < t < 40', '20 <= t <= 40', '20 <= t < 40', '40 > t > 20', '40 >= t > 20', 'a < b < c < d'))
    .toMatchInlineSnapshot(`
    "20 < t < 40
        {"<":[20,{"var":"t"},40]}
    20 <= t <= 40
        {"<=":[20,{"var":"t"},40]}
    20 <= t < 40
        {"and":[{"<=":[20,{"var":"t"}]},{"<":[{"var":"t"},40]}]}
    40 > t > 20
        {"and":[{">":[40,{"var":"t"}]},{">":[{"var":"t"},20]}]}
    40 >= t > 20
        {"and":[{">=":[40,{"var":"t"}]},{">":[{"var":"t"},20]}]}
    a < b < c < d
        {"and":[{"<":[{"var":"a"},{"var":"b"}]},{"<":[{"var":"b"},{"var":"c"}]},{"<":[{"var":"c"},{"var":"d"}]}]}"
  `);
});

test('reads choices', () => {
  expect(table('a ? b : c', 'a ? b : c ? d : e', 'a ? b : (c ? d : e)', 'a ? b ? 1 : 2 : 3', 'a ?.5:1'))
    .toMatchInlineSnapshot(`
    "a ? b : c
        {"if":[{"var":"a"},{"var":"b"},{"var":"c"}]}
    a ? b : c ? d : e
        {"if":[{"var":"a"},{"var":"b"},{"var":"c"},{"var":"d"},{"var":"e"}]}
    a ? b : (c ? d : e)
        {"if":[{"var":"a"},{"var":"b"},{"if":[{"var":"c"},{"var":"d"},{"var":"e"}]}]}
    a ? b ? 1 : 2 : 3
        {"if":[{"var":"a"},{"if":[{"var":"b"},1,2]},3]}
    a ?.5:1
        {"if":[{"var":"a"},0.5,1]}"
  `);
});

test('space and line breaks mean nothing between tokens', () => {
  expect(logicOf('a\n  and\tb\u00a0==1')).toEqual(logicOf('a and b == 1'));
});

describe('knows where each node stands', () => {
  /** Every operation and variable of an expression with the text that begins where it stands. */
  function places(source: string): string[] {
    const expression = parseExpression(source);
    if (!expression.ok) throw new Error(expression.problem.message);
    const found: string[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const offset = expression.offsetOf(node);
      found.push(
        `${Array.isArray(node) ? 'list' : Object.keys(node)[0]} ${offset === undefined ? '-' : source.slice(offset)}`,
      );
      for (const operands of Array.isArray(node) ? [node] : Object.values(node)) {
        if (Array.isArray(operands)) operands.forEach(visit);
      }
    };
    visit(expression.logic);
    return found;
  }

  test.each([
    ['max(a.b, 1) > c', ['> > c', 'max max(a.b, 1) > c', 'var a.b, 1) > c', 'var c']],
    ['not x in [y]', ['! not x in [y]', 'in in [y]', 'var x in [y]', 'list [y]', 'var y]']],
    ['x not in [y]', ['! not in [y]', 'in in [y]', 'var x not in [y]', 'list [y]', 'var y]']],
    ['1 < a <= b', ['and < a <= b', '< < a <= b', 'var a <= b', '<= <= b', 'var a <= b', 'var b']],
    ['a ? -b : 2', ['if ? -b : 2', 'var a ? -b : 2', '- -b : 2', 'var b : 2']],
    [
      'l[i] and "<"(f().x)',
      [
        'and and "<"(f().x)',
        'val l[i] and "<"(f().x)',
        'var l[i] and "<"(f().x)',
        'var i] and "<"(f().x)',
        '< "<"(f().x)',
        'val f().x)',
        'f f().x)',
      ],
    ],
  ])('%s', (source, expected) => expect(places(source)).toEqual(expected));

  test('and nothing about others', () => {
    const expression = parseExpression('a');
    expect(expression.ok && expression.offsetOf({})).toBe(undefined);
  });
});

describe('has bounds', () => {
  const problemOf = (source: string): string | undefined => {
    const expression = parseExpression(source);
    return expression.ok ? undefined : expression.problem.code;
  };

  test('64 deep, not 65', () => {
    expect(problemOf(`${'f('.repeat(64)}1${')'.repeat(64)}`)).toBe(undefined);
    expect(problemOf(`${'f('.repeat(65)}1${')'.repeat(65)}`)).toBe('expression-too-deep');
    expect(problemOf(`1${' - 1'.repeat(64)}`)).toBe(undefined);
    expect(problemOf(`1${' - 1'.repeat(65)}`)).toBe('expression-too-deep');
    expect(problemOf(`x${'[x'.repeat(64)}${']'.repeat(64)}`)).toBe('expression-too-deep');
  });

  test('any number of brackets, minus signs and choices without a stack running over', () => {
    for (const piece of ['(', '[', '-', '!', 'not ', 'a ? ', 'x[', 'f(']) {
      expect(problemOf(piece.repeat(Math.floor(4096 / piece.length)))).toBe('expression-too-deep');
    }
    expect(problemOf(`a${' and a'.repeat(600)}`)).toBe(undefined);
    expect(problemOf(`${'a ? 1 : '.repeat(500)}2`)).toBe(undefined);
  });

  test('4096 characters, not 4097', () => {
    expect(problemOf(`"${'x'.repeat(4094)}"`)).toBe(undefined);
    expect(problemOf(`"${'x'.repeat(4095)}"`)).toBe('expression-too-long');
  });

  test('a tree no larger than its text, though chains repeat their middle', () => {
    expect(problemOf(`${'(0 < '.repeat(30)}x${' <= 1)'.repeat(30)}`)).toBe('expression-too-large');
  });
});
