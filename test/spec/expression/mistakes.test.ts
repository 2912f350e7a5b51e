import { expect, test } from 'vitest';
import { parseExpression } from '../../../src/spec/expression/parse.ts';

/** Each expression with carets below what is wrong with it, then what that is and what to do. */
function table(...sources: readonly string[]): string {
  return sources
    .map((source) => {
      const expression = parseExpression(source);
      if (expression.ok) throw new Error(`nothing is wrong with ${source}`);
      const { offset, length, code, message, hint } = expression.problem;
      const carets = ' '.repeat(offset) + '^'.repeat(length);
      return `${source}\n${carets} ${code}: ${message}${hint === undefined ? '' : `. ${hint}`}`;
    })
    .join('\n');
}

test('something is missing', () => {
  expect(
    table(
      '',
      '  ',
      'a >',
      '(a > 1',
      'f(a, (b)',
      '[1, 2',
      'list[1',
      'a ? b',
      'f(a,)',
      'list[]',
      'x.',
      'a b',
      'f(a b)',
      '[1 2]',
      'x not y',
      '"on',
      "x == 'on",
    ),
  ).toMatchInlineSnapshot(`
    "
     empty-expression: the expression is empty
      
    ^^ empty-expression: the expression is empty
    a >
      ^ expected-value: expected a value after ">"
    (a > 1
    ^ not-closed: "(" has no ")". Add a )
    f(a, (b)
     ^ not-closed: "(" has no ")". Add a )
    [1, 2
    ^ not-closed: "[" has no "]". Add a ]
    list[1
        ^ not-closed: "[" has no "]". Add a ]
    a ? b
      ^ not-closed: "?" has no ":". Write condition ? a : b
    f(a,)
        ^ expected-value: expected a value, found ")". Leave out the comma
    list[]
         ^ expected-value: expected a value, found "]"
    x.
     ^ bad-field: expected a name after "."
    a b
      ^ missing-operator: expected an operator before "b"
    f(a b)
        ^ missing-operator: expected an operator before "b". Separate values with a comma
    [1 2]
       ^ missing-operator: expected an operator before "2". Separate values with a comma
    x not y
      ^^^ unexpected-token: expected "in" after "not". Write x not in list
    "on
    ^^^ unterminated-text: the text is not closed. Add the closing "
    x == 'on
         ^^^ unterminated-text: the text is not closed. Add the closing '"
  `);
});

test('something is too much', () => {
  expect(table('a)', 'a]', '(a]', 'a, b', 'a ? b : c : d', 'a ; b', '5 (x)', 'in', '* 2', '+x', 'true.x'))
    .toMatchInlineSnapshot(`
    "a)
     ^ unexpected-token: unexpected ")". Nothing is open that it could close
    a]
     ^ unexpected-token: unexpected "]". Nothing is open that it could close
    (a]
      ^ unexpected-token: expected ")", found "]"
    a, b
     ^ unexpected-token: unexpected ",". Write a list in brackets: [a, b]
    a ? b : c : d
              ^ unexpected-token: unexpected ":"
    a ; b
      ^ unexpected-character: unexpected ";". Leave it out
    5 (x)
      ^ missing-operator: expected an operator before "("
    in
    ^^ expected-value: expected a value, found "in"
    * 2
    ^ expected-value: expected a value, found "*"
    +x
    ^ expected-value: expected a value, found "+". Leave it out; number(x) makes a number of a text
    true.x
        ^ unexpected-token: unexpected ".""
  `);
});

