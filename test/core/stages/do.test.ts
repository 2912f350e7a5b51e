import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';

type Sent = readonly [at: number, topic: string, payload: unknown, retained?: boolean];

/** What the rule says in its log, and when. */
function said(rule: string, sent: readonly Sent[], end = 100_000_000): string[] {
  const player = new Player(rule);
  const effects = sent.flatMap(([at, topic, payload, retained = false]) =>
    player.send({ at, topic, payload, retained }),
  );
  effects.push(...player.advance(end));
  return effects.map((effect) => `${effect.at} ${effect.type === 'log' ? effect.message : '?'}`);
}

const SLOW = 'id: r\non: t/+k\ndo: [{ log: "${k} ${payload}" }, { wait: 10s }, { log: "${k} ${payload} later" }]';

describe('the steps of `do`', () => {
  test('come one after the other, with the message that started them, after the other actions', () => {
    const rule = `${SLOW}\nlog: first`;
    expect(
      said(rule, [
        [0, 't/a', 1],
        [5000, 't/b', 2],
      ]),
    ).toEqual(['0 first', '0 a 1', '5000 first', '5000 b 2', '10000 a 1 later', '15000 b 2 later']);
  });

  test('outlive the level that started them', () => {
    const rule =
      'id: r\non: t\nif: payload > 1\nfire: rise\ndo: [{ wait: 10s }, { log: "${payload} ${active}" }]\nend: { do: [{ wait: 1s }, { log: over }] }\nmode: parallel';
    expect(
      said(rule, [
        [0, 't', 2],
        [1000, 't', 0],
      ]),
    ).toEqual(['2000 over', '10000 2 false']);
  });

  test.each([
    ['single', ['0 a 1', '10000 a 1 later']],
    ['restart', ['0 a 1', '5000 a 2', '6000 a 3', '16000 a 3 later']],
    ['queued', ['0 a 1', '10000 a 1 later', '10000 a 2', '20000 a 2 later', '20000 a 3', '30000 a 3 later']],
    ['parallel', ['0 a 1', '5000 a 2', '6000 a 3', '10000 a 1 later', '15000 a 2 later', '16000 a 3 later']],
  ])('with mode: %s', (mode, expected) => {
    expect(
      said(`${SLOW}\nmode: ${mode}`, [
        [0, 't/a', 1],
        [5000, 't/a', 2],
        [6000, 't/a', 3],
      ]),
    ).toEqual(expected);
  });

  test.each(['queued', 'parallel'])('drop and count what is more than `max` with mode: %s', (mode) => {
    const player = new Player(`${SLOW}\nmode: ${mode}\nmax: 2`);
    for (const payload of [1, 2, 3]) player.send({ at: 0, topic: 't/a', payload });
    expect(player.machine.tallyOf('r')?.suppressed.mode).toBe(1);
    expect(
      player.advance(100_000).filter((effect) => effect.type === 'log' && /later/.test(effect.message)).length,
    ).toBe(2);
  });

  test('choose by the first condition that is true; unknown is not', () => {
    const rule =
      'id: r\non: t\ndo: [{ choose: [{ if: v > 10, do: [{ log: high }] }, { if: v > 5, do: [{ log: mid }] }, { else: [{ log: low }] }] }, { log: end }]';
    const sent: Sent[] = [
      [0, 't', { v: 20 }],
      [1, 't', { v: 7 }],
      [2, 't', { v: 1 }],
      [3, 't', {}],
    ];
    expect(said(rule, sent)).toEqual(['0 high', '0 end', '1 mid', '1 end', '2 low', '2 end', '3 low', '3 end']);
  });

  test('a choice may be to do nothing', () => {
    const rule = 'id: r\non: t\ndo: [{ choose: [{ if: v > 5, do: [] }, { else: [{ log: low }] }] }, { log: end }]';
    const sent: Sent[] = [
      [0, 't', { v: 7 }],
      [1, 't', { v: 1 }],
    ];
    expect(said(rule, sent)).toEqual(['0 end', '1 low', '1 end']);
  });

  test.each([
    ['times: 3', ['0 1', '1000 2', '2000 3', '3000 end']],
    ['while: n < 2', ['0 1', '1000 2', '2000 end']],
    ['until: n >= 2', ['0 1', '1000 2', '2000 end']],
    ['while: n < 0', ['0 end']],
    ['until: n >= 0', ['0 1', '1000 end']],
  ])('loop %s', (loop, expected) => {
    const rule = `id: r\non: t\nmemory: { n: 0 }\ndo: [{ loop: { ${loop}, do: [{ set: { n: n + 1 } }, { log: "\${n}" }, { wait: 1s }] } }, { log: end }]`;
    expect(said(rule, [[0, 't', 1]])).toEqual(expected);
  });

  test('end, counted, when a loop goes round without end', () => {
    const player = new Player(
      'id: r\non: t\ndo: [{ loop: { while: true == true, do: [{ set: { n: n + 1 } }] } }, { log: end }]\nmemory: { n: 0 }',
    );
    expect(player.send({ topic: 't' })).toEqual([]);
    expect(player.machine.tallyOf('r')?.errors.too_many_passes).toBe(1);
    const nested = new Player(
      `id: r\non: t\ndo: [{ loop: { times: 1000, do: [{ loop: { times: 1000, do: [{ set: { n: 1 } }] } }] } }]\nmemory: { n: 0 }`,
    );
    nested.send({ topic: 't' });
    expect(nested.machine.tallyOf('r')?.errors.budget).toBe(1);
  });

  test('stop', () => {
    expect(
      said('id: r\non: t\ndo: [{ choose: [{ if: payload == 1, do: [{ stop: true }] }] }, { log: on }]', [
        [0, 't', 1],
        [1, 't', 2],
      ]),
    ).toEqual(['1 on']);
  });

  describe('wait for a message', () => {
    const rule =
      'id: r\non: t/+k\ndo: [{ wait_for: { on: "u/+k", if: payload > 1, timeout: 10s } }, { log: "${k} ${payload} ${awaited ?? \'none\'} ${timed_out}" }]';

    test('of their own key, for which the condition holds', () => {
      const sent: Sent[] = [
        [0, 't/a', 'A'],
        [1, 't/b', 'B'],
        [2, 'u/a', 0],
        [3, 'u/a', 5],
        [4, 'u/a', 6],
      ];
      expect(said(rule, sent)).toEqual(['3 a A 5 false', '10001 b B none true']);
    });

    test('which may come in the very last millisecond', () => {
      expect(
        said(rule, [
          [0, 't/a', 'A'],
          [10_000, 'u/a', 7],
        ]),
      ).toEqual(['10000 a A 7 false']);
      expect(
        said(rule, [
          [0, 't/a', 'A'],
          [10_001, 'u/a', 7],
        ]),
      ).toEqual(['10000 a A none true']);
    });

    test('not one that was kept, nor the one that started them', () => {
      expect(
        said(rule, [
          [0, 't/a', 'A'],
          [1, 'u/a', 7, true],
        ]),
      ).toEqual(['10000 a A none true']);
      const own = 'id: r\non: t\ndo: [{ wait_for: { on: t } }, { log: "${payload} ${awaited}" }]';
      expect(
        said(own, [
          [0, 't', 1],
          [1, 't', 2],
          [2, 't', 3],
        ]),
      ).toEqual(['1 1 2', '2 2 3']);
    });

    test('of any key, where the filter does not name one; for ever, without a timeout', () => {
      const any = 'id: r\non: t/+k\nttl: 1m\ndo: [{ wait_for: { on: "u/#" } }, { log: "${k} ${awaited}" }]';
      expect(
        said(any, [
          [0, 't/a', 1],
          [0, 't/b', 1],
          [90_000_000, 'u/x', 5],
        ]),
      ).toEqual(['90000000 a 5', '90000000 b 5']);
    });
  });

  test('are given to on_error where they fail, and go on', () => {
    const rule = 'id: r\non: t\ndo: [{ log: "${nothing}" }, { log: on }]\non_error: { log: "failed" }';
    expect(said(rule, [[0, 't', 1]])).toEqual(['0 failed', '0 on']);
  });

  test('may follow a failure, and know the reason', () => {
    const rule = 'id: r\non: t\nlog: "${nothing}"\non_error: { do: [{ wait: 1s }, { log: "${error}" }] }';
    expect(said(rule, [[0, 't', 1]])).toEqual(['1000 ${nothing} in the log message is unknown']);
  });

  test('are held back by throttle like any action', () => {
    expect(
      said('id: r\non: t\nthrottle: 1m\ndo: [{ log: "${payload}" }]', [
        [0, 't', 1],
        [1, 't', 2],
        [60_000, 't', 3],
      ]),
    ).toEqual(['0 1', '60000 3']);
  });

  test('do not change what `previous` means, nor the message of the next rule', () => {
    const rules = `- { id: r, on: t, mode: queued, do: [{ log: "\${payload} \${previous ?? 'none'}" }, { wait: 1s }] }\n- { id: s, on: t, log: "s \${payload}" }`;
    expect(
      said(rules, [
        [0, 't', 1],
        [500, 't', 2],
        [600, 't', 3],
      ]),
    ).toEqual(['0 1 none', '0 s 1', '500 s 2', '600 s 3', '1000 2 1', '2000 3 2']);
  });

  test('go on as if nothing had happened when they are saved, read back and reloaded between any two messages', () => {
    const rule = `
id: r
on: t/+k
mode: queued
max: 3
memory: { n: 0 }
do:
  - set: { n: n + 1 }
  - wait_for: { on: u/+k, if: payload > 1, timeout: 3s }
  - choose: [{ if: timed_out, do: [{ log: "\${k} late \${n}" }, { wait: 1s }] }, { else: [{ log: "\${k} \${awaited} \${payload}" }] }]
  - loop: { times: 2, do: [{ wait: 1s }, { log: "\${k} \${n}" }] }`;
    const sent = fc
      .array(fc.tuple(fc.nat(3), fc.constantFrom('t/a', 't/b', 'u/a', 'u/b'), fc.nat(3), fc.boolean()), {
        maxLength: 25,
      })
      .map((list) => {
        let at = 0;
        return list.map(([wait, topic, payload, save]) => ({ at: (at += wait * 1000), topic, payload, save }));
      });
    fc.assert(
      fc.property(sent, (sent) => {
        const run = (isSaved: boolean): unknown[] => {
          const player = new Player(rule);
          const effects = sent.flatMap(({ save, ...message }) => {
            const found = player.send(message);
            if (isSaved && save) {
              for (const { cells } of player.machine.running)
                for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
              player.reload(`${rule}\n`);
            }
            return found;
          });
          return [...effects, ...player.advance(1_000_000)];
        };
        expect(run(true)).toEqual(run(false));
      }),
      { numRuns: runs(200) },
    );
  });

  test('end by a reload that changes what they are made of, and go on through one that changes words and times', () => {
    const player = new Player(SLOW);
    player.send({ at: 0, topic: 't/a', payload: 1 });
    player.reload(SLOW.replace('later', 'then'));
    expect(player.advance(10_000).map((effect) => (effect.type === 'log' ? effect.message : '?'))).toEqual([
      'a 1 then',
    ]);
    player.send({ at: 20_000, topic: 't/a', payload: 1 });
    player.reload(SLOW.replace('{ wait: 10s }', '{ wait: 10s }, { wait: 10s }'));
    expect(player.advance(90_000)).toEqual([]);
  });
});
