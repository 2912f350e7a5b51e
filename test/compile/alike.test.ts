import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player, programOf } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

/** A rule that publishes this. */
function published(payload: unknown, topic = 'to'): object {
  return { on: 'a/+x', publish: { topic, payload } };
}

/** Whether two rules, put into one file, share what they do. */
function share(a: object, b: object): boolean {
  const program = programOf(JSON.stringify({ rules: [a, b] }));
  return program.rules[0]?.plan === program.rules[1]?.plan;
}

describe('rules that are alike', () => {
  const does = {
    if: 'temperature > 30',
    publish: { topic: 'to', payload: { t: '${temperature}', at: '${x ?? null}' } },
  };

  test('share what they do, whatever they are called and listen to', () => {
    expect(share({ id: 'a', on: 'a/+x', ...does }, { id: 'b', description: 'B', on: ['b/+x', 'c/+x'], ...does })).toBe(
      true,
    );
    expect(share({ id: 'a', on: 'a/+x', for: '5m', ...does }, { id: 'b', on: 'b/+x', for: '5m', ...does })).toBe(true);
  });

  test('share it though each publishes to a topic of its own', () => {
    const to = (topic: string): object => ({ publish: [{ topic, payload: 'on' }, does.publish] });
    expect(share({ id: 'a', on: 'a/+x', ...to('lamp/a') }, { id: 'b', on: 'b/+x', ...to('lamp/b') })).toBe(true);
    expect(
      share({ id: 'a', on: 'a', if: 'v > 1', else: to('a') }, { id: 'b', on: 'a', if: 'v > 1', else: to('b') }),
    ).toBe(true);
  });

  test.each<[string, object, object]>([
    ['topics in what they publish', published({ topic: 'a' }), published({ topic: 'b' })],
    ['topics of which one has a name in it', published('x', '${x}'), published('x', 'lamp')],
    ['another limit', { on: 'a/+x', ...does }, { on: 'a/+x', ...does, if: 'temperature > 31' }],
    ['a name that means another wildcard', { on: 'a/+x/+y', ...does }, { on: 'a/+y/+x', ...does }],
    ['a name that is a wildcard in one only', { on: 'a/+x', ...does }, { on: 'a/+x/+temperature', ...does }],
    ['a wildcard of several levels', { on: 'a/+x', ...does }, { on: 'a/#x', ...does }],
    ['keys of other lengths', { on: 'a/+x/+', ...does }, { on: 'a/+x', ...does }],
    ['named inputs', { on: { p: 'a/+x', q: 'b/+x' }, ...does }, { on: { q: 'a/+x', p: 'b/+x' }, ...does }],
    ['their names in it', { on: 'a', log: '${rule}' }, { on: 'a', log: '${rule}' }],
    ['an alert', { on: 'a/+x', if: 'v > 1', alert: {} }, { on: 'a/+x', if: 'v > 1', alert: {} }],
  ])('but not with %s', (_, a, b) => {
    expect(share({ id: 'a', ...a }, { id: 'b', ...b })).toBe(false);
  });

  /** What rules do, with everything in it that is remembered. */
  const BODIES: readonly object[] = [
    { if: 'v > 5', log: '${x} ${v}' },
    { if: 'v > 5', publish: { topic: 'to/RULE', payload: '${v}' }, else: { publish: { topic: 'not/RULE/${x}' } } },
    { publish: ['high/RULE', 'all/${x}', 'all/RULE'].map((topic) => ({ topic, payload: '${v}' })), throttle: '1s' },
    { if: 'v > 5', for: '2s', publish: { topic: 'on/RULE' }, end: { publish: { topic: 'off/RULE' } } },
    { do: [{ publish: { topic: 'now/RULE' } }, { wait: '1s' }, { publish: { topic: 'then/RULE' } }] },
    { if: 'v > 5', for: '2s', log: 'held ${x}', end: { log: 'over ${x}' } },
    { let: { w: 'v * 2', d: 'delta(v)' }, if: 'changed(w)', log: '${x} ${w} ${d ?? "-"}' },
    { memory: { n: 0 }, set: { n: 'n + 1' }, log: '${x} ${n}' },
    { window: { tumbling: '3s' }, aggregate: { mean: 'avg(v)', n: 'count()' }, log: '${x} ${mean} ${n}' },
    { window: { sliding: '3s' }, aggregate: { high: 'max(v)' }, if: 'high > 5', times: 2, log: '${x} ${high}' },
    { by: 'v', throttle: '2s', log: '${x} ${v}' },
    { foreach: '[v, v + 1]', if: 'payload > 5', debounce: '1s', log: '${x} ${payload}' },
    { mode: 'queued', do: [{ log: 'first ${x}' }, { wait: '1s' }, { log: 'then ${x} ${v}' }], on_error: { log: 'no' } },
  ];

  test('do just what each of them does alone', () => {
    const message = fc.record({
      on: fc.constantFrom('a', 'b'),
      x: fc.constantFrom('p', 'q'),
      v: fc.nat(9),
      after: fc.nat(2000),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([...BODIES.keys()], { minLength: 1 }), fc.array(message), (bodies, messages) => {
        const rules = bodies.flatMap((body) =>
          ['a', 'b'].map((on) => ({ id: `${on}${body}`, on: `${on}/+x`, ...named(BODIES[body], on) })),
        );
        const together = played(rules, messages);
        const alone = rules.flatMap((rule) => played([rule], messages));
        expect(together.toSorted()).toEqual(alone.toSorted());
      }),
      { numRuns: runs(50) },
    );
  });
});

interface Message {
  readonly on: string;
  readonly x: string;
  readonly v: number;
  readonly after: number;
}

function named(body: object | undefined, rule: string): object {
  return JSON.parse(JSON.stringify(body).replaceAll('RULE', rule)) as object;
}

/** All that rules do for these messages, with the time and the rule. */
function played(rules: readonly object[], messages: readonly Message[]): string[] {
  const player = new Player(JSON.stringify({ rules }));
  let at = 0;
  const effects = messages.flatMap(({ on, x, v, after }) => {
    at += after;
    return player.send({ at, topic: `${on}/${x}`, payload: { v } });
  });
  effects.push(...player.advance(at + 10_000));
  return effects.map((effect) => {
    const what = effect.type === 'log' ? effect.message : effect.type === 'publish' ? effect.topic : effect.type;
    return `${effect.at} ${effect.rule} ${what}`;
  });
}
