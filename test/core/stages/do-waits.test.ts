import { describe, expect, test } from 'vitest';
import { Player, type PlayedMessage } from '../../../src/testing/play.ts';
import { Stage } from '../machine/acting.ts';

/** What the rules say in their log, and when, to the end of all waiting. */
function said(rules: string, sent: readonly PlayedMessage[]): string[] {
  const player = new Player(rules);
  const effects = sent.flatMap((message) => [...player.send(message)]);
  effects.push(...player.advance(1_000_000));
  return effects.map((effect) => `${effect.at} ${effect.type === 'log' ? effect.message : '?'}`);
}

describe('in the `if` of `wait_for`', () => {
  test('`let` means what it meant for the message that started the script, whatever else has come since', () => {
    const rule =
      'id: r\non: t/+k\nlet: { wanted: id }\ndo: [{ wait_for: { on: answer, if: id == wanted } }, { log: "${k} ${wanted} ${awaited.id}" }]';
    expect(
      said(rule, [
        { topic: 't/a', payload: { id: 1 } },
        { topic: 't/b', payload: { id: 2 } },
        { at: 1, topic: 'answer', payload: { id: 1 } },
        { at: 2, topic: 'answer', payload: { id: 2 } },
      ]),
    ).toEqual(['1 a 1 1', '2 b 2 2']);
  });

  test('the topic is that of the awaited message, for every script that waits', () => {
    const rule =
      'id: r\non: t\nmode: parallel\ndo: [{ wait_for: { on: "u/+", if: topic == "u/x" } }, { log: "${payload} ${topic}" }]';
    expect(
      said(rule, [
        { topic: 't', payload: 1 },
        { topic: 't', payload: 2 },
        { at: 1, topic: 'u/y' },
        { at: 2, topic: 'u/x' },
      ]),
    ).toEqual(['2 1 t', '2 2 t']);
  });

  test('wildcards of its own have the names they are given, beside those of the trigger', () => {
    const rule = 'id: r\non: t/+k\ndo: [{ wait_for: { on: "u/+who/+k", if: who != k } }, { log: "${k} ${awaited}" }]';
    expect(
      said(rule, [
        { topic: 't/a' },
        { at: 1, topic: 'u/x/b', payload: 1 },
        { at: 2, topic: 'u/a/a', payload: 2 },
        { at: 3, topic: 'u/b/a', payload: 3 },
      ]),
    ).toEqual(['3 a 3']);
  });

  test('`awaited` is what was awaited before', () => {
    const rule =
      'id: r\non: t\ndo: [{ wait_for: { on: u } }, { wait_for: { on: u, if: payload > awaited } }, { log: "${awaited}" }]';
    expect(
      said(rule, [
        { topic: 't' },
        { at: 1, topic: 'u', payload: 5 },
        { at: 2, topic: 'u', payload: 4 },
        { at: 3, topic: 'u', payload: 6 },
      ]),
    ).toEqual(['3 6']);
  });

  test('an expression that costs too much is not true, and is counted', () => {
    const stage = new Stage(
      '{ id: r, on: t, do: [{ wait_for: { on: u, if: "length(map(payload, map(outer.payload, item))) > 0" } }, { log: x }] }',
    );
    stage.send('t');
    expect(
      stage.send(
        'u',
        Array.from({ length: 400 }, () => 1),
      ),
    ).toEqual([]);
    expect(stage.tally().errors.budget).toBe(1);
    expect(stage.send('u', [1])).toEqual(['info: x']);
  });
});

