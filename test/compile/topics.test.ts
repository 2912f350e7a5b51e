import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topicFault } from '../../src/core/topics/topic.ts';
import { filterMatches } from '../../src/core/topics/filter.ts';
import { compileFile } from '../../src/compile/compile-file.ts';
import { NotCompiled, Player, PLAY_SETTINGS, programOf } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

const ruleTo = (topic: string): string =>
  JSON.stringify({
    vars: { site: 'north/1', app: '$APP', empty: '', n: 7 },
    rules: [
      { id: 'r', on: 'a/+x/#rest', by: ['x', 'payload.k ?? 0'], publish: { topic }, on_error: { log: '${error}' } },
    ],
  });

/** The topic that goes out for a message, or why none does. */
function topicOf(topic: string, payload: unknown, from = 'a/b/c/d'): string {
  const [effect] = new Player(ruleTo(topic)).send({ topic: from, payload });
  return effect?.type === 'publish' ? effect.topic : effect?.type === 'log' ? `error: ${effect.message}` : 'nothing';
}

describe('a topic', () => {
  test.each<[string, unknown, unknown]>([
    ['t', {}, 't'],
    ['t/${x}/set', {}, 't/b/set'],
    ['t/${payload.v}', { v: 7.5 }, 't/7.5'],
    ['t/${payload.v}', { v: true }, 't/true'],
    ['t/${payload.v}', { v: 'größe °C' }, 't/größe °C'],
    ['t/room-${payload.v}', { v: 1 }, 't/room-1'],
    ['t/${rest}', {}, 't/c/d'],
    ['t/${key}', {}, 't/b/0'],
    ['t/${key}', { k: 'x/+\n' }, 't/b/x%2F%2B%0A'],
    ['${site}/x', {}, 'north/1/x'],
    ['t/${n}', {}, 't/7'],
    ['t${empty}', {}, 't'],
    ['t/${payload.v ?? "none"}', {}, 't/none'],
    ['t/$${x}', {}, 't/${x}'],
    ['t/${payload.v}', {}, 'error: ${payload.v} in the topic is unknown'],
    ['t/${payload.v}', { v: '' }, 'error: ${payload.v} in the topic is empty'],
    [
      't/${payload.v}',
      { v: 'a/b' },
      'error: ${payload.v} in the topic is not one level: it has / + # or a control character: "a/b"',
    ],
    [
      't/${payload.v}',
      { v: '+' },
      'error: ${payload.v} in the topic is not one level: it has / + # or a control character: "+"',
    ],
    [
      't/${payload.v}',
      { v: '#' },
      'error: ${payload.v} in the topic is not one level: it has / + # or a control character: "#"',
    ],
    [
      't/${payload.v}',
      { v: 'a\0' },
      'error: ${payload.v} in the topic is not one level: it has / + # or a control character: "a\\u0000"',
    ],
    ['t/${payload.v}', { v: '\u0085' }, expect.stringContaining('is not one level')],
    ['t/${payload.v}', '{"v":"\\ud800"}', expect.stringContaining('is not one level')],
    ['t/${payload.v}', { v: '\uFFFE' }, expect.stringContaining('is not one level')],
    ['$APP/${payload.v}', { v: '$x' }, '$APP/$x'],
    ['${app}/${payload.v}', { v: 'x' }, '$APP/x'],
    ['${payload.v}/x', { v: '$SYS' }, 'error: the topic begins with $, which only a fixed first level may: "$SYS/x"'],
    ['$S${payload.v}/x', { v: 'YS' }, 'error: the topic begins with $, which only a fixed first level may: "$SYS/x"'],
    ['t/${payload.v}', { v: ['a'] }, 'error: ${payload.v} in the topic is a list or mapping'],
    ['t/${payload.v}', { v: 'x'.repeat(65_533) }, `t/${'x'.repeat(65_533)}`],
    [
      't/${payload.v}',
      { v: 'x'.repeat(65_534) },
      'error: the topic cannot be published to: it is longer than 65 535 bytes',
    ],
    [
      't/${payload.v}',
      { v: '°'.repeat(32_767) },
      'error: the topic cannot be published to: it is longer than 65 535 bytes',
    ],
  ])('%s for %j is %s', (template, payload, expected) => {
    expect(topicOf(template, payload)).toEqual(expected);
  });

  test('may take the levels that a # wildcard stands for, if there are any and not too many', () => {
    expect(topicOf('t/${rest}', {}, 'a/b')).toBe('error: ${rest} in the topic is empty');
    expect(topicOf('t/${rest}', {}, `a/b/${'/'.repeat(126)}`)).toBe(`t/${'/'.repeat(126)}`);
    expect(topicOf('t/${rest}', {}, `a/b/${'/'.repeat(127)}`)).toBe(
      'error: the topic cannot be published to: it has more than 128 levels',
    );
  });

  test.each([
    ['let: { rest: payload.p }', 'is not one level'],
    ['memory: { rest: x }, set: { rest: payload.p }', 'is not one level'],
    ['with: { rest: w }', 'is not one level'],
    ['let: { other: rest }', 't/q'],
  ])('with %s takes several levels only from the wildcard itself', (line, expected) => {
    const rule = `{ id: r, on: a/#rest, ${line}, publish: { topic: "t/\${rest}" }, on_error: { log: "\${error}" } }`;
    const player = new Player(rule);
    player.send({ topic: 'w', payload: 'x/y' });
    const [effect] = player.send({ topic: 'a/q', payload: { p: 'x/y' } });
    expect(effect?.type === 'publish' ? effect.topic : effect?.type === 'log' && effect.message).toContain(expected);
  });

  test('that failed does not keep the next message from going out', () => {
    const player = new Player(ruleTo('t/${payload.v}'));
    for (const v of ['+', 'a/b', '', '\0', 'good']) player.send({ topic: 'a/b/c', payload: { v } });
    expect(player.machine.tallyOf('r')).toMatchObject({ fired: 1, errors: { bad_topic: 4 } });
  });

  test.each(['', 'a/+', 'a/#/${x}', 'a\u0000b', 'a/${x', 'a/${}', 'a/${1 +}', 'x'.repeat(65_536), '/'.repeat(128)])(
    '%j is refused when it is compiled',
    (topic) => {
      expect(() => programOf(ruleTo(topic))).toThrow(NotCompiled);
    },
  );

  test('whatever the data, is one that may be published to, as the rule says where to', () => {
    const templates = ['t/${payload.v}', '${x}/${payload.v}/z', 't/${key}', 'pre-${payload.v}', '${rest}/${payload.v}'];
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('/', '+', '#', '\0', '..', '$SYS', '\uFFFF'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...templates), value, value, (template, v, k) => {
        const text = ruleTo(template);
        const [effect] = new Player(text).send({ topic: 'a/b/c/d', payload: { v, k } });
        if (effect?.type !== 'publish') return;
        expect(topicFault(effect.topic)).toBeNull();
        const surroundings = { env: () => undefined, file: () => new Error('none') };
        const [compiled] = compileFile('a.yaml', text, PLAY_SETTINGS, surroundings).rules;
        for (const { filter } of compiled?.outputs ?? []) {
          expect(filterMatches(filter, effect.topic)).toBe(true);
        }
      }),
      { numRuns: runs(300) },
    );
  });
});
