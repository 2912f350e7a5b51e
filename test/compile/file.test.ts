import { describe, expect, test } from 'vitest';
import { compileFile, type CompiledFile } from '../../src/compile/compile-file.ts';
import { Player, PLAY_SETTINGS } from '../../src/testing/play.ts';

function compile(text: string, path = 'rules/heat.yaml'): CompiledFile {
  return compileFile(path, text, PLAY_SETTINGS, {
    env: (name) => ({ ROOM: 'bath', LIMIT: '30' })[name],
    file: (name) => (name === '/secret' ? 'hush\n' : new Error('no such file')),
  });
}

const ids = (text: string, path?: string): string[] => compile(text, path).rules.map(({ rule }) => rule.id);
const problems = (text: string, path?: string): string[] =>
  compile(text, path).problems.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`);

describe('a rule file', () => {
  test('holds one rule, which may be named by the file', () => {
    expect(ids('on: a\nlog: x\n')).toEqual(['heat']);
    expect(ids('id: own\non: a\nlog: x\n')).toEqual(['own']);
    expect(ids('{"on": "a", "log": "x"}', 'x/y.json')).toEqual(['y']);
    expect(problems('on: a\nlog: x\n', 'x/y.z.yml')).toEqual(['1:1 missing-key: this rule has no `id`']);
    expect(ids('- on: a\n  log: x\n')).toEqual(['heat']);
  });

  test('holds a list of rules, each with its id', () => {
    expect(ids('- { id: a, on: a, log: x }\n- { id: b, on: a, log: x }\n')).toEqual(['a', 'b']);
    expect(problems('- { id: a, on: a, log: x }\n- { on: a, log: x }\n- 5\n')).toEqual([
      '2:3 missing-key: this rule has no `id`',
      '3:3 wrong-type: a rule is a mapping with `on` and what to do',
    ]);
  });

  test.each([
    ['rule: [{ id: a, on: a, log: x }]', '1:1 unknown-key', 'Did you mean "rules"?'],
    ['ruels:\n  - { id: a, on: a, log: x }', '1:1 unknown-key', 'Did you mean "rules"?'],
    ['rules: [{ id: a, on: a, log: x }]\ntest: []', '2:1 unknown-key', 'Did you mean "tests"?'],
    ['rules: [{ id: a, on: a, log: x }]\nother: []', '2:1 unknown-key', 'A file has vars, defaults, rules, tests'],
  ])('says once what a key of it was to be: %j', (text, place, hint) => {
    const said = compile(text).problems.map(({ line, column, code, hint }) => [`${line}:${column} ${code}`, hint]);
    expect(said).toEqual([[place, hint]]);
  });

  test('holds rules with vars and defaults', () => {
    const text = `
      vars: { room: bath, limit: 3, both: "\${env:ROOM} \${file:/secret}", list: ["\${env:LIMIT}"] }
      defaults: { on: "a/+x", if: payload > limit, on_error: { log: "failed \${x}" } }
      rules:
        - { id: one, log: "\${room} \${both} \${list[0]}" }
        - { id: two, if: payload > 5, log: "\${payload.x}" }
        - { id: three, on: b, log: three }`;
    const { rules, problems } = compile(text);
    expect(problems).toEqual([]);
    expect(rules.map(({ rule }) => rule.id)).toEqual(['one', 'two', 'three']);
    const told = (payload: number): unknown[] => {
      const player = new Player(text.replaceAll('${env:ROOM} ${file:/secret}', 'x').replaceAll('${env:LIMIT}', '30'));
      return [...player.send({ topic: 'a/1', payload }), ...player.send({ topic: 'b', payload })].map((effect) =>
        effect.type === 'log' ? effect.message : effect,
      );
    };
    expect([told(3), told(4), told(6)]).toEqual([[], ['bath x 30', 'three'], ['bath x 30', 'failed 1', 'three']]);
  });

  test('says which of its vars cannot be filled in', () => {
    expect(problems('vars: { a: "${env:NONE}", b: ["${file:/none}"] }\nrules: [{ id: r, on: a, log: x }]\n')).toEqual([
      '1:13 missing-variable: the environment variable NONE is not set',
      '1:32 unreadable-file: the file /none cannot be read: no such file',
    ]);
  });

  test('does not fill in anything outside of vars', () => {
    expect(problems('id: r\non: a\nlog: "${env:ROOM}"\n')).toEqual([
      '3:7 setting-in-template: ${env:…} stands only in vars and in the configuration',
    ]);
  });

  test('lists what is disabled, and looks through it all the same', () => {
    const { rules, disabled } = compile('- { id: a, on: a, log: x }\n- { id: b, enabled: false, on: a, log: x }\n');
    expect([rules.map(({ rule }) => rule.id), disabled]).toEqual([['a'], ['b']]);
    expect(problems('{ id: b, enabled: false, on: a, if: "1 +", log: x }')).toEqual([
      '1:40 expected-value: expected a value after "+"',
    ]);
  });

  test.each([
    ['', 'empty-file'],
    ['# nothing\n', 'empty-file'],
    ['5', 'wrong-type'],
    ['text', 'wrong-type'],
    ['vars: { a: 1 }', 'missing-key'],
    ['rules: 5', 'wrong-type'],
    ['rules:\n', 'wrong-type'],
    ['rules: [{ id: a, on: a, log: x }]\nrule: 5', 'unknown-key'],
    ['rules: [{ id: a, on: a, log: x }]\nif: x', 'unknown-key'],
    ['vars: 5\nrules: [{ id: a, on: a, log: x }]', 'wrong-type'],
    ['defaults: 5\nrules: [{ id: a, on: a, log: x }]', 'wrong-type'],
    ['vars: { now: 5 }\nrules: [{ id: a, on: a, log: x }]', 'reserved-name'],
    ['vars: { "a.b": 5 }\nrules: [{ id: a, on: a, log: x }]', 'invalid-name'],
    ['vars: { __proto__: 5 }\nrules: [{ id: a, on: a, log: x }]', 'invalid-name'],
    ['id: a\non: a\nwith: { now: { topic: b } }\nlog: x', 'reserved-name'],
    ['id: a\non: a\nwith: { "a.b": { topic: b } }\nlog: x', 'invalid-name'],
    ['id: a\non: a\nwith: { __proto__: { topic: b } }\nlog: x', 'invalid-name'],
    ['defaults: { id: x }\nrules: [{ id: a, on: a, log: x }]', 'unknown-key'],
    ['tests: []', 'missing-key'],
    ['id: a\nlog: x\ntests: []', 'missing-key'],
    ['on: a\nlog: x\ntests: 5', 'wrong-type'],
    ['- { id: a, on: a, log: x, tests: [] }', 'unknown-key'],
    ['id: a b\non: a\nlog: x', 'invalid-value'],
    ['id: 5\non: a\nlog: x', 'wrong-type'],
    [`id: ${'x'.repeat(129)}\non: a\nlog: x`, 'invalid-value'],
  ])('%j is refused: %s', (text, code) => {
    const { problems } = compile(text);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.severity).toBe('error');
  });
});

describe('an expression', () => {
  // Wherever one is accepted, the text and the JSON-logic mean the same.
  const forms = ['payload.v > 1', { '>': [{ var: 'payload.v' }, 1] }];
  const rules: [string, (expression: unknown) => object][] = [
    ['if', (expression) => ({ if: expression })],
    ['where', (expression) => ({ where: expression })],
    ['let', (expression) => ({ let: { high: expression }, if: 'high' })],
    ['by', (expression) => ({ by: expression, if: "key == 'true'" })],
    ['by, in a list', (expression) => ({ by: [expression], if: "key == 'true'" })],
    [
      'foreach',
      (expression) => ({
        foreach: typeof expression === 'string' ? `${expression} ? [5] : []` : { if: [expression, [5], []] },
      }),
    ],
    ['set', (expression) => ({ memory: { m: false }, set: { m: expression }, log: '${m}' })],
    ['distinct', (expression) => ({ distinct: expression })],
    ['with', (expression) => ({ with: { w: { topic: 'a', where: expression } }, if: 'exists(w)' })],
  ];

  test.each(rules)('means the same as text and as JSON-logic in `%s`', (_, rule) => {
    const outcomes = forms.map((form) => {
      const player = new Player(JSON.stringify({ id: 'r', on: 'a', log: 'x', ...rule(form) }));
      return [0, 1, 2, null, 'x', 5, 1].map((v) =>
        player.send({ topic: 'a', payload: { v } }).map((effect) => (effect.type === 'log' ? effect.message : '')),
      );
    });
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]?.flat().length).toBeGreaterThan(0);
  });

  test('of what changed means the name as it is known there', () => {
    const rule = {
      id: 'r',
      on: 'a',
      let: { raw: 'changed(temp)', temp: 'round(temp)' },
      if: 'changed(temp)',
      log: '${temp} ${raw}',
      else: { log: 'same ${temp} ${raw}' },
    };
    const player = new Player(JSON.stringify(rule));
    const told = [20.1, 20.2, 20.7].map((temp) => [...player.send({ topic: 'a', payload: { temp } })]);
    expect(told).toMatchObject([[], [{ message: 'same 20 true' }], [{ message: '21 true' }]]);
  });

  test('that is neither text nor one operator is itself', () => {
    const rule = {
      id: 'r',
      on: 'a',
      let: { n: 5, list: [1, { '+': [1, 1] }], data: { a: 1, b: '2' }, yes: true },
      log: '${n} ${list} ${data} ${yes}',
    };
    expect(new Player(JSON.stringify(rule)).send({ topic: 'a' })).toMatchObject([
      { message: '5 [1,2] {"a":1,"b":"2"} true' },
    ]);
  });
});
