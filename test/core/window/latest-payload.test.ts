import { describe, expect, test } from 'vitest';
import { Playing } from './playing.ts';

const WINDOWS = {
  'a tumbling window': '{ tumbling: 10s }',
  'a hopping window': '{ hopping: 10s, every: 5s }',
  'a session': '{ session: 4s }',
  'a window of event time': '{ tumbling: 10s, time: now, idle: 1s }',
};

/** What a rule makes of two messages and, after them, of one that belongs to a later window. */
function played(window: string, more: string): { readonly made: unknown[]; readonly kept: string } {
  const playing = new Playing(['- id: r', '  on: in/+k', `  window: ${window}`, more].join('\n'));
  playing.send(1, { n: 1, list: [{ v: 'a' }] });
  playing.send(3, { n: 2, list: [{ v: 'b' }] });
  const kept = JSON.stringify(playing.player.machine.running.flatMap(({ cells }) => [...cells.values()].map(statesOf)));
  playing.advance(40);
  playing.send(41, { n: 3, list: [] });
  return { made: playing.results, kept };
}

function statesOf({ states }: { readonly states: unknown }): unknown {
  return states;
}

const COUNTED = '  aggregate: { c: count(), high: max(n) }\n';

/** Each reads the latest message of the window, whose `n` is 2. */
const READERS: Readonly<Record<string, readonly [rule: string, log: string]>> = {
  'a field': ['  log: "n ${n}"', 'n 2'],
  'a field of a field': ['  log: "n ${payload.n}"', 'n 2'],
  'the whole payload': ['  log: "n ${payload}"', 'n {"n":2,"list":[{"v":"b"}]}'],
  'var without a path': ['  if: { ">": [{ length: { keys: { var: "" } } }, 1] }\n  log: "n"', 'n'],
  'a path that is computed': ['  if: { "==": [{ var: { cat: [n] } }, 2] }\n  log: "n"', 'n'],
  'what is missing': ['  if: { "!": { missing: [n] } }\n  log: "n"', 'n'],
  'a condition': ['  if: n == 2\n  log: "n"', 'n'],
  'a let of the result': ['  let: { both: n + c }\n  log: "n ${both}"', 'n 4'],
  'an aggregate that gathers nothing': ['  aggregate: { c: count(), plain: n }\n  log: "n ${plain}"', 'n 2'],
  'an aggregate that gathers and reads besides': ['  aggregate: { c: max(n) + n }\n  log: "n ${c}"', 'n 4'],
  'an iterator': ['  log: "n ${join(map(list, v), \'\')}"', 'n b'],
  'an element': ['  foreach: list\n  log: "n ${v}"', 'n b'],
  'what stands outside of an element': ['  foreach: list\n  log: "n ${outer.n}"', 'n 2'],
  'what a level acts with': ['  if: c > 0\n  for: 1s\n  log: "n ${n}"', 'n 2'],
  'what a script acts with': ['  do: [{ wait: 1s }, { log: "n ${n}" }]', 'n 2'],
  'what an error branch says': ['  log: "${nowhere}"\n  on_error: { log: "n ${n}" }', 'n 2'],
};

describe('the payload of the latest message of a window', () => {
  for (const [kind, window] of Object.entries(WINDOWS)) {
    test.each(Object.entries(READERS))(`is what %s reads, behind ${kind}`, (_, [rule, log]) => {
      const spec = rule.includes('aggregate:') ? rule : COUNTED + rule;
      expect(played(window, spec).made).toContainEqual({ log });
    });
  }

  test.each([
    ['{ sliding: 10s }', '  if: c < 2\n  for: 1s\n'],
    ['{ count: 2 }', ''],
    ['{ from: n == 1, to: n == 2 }', ''],
    ['{ cut: n == 3 }', ''],
  ])('is what a field reads, behind %s', (window, level) => {
    expect(played(window, `${COUNTED}${level}  log: "n \${n}"`).made).toContainEqual({ log: 'n 2' });
  });

  test.each([
    ['only what was gathered is read', `${COUNTED}  log: "\${c} \${high}"`],
    [
      'a let is gathered',
      '  let: { twice: n * 2 }\n  aggregate: { c: max(twice) }\n  if: c > 0\n  log: "${c} ${twice}"',
    ],
    ['a level acts later', `${COUNTED}  if: high > 1\n  for: 1m\n  log: "\${high}"`],
    ['elements are taken', '  foreach: list\n  aggregate: { c: count(v) }\n  log: "${c}"'],
    ['a condition comes before', `  where: n > 0\n${COUNTED}  log: "\${c}"`],
  ])('is not kept where %s', (_, rule) => {
    for (const window of ['{ tumbling: 10s }', '{ hopping: 10s, every: 5s }', '{ session: 4s }']) {
      const { kept } = played(window, rule);
      expect(kept).toContain('"topic":"in/a"');
      expect(kept).not.toContain('list');
      expect(kept).not.toContain('"v":');
    }
  });

  test('is unknown where the rule has begun to read it only after the message', () => {
    const rule = (log: string): string =>
      `- id: r\n  on: in/+k\n  window: { tumbling: 10s }\n${COUNTED}  log: "${log}"`;
    const playing = new Playing(rule('${c}'));
    playing.send(1, { n: 1 });
    playing.player.reload(rule("${c} ${n ?? '-'}"));
    playing.advance(10);
    playing.send(11, { n: 2 });
    playing.advance(20);
    expect(playing.results).toEqual([{ log: '1 -' }, { log: '1 2' }]);
  });
});