test('habits from other languages', () => {
  expect(
    table(
      'a = b',
      'a AND b',
      'NOT a',
      'x is null',
      'x is not null',
      'x between 1 and 2',
      'name contains "a"',
      'name startswith "a"',
      'if a then b',
      'a if b else c',
      'x | round',
      'a & b',
      'a ** b',
      'a >> 3',
      'a[*]',
      'a ^ b',
      'a // b',
      'a <> b',
      'a =< b',
      'a => b',
      'a =~ "b"',
      'a?.b',
      'a ?: b',
      'x == True',
      'x == None',
      '{{ x }}',
      '{a: 1}',
      'a # b',
      'payload.toFixed(1) > 2',
    ),
  ).toMatchInlineSnapshot(`
    "a = b
      ^ single-equals: "=" does not compare. Use ==
    a AND b
      ^^^ missing-operator: "AND" is not an operator. Write and
    NOT a
    ^^^ missing-operator: "NOT" is not an operator. Write not
    x is null
      ^^ missing-operator: "is" is not an operator. Write == or !=: x == null
    x is not null
      ^^ missing-operator: "is" is not an operator. Write == or !=: x == null
    x between 1 and 2
      ^^^^^^^ missing-operator: "between" is not an operator. Write 20 <= x <= 40, or between(x, 20, 40)
    name contains "a"
         ^^^^^^^^ missing-operator: "contains" is not an operator. Write contains(text, "part")
    name startswith "a"
         ^^^^^^^^^^ missing-operator: "startswith" is not an operator. Write startsWith(text, "part")
    if a then b
    ^^ missing-operator: "if" is not an operator. Write condition ? a : b
    a if b else c
      ^^ missing-operator: "if" is not an operator. Write condition ? a : b
    x | round
      ^ unexpected-character: unexpected "|". Write or; a filter is written as a call: round(x)
    a & b
      ^ unexpected-character: unexpected "&". Write and; whether the bit of 4 is set: floor(x / 4) % 2 != 0
    a ** b
      ^^ unexpected-character: unexpected "**". Write pow(x, y)
    a >> 3
       ^ expected-value: expected a value, found ">". Write floor(x / 8) for x >> 3
    a[*]
      ^ expected-value: expected a value, found "*". Leave [*] out; of each element are foreach: list, and map(list, x)
    a ^ b
      ^ unexpected-character: unexpected "^". Write pow(x, y)
    a // b
      ^^ unexpected-character: unexpected "//". Write floor(x / y)
    a <> b
      ^^ unexpected-character: unexpected "<>". Write !=
    a =< b
      ^^ unexpected-character: unexpected "=<". Write <=
    a => b
      ^^ unexpected-character: unexpected "=>". Write >=
    a =~ "b"
      ^^ unexpected-character: unexpected "=~". Write matches(text, "pattern")
    a?.b
     ^^ unexpected-character: unexpected "?.". Write . alone: a field of something missing is unknown, not an error
    a ?: b
      ^^ unexpected-character: unexpected "?:". Write ??
    x == True
         ^^^^ misspelled-constant: "True" is not a value. Write true
    x == None
         ^^^^ misspelled-constant: "None" is not a value. Write null
    {{ x }}
    ^^ unexpected-character: unexpected "{{". Write the expression without {{ }}
    {a: 1}
    ^ unexpected-character: an expression has no "{". Constants that belong together stand in vars; values that do are a list here, as in [id, payload], and a mapping in the payload of publish
    a # b
      ^ unexpected-character: unexpected "#". An expression has no comments; quote topics
    payload.toFixed(1) > 2
                   ^ missing-operator: expected an operator before "(". A function takes the value in its brackets, such as round(x, 1): there is no x.toFixed()"
  `);
});

test('templates belong outside of expressions', () => {
  expect(table('${x} > 3', '"a" == ${ room.name }', '${x')).toMatchInlineSnapshot(`
    "\${x} > 3
    ^^^^ template-inside: an expression has no \${ }. Write x without \${ }
    "a" == \${ room.name }
           ^^^^^^^^^^^^^^ template-inside: an expression has no \${ }. Write room.name without \${ }
    \${x
    ^^ template-inside: an expression has no \${ }. Write x without \${ }"
  `);
});

test('comparisons that nobody could read', () => {
  expect(table('a < b > c', 'a == b == c', 'a == b != c', 'a in b in c', 'a < b in c', 'a == not b'))
    .toMatchInlineSnapshot(`
    "a < b > c
          ^ mixed-comparison: the comparisons of a chain point the same way. Write a < b and b > c
    a == b == c
           ^^ chained-equality: "==" cannot follow "==". Write a == b and b == c, or use brackets
    a == b != c
           ^^ chained-equality: "!=" cannot follow "==". Write a == b and b != c, or use brackets
    a in b in c
           ^^ mixed-comparison: "in" cannot follow another comparison. Put one of the comparisons in brackets, or join them with and
    a < b in c
          ^^ mixed-comparison: "in" cannot follow another comparison. Put one of the comparisons in brackets, or join them with and
    a == not b
         ^^^ expected-value: expected a value, found "not". Write (not …) or !"
  `);
});

