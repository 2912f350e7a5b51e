import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstTry } from '../../src/app/first-try.ts';
import { compileFile } from '../../src/compile/compile-file.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const NOTHING = { env: () => undefined, file: () => new Error('no files here') };

function hint(text: string, url = 'mqtt://127.0.0.1:1883', file = 'rules.yaml'): string {
  const { rules, problems } = compileFile(file, text, PLAY_SETTINGS, NOTHING);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return `\n${firstTry(rules, 'automate', url).join('\n')}\n`;
}

test('shows a message that makes the first example act', () => {
  const text = readFileSync(join(import.meta.dirname, '../../rules/cool-room.yaml'), 'utf8');
  expect(hint(text, 'mqtt://127.0.0.1:1884', 'cool-room.yaml')).toMatchInlineSnapshot(`
    "
      try it: make "cool-room" act, from two other terminals
        automate sub -L mqtt://127.0.0.1:1884 -v -t home/kitchen/light/control
        automate pub -L mqtt://127.0.0.1:1884 -t home/kitchen/temperature -m '{"temperature":31}'
    "
  `);
});

test('passes over rules that no single message makes act', () => {
  const rules = `
- { id: history, on: a, if: changed(payload), log: x }
- { id: broker, on: $SYS/broker/uptime, log: x }
- { id: shadow, on: a, shadow: true, log: x }
- { id: number, on: { topic: b, codec: number }, publish: { topic: c, payload: "\${payload}" } }
`;
  expect(hint(rules)).toMatchInlineSnapshot(`
    "
      try it: make "number" act, from two other terminals
        automate sub -v -t c
        automate pub -t b -m '1'
    "
  `);
  expect(hint('{ id: history, on: a, if: changed(payload), log: x }')).toMatchInlineSnapshot(`
    "
      to see which rules a topic reaches: automate match some/topic
    "
  `);
});

test('quotes for the shell', () => {
  expect(hint(`{ id: odd, on: "the kitchen/it's $5", if: 'payload == "it''s"', log: x }`)).toMatchInlineSnapshot(`
    "
      try it: make "odd" act, from two other terminals
        automate pub -t 'the kitchen/it'\\''s $5' -m 'it'\\''s'
    "
  `);
});
