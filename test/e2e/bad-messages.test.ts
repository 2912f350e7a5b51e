import { connect } from 'node:net';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { connectClient, type Client } from './client.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { mutatedFrames } from './mutated-frames.ts';
import { until } from './until.ts';

/** The next good message goes out within a second, whatever came before it. */
async function goesOn(
  engine: RunningEngine,
  client: Client,
  topic: string,
  payload: string,
  answer: string,
): Promise<void> {
  const before = client.on(answer).length;
  const sent = performance.now();
  await client.publish(topic, payload);
  await until(`the answer on ${answer}`, () => client.on(answer).length > before, 1000);
  expect(performance.now() - sent).toBeLessThan(1000);
  expect(await engine.ready()).toMatchObject({ status: 200 });
}

test('a topic that a message makes unusable is refused, counted and told, and nothing else suffers', async () => {
  const rule = (id: string): string =>
    `- id: ${id}\n  on: in/${id}\n  publish: { topic: "out/${id}/\${name}/set", payload: "\${name}" }\n`;
  const names = {
    plus: 'a+b',
    hash: '#',
    nul: 'a\u0000b',
    nothing: '',
    levels: 'a/b',
    newline: 'a\nb',
    missing: null,
  };
  const rules = Object.keys(names).map(rule).join('');
  const engine = await startEngine({ rules: { 'all.yaml': rules } });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: '#' });
  for (const [id, name] of Object.entries(names)) {
    await client.publish(`in/${id}`, JSON.stringify({ name }));
    await goesOn(engine, client, `in/${id}`, '{"name":"good"}', `out/${id}/good/set`);
  }
  const metrics = await engine.metrics();
  for (const [id, name] of Object.entries(names)) {
    const reason = name === null ? 'unknown_value' : 'bad_topic';
    expect.soft(metrics.value('automate_rule_errors_total', { rule: id, reason }), id).toBe(1);
    expect.soft(metrics.value('automate_actions_total', { rule: id, type: 'publish', result: 'error' }), id).toBe(1);
    expect.soft(metrics.value('automate_actions_total', { rule: id, type: 'publish', result: 'ok' }), id).toBe(1);
    expect
      .soft(engine.log(), id)
      .toContainEqual(expect.objectContaining({ level: 'warn', rule: id, reason, topic: `in/${id}` }));
  }
  expect(metrics.value('automate_rule_errors_total')).toBe(Object.keys(names).length);
  expect(client.received.filter(({ topic }) => topic.startsWith('out/'))).toHaveLength(Object.keys(names).length);
});

test('what is not a number never leaves, and a field that is missing stops only its own message', async () => {
  const engine = await startEngine({
    rules: {
      'sum.yaml':
        'id: sum\non: in/sum\npublish: { topic: out/sum, payload: { twice: "${temperature * 2}", share: "${1 / temperature}" } }\n',
      'json.yaml': 'id: json\non: { topic: in/sum, codec: json }\nlog: "${temperature}"\n',
      'missing.yaml':
        'id: missing\non: in/missing\npublish: { topic: out/missing, payload: "${temperature} ${unit}" }\n' +
        'on_error: { publish: { topic: out/failed, payload: "${error}" } }\n',
    },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'out/#' });
  const bad = [
    'nan',
    'NaN',
    '{"temperature": NaN}',
    '{"temperature": Infinity}',
    '{"temperature": 1e999}',
    '{"temperature": 0}',
    '{"temperature": "unavailable"}',
  ];
  for (const payload of bad) await client.publish('in/sum', payload);
  await goesOn(engine, client, 'in/sum', '{"temperature": 4}', 'out/sum');
  expect(client.received.map(({ text }) => text)).toEqual(['{"twice":8,"share":0.25}']);
  const metrics = await engine.metrics();
  expect(metrics.value('automate_rule_errors_total', { rule: 'sum', reason: 'unknown_value' })).toBe(bad.length);
  // nan, NaN, and the two that only look like JSON.
  expect(metrics.value('automate_rule_errors_total', { rule: 'json', reason: 'undecodable' })).toBe(4);

  await client.publish('in/missing', '{"temperature": 20}');
  const { text } = await client.first('out/failed');
  expect(text).toContain('unit');
  await goesOn(engine, client, 'in/missing', '{"temperature": 20, "unit": "°C"}', 'out/missing');
  expect(client.on('out/missing')).toMatchObject([{ text: '20 °C' }]);
  expect(engine.log()).toContainEqual(
    expect.objectContaining({ level: 'warn', rule: 'missing', msg: expect.stringContaining('unit') as string }),
  );
});

