import { expect, test } from 'vitest';
import { freePort } from '../peers/port.ts';
import { automate } from './command.ts';
import { makeFolder } from './folder.ts';

/** Ten of the line above in each line: a million in the last. */
const BOMB = ['a', 'b', 'c', 'd', 'e', 'f']
  .map((name, i, names) => `${name}: &${name} [${new Array(10).fill(i === 0 ? 'x' : `*${names[i - 1]}`).join(', ')}]\n`)
  .join('');

/** A mistake, and what is said of it: where, what, and what to do. */
const mistakes: readonly (readonly [string, string, ...string[]])[] = [
  ['an unknown key', 'on: a\niff: payload > 1\nlog: x\n', '@:2:1 error unknown-key: "iff"', 'Did you mean "if"?'],
  [
    'an unknown operator',
    'on: a\nif: rond(payload) > 1\nlog: x\n',
    '@:2:5 error unknown-operator',
    '"rond"',
    'ean "round"?',
  ],
  ['an unknown operator in JSON-logic', 'on: a\nif: { "=>": [1, 2] }\nlog: x\n', '@:2:5 error', '"=>"', 'Did you mean'],
  ['an unknown name of a memory', 'on: a\nmemory: { count: 0 }\nset: { cuont: count + 1 }\n', '@:3:', 'cuont', 'count'],
  ['an unknown name of a broker', 'on: { topic: a, broker: plnt }\nlog: x\n', '@:1:25 error', '"plnt"', 'plant'],
  ['an unknown codec', 'on: { topic: a, codec: jsn }\nlog: x\n', '@:1:24 error', '"jsn"', 'Did you mean "json"?'],
  ['a value of the wrong type', 'on: 5\nlog: x\n', '@:1:5 error wrong-type', 'got a number', 'Put it in quotes: "5"'],
  [
    'a QoS that there is not',
    'on: a\npublish: { topic: b, payload: 1, qos: 3 }\n',
    '@:2:39 error',
    '3 is not',
    '0, 1, 2',
  ],
  ['an expression cut short', 'on: a\nif: payload >\nlog: x\n', '@:2:13 error', 'expected a value after ">"'],
  ['a template cut short', 'on: a\nlog: "${payload"\n', '@:2:7 error not-closed', 'Add a }'],
  ['a topic with a wildcard to publish to', 'on: a\npublish: { topic: b/+, payload: 1 }\n', '@:2:', '+'],
  ['a trap of YAML', 'on: a\nif: !x\nlog: x\n', '@:2:5 error', "Quote the expression: if: '!x'"],
  [
    'two rules with one id',
    '- { id: twice, on: a, log: x }\n- { id: twice, on: b, log: x }\n',
    '@:2:9 error duplicate-id: the id "twice" is taken by the rule on line 1',
    'Give each rule an id of its own',
  ],
  [
    'a rule of another file with that id',
    'id: good\non: a\nlog: x\n',
    'error duplicate-id: the id "good" is taken',
    'rules/good.yaml:1',
  ],
  ['an alias bomb', `${BOMB}on: a\nlog: *f\n`, '@:', 'error too-many-aliases', 'Use fewer aliases'],
  [
    'a file of 10 MB',
    `# ${'x'.repeat(10_000_000)}\non: a\nlog: x\n`,
    '@:1:1 error unreadable',
    'larger than',
    'split it',
  ],
  ['an empty file', '', '@:1:1 error empty-file', 'remove the file'],
  ['tabs for indentation', 'on: a\npublish:\n\ttopic: b\n', '@:3:', 'tab'],
];

test('every mistake in a rule file is refused by check and by start, with the place and what to do', async () => {
  const config = { embedded: { port: await freePort() }, http: 'off', brokers: { plant: 'mqtt://127.0.0.1:9' } };
  const files = mistakes.map(([, text], i) => [`rules/mistake-${i}.yaml`, text]);
  const folder = makeFolder({
    'automate.yaml': JSON.stringify(config),
    'rules/good.yaml': 'id: good\non: a\nlog: fine\n',
    ...(Object.fromEntries(files) as Record<string, string>),
  });
  const [checked, started] = await Promise.all([automate(['check'], { folder }), automate(['start'], { folder })]);
  expect({ code: checked.code, stderr: checked.stderr }).toEqual({ code: 1, stderr: '' });
  expect({ code: started.code, stdout: started.stdout }).toEqual({ code: 78, stdout: '' });
  expect(started.stderr).toMatch(/\nnot started: \d+ errors.* in the rules\n$/);
  for (const [output, command] of [
    [checked.stdout, 'check'],
    [started.stderr, 'start'],
  ] as const) {
    // One part for each problem.
    const parts = output.split('\n\n');
    for (const [i, [what, , ...said]] of mistakes.entries()) {
      const file = `rules/mistake-${i}.yaml`;
      const own = parts.filter((part) => part.startsWith(`${file}:`)).join('\n\n');
      for (const words of said) expect.soft(own, `${what}, by ${command}`).toContain(words.replace('@', file));
      expect.soft(own.length, what).toBeLessThan(1500);
    }
  }
});

test('all mistakes of all files are shown at once, in every format', async () => {
  const folder = makeFolder({
    'rules/a.yaml': 'on: a\niff: 1\nif: rond(1)\nlog: x\n',
    'rules/deep/b.json': '{"on": "a", "log": "${1 +}"}',
    'rules/c.yaml': 'on: [a\n',
  });
  const { stdout } = await automate(['check', '--format', 'github'], { folder });
  const places = [...stdout.matchAll(/^::error file=(.*?),line=(\d+)/gm)].map(([, file, line]) => `${file}:${line}`);
  expect(places).toEqual(['rules/a.yaml:2', 'rules/a.yaml:3', 'rules/c.yaml:1', 'rules/deep/b.json:1']);
  const json = JSON.parse((await automate(['check', '--json'], { folder })).stdout) as { problems: { file: string }[] };
  expect(json.problems.map(({ file }) => file)).toEqual([
    'rules/a.yaml',
    'rules/a.yaml',
    'rules/c.yaml',
    'rules/deep/b.json',
  ]);
});