test('numbers and units', () => {
  expect(
    table(
      'x > 30 °C',
      'x > 30°C',
      'x > 30 C',
      'humidity > 60%',
      'humidity > 60% and x',
      'held > 30 s',
      'held > 1h 30m',
      'held > 5min',
      '10seconds',
      '30m1h',
      '30kW',
      '007',
      '5.',
      '1.x',
      '1e999',
      '0x1F',
      '22:00 < now',
      'x > 1,5 and y',
      'f(a), 5',
      'x in (1, 2)',
    ),
  ).toMatchInlineSnapshot(`
    "x > 30 °C
           ^ unexpected-character: unexpected "°". Numbers have no unit: write 30 instead of 30 °C
    x > 30°C
          ^ unexpected-character: unexpected "°". Numbers have no unit: write 30 instead of 30 °C
    x > 30 C
           ^ missing-operator: expected an operator before "C". Numbers have no unit: write 30
    humidity > 60%
                 ^ expected-value: expected a value after "%". % is the remainder: write a percentage without it
    humidity > 60% and x
                   ^^^ expected-value: expected a value, found "and". % is the remainder: write a percentage without it
    held > 30 s
              ^ missing-operator: expected an operator before "s". A duration has no spaces: 30s, if one is meant
    held > 1h 30m
              ^^^ missing-operator: expected an operator before "30m". A duration has no spaces: 1h30m, if one is meant
    held > 5min
           ^^^^ bad-number: "5min" is neither a number nor a duration. Write 5m
    10seconds
    ^^^^^^^^^ bad-number: "10seconds" is neither a number nor a duration. Write 10s
    30m1h
    ^^^^^ bad-number: "30m1h" is neither a number nor a duration. Units of time are ms s m h d w, as in 1h30m; other numbers have none
    30kW
    ^^^^ bad-number: "30kW" is neither a number nor a duration. Units of time are ms s m h d w, as in 1h30m; other numbers have none
    007
    ^^^ bad-number: "007" is neither a number nor a duration. Write 7, or quote it
    5.
    ^^ bad-number: "5." is neither a number nor a duration. Write digits behind the dot, or leave it out
    1.x
    ^^^ bad-number: "1.x" is neither a number nor a duration. Units of time are ms s m h d w, as in 1h30m; other numbers have none
    1e999
    ^^^^^ bad-number: "1e999" is too large a number
    0x1F
    ^^^^ bad-number: "0x1F" is neither a number nor a duration. Units of time are ms s m h d w, as in 1h30m; other numbers have none
    22:00 < now
      ^ unexpected-token: unexpected ":". Quote a time of day: "22:00"
    x > 1,5 and y
         ^ unexpected-token: unexpected ",". Write 1.5
    f(a), 5
        ^ unexpected-token: unexpected ",". Write a list in brackets: [a, b]
    x in (1, 2)
           ^ unexpected-token: expected ")", found ",". Write a list in brackets: [a, b]"
  `);
});

test('paths', () => {
  expect(table('x.1.2', 'x.1a', 'x."a"', 'params.switch:0.output', 'list[1:2]')).toMatchInlineSnapshot(`
    "x.1.2
      ^^^ bad-field: an index needs brackets. Write [1][2] instead of .1.2
    x.1a
      ^^ bad-field: "1a" is not a name. Write ["1a"]
    x."a"
      ^^^ bad-field: expected a name after ".". Write ["a"]
    params.switch:0.output
                 ^ unexpected-token: unexpected ":". Write ["switch:0"] for a field with a colon
    list[1:2]
          ^ unexpected-token: unexpected ":""
  `);
});

test('characters', () => {
  expect(
    table('state == “ON”', 'a ≤ b', 'a – b', 'a == 😀', String.raw`matches(s, "\d+")`, String.raw`"\u12"`, '"a\\😀"'),
  ).toMatchInlineSnapshot(`
    "state == “ON”
             ^ unexpected-character: unexpected "“". Quote texts with " or '
    a ≤ b
      ^ unexpected-character: unexpected "≤". Write <=
    a – b
      ^ unexpected-character: unexpected "–". Write - from the keyboard
    a == 😀
         ^^ unexpected-character: unexpected "😀"
    matches(s, "\\d+")
                ^^ bad-escape: "\\d" is not an escape. For a backslash write \\\\d
    "\\u12"
     ^^ bad-escape: "\\u" is not an escape. \\u takes four hexadecimal digits
    "a\\😀"
      ^^^ bad-escape: "\\😀" is not an escape. For a backslash write \\\\😀"
  `);
});

test('characters that cannot be seen are named by their number', () => {
  const messageOf = (source: string): string | undefined => {
    const expression = parseExpression(source);
    return expression.ok ? undefined : expression.problem.message;
  };
  expect(messageOf('a \u200b b')).toBe('unexpected character U+200B');
  expect(messageOf('a \ud800')).toBe('unexpected character U+D800');
  expect(messageOf('a \u0007')).toBe('unexpected character U+0007');
});

test('the first mistake is the one shown', () => {
  expect(table('a = “b”', '(a b “c”')).toMatchInlineSnapshot(`
    "a = “b”
      ^ single-equals: "=" does not compare. Use ==
    (a b “c”
       ^ missing-operator: expected an operator before "b". Separate values with a comma"
  `);
});