describe('a message', () => {
  const OVERLAPPING =
    'id: r\non: t/+k\ndo: [{ wait_for: { on: "u/+k" } }, { log: "${k} own" }, { wait_for: { on: "u/#" } }, { log: "${k} any ${awaited}" }]';

  test('is one that is waited for at the most, and goes by the filter of that', () => {
    expect(
      said(OVERLAPPING, [
        { topic: 't/a' },
        { at: 1, topic: 'u/b', payload: 1 },
        { at: 2, topic: 'u/a', payload: 2 },
        { at: 3, topic: 'u/b', payload: 3 },
      ]),
    ).toEqual(['2 a own', '3 a any 3']);
  });

  test('is any of several topics', () => {
    const rule = 'id: r\non: t\ndo: [{ wait_for: { on: [u, { topic: v }] } }, { log: "${awaited}" }]';
    const steps = [{ topic: 't' }, { topic: 'v', payload: 1 }, { topic: 't' }, { topic: 'u', payload: 2 }];
    expect(said(rule, steps)).toEqual(['0 1', '0 2']);
  });

  test('is read by the codec of what waits for it', () => {
    const rule =
      'id: r\non: t\nmode: parallel\ndo: [{ choose: [{ if: payload == 1, do: [{ wait_for: { on: { topic: u, codec: text } } }] }, { else: [{ wait_for: { on: { topic: u, codec: json } } }] }] }, { log: "${type(awaited)}" }]';
    expect(
      said(rule, [
        { topic: 't', payload: 1 },
        { topic: 't', payload: 2 },
        { at: 1, topic: 'u', payload: 7 },
      ]),
    ).toEqual(['1 string', '1 number']);
  });

  test('that cannot be read is counted, if a script waits for it', () => {
    const stage = new Stage('{ id: r, on: t, do: [{ wait_for: { on: { topic: u, codec: json } } }, { log: x }] }');
    stage.send('u', 'not{json');
    expect(stage.tally().errors.undecodable).toBe(0);
    stage.send('t');
    expect(stage.sendAll('u', ['not{json', 1])).toEqual(['info: x']);
    expect(stage.tally().errors.undecodable).toBe(1);
  });

  test('reaches scripts in the order of their keys, however often they were reloaded', () => {
    const rule =
      'id: r\non: t/+k\ndo: [{ wait_for: { on: u } }, { log: "${k}" }, { wait_for: { on: u } }, { log: "${k} again" }]';
    const player = new Player(rule);
    for (const k of ['c', 'a', 'b']) player.send({ topic: `t/${k}` });
    player.reload(`${rule}\n`);
    const texts = (payload: number): string[] =>
      player.send({ topic: 'u', payload }).map((effect) => (effect.type === 'log' ? effect.message : '?'));
    expect(texts(1)).toEqual(['c', 'a', 'b']);
    expect(texts(2)).toEqual(['c again', 'a again', 'b again']);
    expect(texts(3)).toEqual([]);
  });

  test('that was kept is awaited with `retained: use`, and not when it is sent again for a new rule', () => {
    const rule = 'id: r\non: t\ndo: [{ wait_for: { on: { topic: u, retained: use } } }, { log: "${awaited}" }]';
    const player = new Player(rule);
    player.send({ at: 10, topic: 't' });
    expect(player.send({ topic: 'u', payload: 1, retained: true }, 5)).toEqual([]);
    expect(player.send({ topic: 'u', payload: 1, retained: true })).toHaveLength(1);
  });

  test('that has been through rules counts for what the script publishes next', () => {
    const player = new Player(
      'id: r\non: t\ndo: [{ wait_for: { on: u } }, { publish: { topic: x } }, { wait: 1s }, { publish: { topic: x } }]',
    );
    player.send({ topic: 't' });
    const [hop] = player.send({ topic: 'u', properties: { user: { 'automate-hops': '3' } } });
    const [later] = player.advance(1000);
    expect([hop, later]).toMatchObject([{ hops: 4 }, { hops: 4 }]);
  });
});

test('what has not come in time is unknown, also where something had come before', () => {
  const rule =
    'id: r\non: t\ndo: [{ wait_for: { on: u } }, { wait_for: { on: u, timeout: 1s } }, { log: "${awaited ?? \'nothing\'} ${timed_out}" }]';
  expect(said(rule, [{ topic: 't' }, { at: 1, topic: 'u', payload: 5 }])).toEqual(['1001 nothing true']);
});

test('a script that waits for ever keeps its key, however long and however many there are', () => {
  const rule = (maxKeys: number): string =>
    `id: r\non: t/+k\nttl: 1m\nmax_keys: ${maxKeys}\ndo: [{ wait_for: { on: "u/+k" } }, { log: "\${k}" }]`;
  const player = new Player(rule(3));
  for (const k of ['a', 'b', 'c']) player.send({ at: 0, topic: `t/${k}` });
  player.reload(rule(1));
  player.advance(1_000_000_000);
  expect(player.send({ topic: 'u/c' })).toHaveLength(1);
  player.advance(2_000_000_000);
  expect([...(player.machine.running[0]?.cells.keys() ?? [])]).toEqual(['a', 'b']);
});
