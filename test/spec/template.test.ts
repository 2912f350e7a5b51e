import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../src/spec/template.ts';
import { runs } from '../property-runs.ts';

/** The parts of each template: literal texts as JSON, expressions as their logic at their place. */
function table(...templates: readonly string[]): string {
  return templates
    .map((template) => {
      const parsed = parseTemplate(template);
      if (!parsed.ok) throw new Error(`${parsed.problem.message}\n${template}`);
      const parts = parsed.parts.map((part) => {
        if ('text' in part) return JSON.stringify(part.text);
        expect(template.startsWith(part.source, part.offset)).toBe(true);
        return `${part.offset}: ${JSON.stringify(part.expression.logic)}${part.orOmit ? ' or omit' : ''}`;
      });
      return [template, ...parts].join('\n    ');
    })
    .join('\n');
}

/** Each template with carets below what is wrong with it, then what that is and what to do. */
function mistakes(...templates: readonly string[]): string {
  return templates
    .map((template) => {
      const parsed = parseTemplate(template);
      if (parsed.ok) throw new Error(`nothing is wrong with ${template}`);
      const { offset, length, code, message, hint } = parsed.problem;
      const carets = ' '.repeat(offset) + '^'.repeat(length);
      return `${template}\n${carets} ${code}: ${message}${hint === undefined ? '' : `. ${hint}`}`;
    })
    .join('\n');
}

test('reads texts and expressions in turn', () => {
  expect(
    table('', 'ON', 'home/${room}/light', '${temperature}', '${a}${b}', '${temperature} °C in ${room}!', '5 $ {x} $'),
  ).toMatchInlineSnapshot(`
    "
    ON
        "ON"
    home/\${room}/light
        "home/"
        7: {"var":"room"}
        "/light"
    \${temperature}
        2: {"var":"temperature"}
    \${a}\${b}
        2: {"var":"a"}
        6: {"var":"b"}
    \${temperature} °C in \${room}!
        2: {"var":"temperature"}
        " °C in "
        23: {"var":"room"}
        "!"
    5 $ {x} $
        "5 $ {x} $""
  `);
});

test('an expression ends at its own brace', () => {
  expect(table('${a["}"]} }', '${f(\'}\', "\\"}")}', '${\n  a ??\n  "{"\n}')).toMatchInlineSnapshot(`
    "\${a["}"]} }
        2: {"var":"a.}"}
        " }"
    \${f('}', "\\"}")}
        2: {"f":["}","\\"}"]}
    \${
      a ??
      "{"
    }
        2: {"??":[{"var":"a"},"{"]}"
  `);
});

test('$${ is the text ${', () => {
  expect(table('$${x}', '$$${x}', '$${${x}}', '${"$${"}')).toMatchInlineSnapshot(`
    "$\${x}
        "\${x}"
    $$\${x}
        "$\${x}"
    $\${\${x}}
        "\${"
        5: {"var":"x"}
        "}"
    \${"$\${"}
        2: "$\${""
  `);
});

test('sees what is to be left out when unknown', () => {
  expect(table('${x ?? omit}', '${ x ?? y ?? omit }', '${("a" ?? omit)}')).toMatchInlineSnapshot(`
    "\${x ?? omit}
        2: {"var":"x"} or omit
    \${ x ?? y ?? omit }
        2: {"??":[{"var":"x"},{"var":"y"}]} or omit
    \${("a" ?? omit)}
        2: "a" or omit"
  `);
});

test('elsewhere omit is a name', () => {
  expect(table('${omit}', '${omit ?? x}', '${x ? omit : 1}', '${omit.x ?? omit.y}')).toMatchInlineSnapshot(`
    "\${omit}
        2: {"var":"omit"}
    \${omit ?? x}
        2: {"??":[{"var":"omit"},{"var":"x"}]}
    \${x ? omit : 1}
        2: {"if":[{"var":"x"},{"var":"omit"},1]}
    \${omit.x ?? omit.y}
        2: {"??":[{"var":"omit.x"},{"var":"omit.y"}]}"
  `);
});

test('shows mistakes at their place in the template', () => {
  expect(
    mistakes(
      'a ${x ?? omit}',
      '${x ?? omit} ',
      '${a}${x ?? omit}',
      'a ${b',
      'a ${',
      '${a} ${f({)}',
      'a ${} b',
      'a ${  } b',
      'home/${room ==}/x',
      '${a} and ${b = c}',
      "${don't}",
      '${${x}}',
      '${ {a: 1} }',
      'key ${env:KEY}',
      '${file:/run/key}',
    ),
  ).toMatchInlineSnapshot(`
    "a \${x ?? omit}
             ^^^^ misplaced-omit: only an entry or item that is exactly \${… ?? omit} can be left out. Give another text: \${x ?? ""}
    \${x ?? omit} 
           ^^^^ misplaced-omit: only an entry or item that is exactly \${… ?? omit} can be left out. Give another text: \${x ?? ""}
    \${a}\${x ?? omit}
               ^^^^ misplaced-omit: only an entry or item that is exactly \${… ?? omit} can be left out. Give another text: \${x ?? ""}
    a \${b
      ^^ not-closed: "\${" has no "}". Add a }, or write $\${ for a literal \${
    a \${
      ^^ not-closed: "\${" has no "}". Add a }, or write $\${ for a literal \${
    \${a} \${f({)}
         ^^ not-closed: "\${" has no "}". Add a }, or write $\${ for a literal \${
    a \${} b
      ^^^ empty-expression: the expression is empty
    a \${  } b
      ^^^^^ empty-expression: the expression is empty
    home/\${room ==}/x
                ^^ expected-value: expected a value after "=="
    \${a} and \${b = c}
                 ^ single-equals: "=" does not compare. Use ==
    \${don't}
         ^^^ unterminated-text: the text is not closed. Add the closing '
    \${\${x}}
      ^^^^ template-inside: an expression has no \${ }. Write x without \${ }
    \${ {a: 1} }
       ^ unexpected-character: an expression has no "{". Constants that belong together stand in vars; values that do are a list here, as in [id, payload], and a mapping in the payload of publish
    key \${env:KEY}
        ^^^^^^^^^^ setting-in-template: \${env:…} stands only in vars and in the configuration. Give it a name in vars, and use the name here
    \${file:/run/key}
    ^^^^^^^^^^^^^^^^ setting-in-template: \${file:…} stands only in vars and in the configuration. Give it a name in vars, and use the name here"
  `);
});

describe('any text is a template or a problem inside the text', () => {
  const pieces = ['${', '}', '$', '{', 'x', ' ?? omit', '"', "'", '\\', '==', ' ', '$${', '(', 'é', '\ud800'];
  test.each([
    ['characters', fc.string({ unit: 'binary' })],
    ['pieces of templates', fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((all) => all.join(''))],
  ])('%s', (_, templates) => {
    fc.assert(
      fc.property(templates, (template) => {
        const parsed = parseTemplate(template);
        if (parsed.ok) return;
        const { offset, length } = parsed.problem;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(length).toBeGreaterThanOrEqual(1);
        expect(offset + length).toBeLessThanOrEqual(template.length);
      }),
      { numRuns: runs(3_000) },
    );
  });
});

test('a text without ${ is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      fc.pre(!text.includes('${'));
      expect(parseTemplate(text)).toEqual({ ok: true, parts: [{ text }] });
    }),
    { numRuns: runs(500) },
  );
});