test('hostile JSON is data like any other, or too much of it', async () => {
  const engine = await startEngine({
    rules: {
      'echo.yaml':
        'id: echo\non: in/echo\npublish: { topic: out/echo, payload: { "...": "${payload}", was: "${type(payload)}" } }\n',
      'polluted.yaml':
        'id: polluted\non: in/echo\nif: polluted == true or payload.constructor.name == "Object" or exists(toString)\nlog: it was\n',
      'memory.yaml':
        'id: memory\non: in/echo\nmemory: { all: {} }\nset: { "all.${name}": "1" }\nlet: { n: length(keys(all)) }\n',
    },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'out/#' });
  const good = '{"name":"good"}';
  const deep = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const hostile: readonly (readonly [string, string | Buffer])[] = [
    ['100 000 brackets', deep(100_000)],
    ['33 levels', deep(33)],
    [
      'a prototype',
      '{"__proto__": {"polluted": true}, "name": "__proto__", "constructor": {"prototype": {"polluted": true}}}',
    ],
    ['a key for each letter', JSON.stringify(Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`k${n}`, n])))],
    ['300 KB of text', JSON.stringify({ text: 'x'.repeat(300_000) })],
    ['the same key twice', '{"a": 1, "a": 2}'],
    ['half a surrogate', '{"a": "\\ud800"}'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['a long number', `{"a": ${'9'.repeat(10_000)}}`],
    ['empty', ''],
  ];
  for (const [, payload] of hostile) {
    await client.publish('in/echo', payload);
    await goesOn(engine, client, 'in/echo', good, 'out/echo');
  }
  const metrics = await engine.metrics();
  expect(metrics.value('automate_messages_dropped_total', { reason: 'oversize' })).toBe(1);
  expect(metrics.value('automate_payloads_total', { type: 'too_deep' })).toBe(2);
  expect(metrics.value('automate_payloads_total', { type: 'binary' })).toBe(1);
  expect(metrics.value('automate_rule_errors_total', { reason: 'internal' })).toBe(0);
  expect(metrics.value('automate_rule_fired_total', { rule: 'polluted' })).toBe(0);
  expect(metrics.value('automate_rule_quarantined', { rule: 'echo' })).toBe(0);
  for (const { text } of client.received) expect(() => JSON.parse(text) as unknown).not.toThrow();
  const answers = client.received.map(({ text }) => text);
  expect(answers).toContain('{"a":2,"was":"object"}');
  expect(answers.filter((text) => text === '{"name":"good","was":"object"}')).toHaveLength(hostile.length);
});

test('a packet of 10 MB ends its own connection, and nobody else notices', async () => {
  const engine = await startEngine({
    rules: { 'echo.yaml': 'id: echo\non: in/+n\npublish: { topic: out/echo, payload: "${payload}" }\n' },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'out/#' });
  for (let round = 0; round < 5; round++) {
    const socket = connect(engine.port, '127.0.0.1').resume();
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: `big-${round}`,
        clean: true,
        keepalive: 0,
      }),
    );
    socket.write(
      generate({
        cmd: 'publish',
        topic: 'in/big',
        payload: Buffer.alloc(10_000_000),
        qos: 0,
        dup: false,
        retain: false,
      }),
    );
    await closed;
    await goesOn(engine, client, 'in/small', 'x', 'out/echo');
  }
  const metrics = await engine.metrics();
  expect(metrics.value('automate_messages_dropped_total', { reason: 'packet_too_large' })).toBe(5);
  expect(metrics.value('automate_rule_fired_total', { rule: 'echo' })).toBe(5);
  expect(engine.log()).toContainEqual(
    expect.objectContaining({ level: 'warn', msg: expect.stringContaining('10000') as string }),
  );
});

test.each(['a broker', 'clients'] as const)('mutated frames from %s end connections, and nothing else', (by) =>
  mutatedFrames(by, 4, 1),
);
