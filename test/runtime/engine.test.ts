import { describe, expect, test } from 'vitest';
import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import { Engine } from '../../src/runtime/engine.ts';
import type { EngineLimits } from '../../src/runtime/limits.ts';
import { MemoryHttpSender } from '../../src/testing/memory-http-sender.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { MemoryBroker, MemoryTransport } from '../../src/testing/memory-transport.ts';
import { MemoryLog } from '../../src/testing/memory-log.ts';
import { PLAY_SETTINGS, programOf } from '../../src/testing/play.ts';

const LIMITS: EngineLimits = {
  machine: MACHINE_LIMITS,
  inbox: { messages: 1000, turn: 100 },
  outbox: { messages: 100, bytes: 1_000_000, inFlight: 64 },
  payloadBytes: 100,
};

const settings = { ...PLAY_SETTINGS, brokers: new Set(['default', 'cloud']) };

/** An engine between brokers in memory, running these rules. */
async function running(rules: string, options: { limits?: Partial<EngineLimits>; refusing?: string[] } = {}) {
  const broker = new MemoryBroker();
  const cloud = new MemoryBroker();
  const transport = new MemoryTransport(broker, { refusing: options.refusing ?? [] });
  const cloudTransport = new MemoryTransport(cloud, { name: 'cloud' });
  const log = new MemoryLog();
  const clock = new ManualClock(1_000_000);
  const http = new MemoryHttpSender();
  const engine = new Engine([transport, cloudTransport], http, clock, log, {
    ...LIMITS,
    ...options.limits,
  });
  const load = (text: string): Promise<void> => engine.load(programOf(text, settings).rules);
  await load(rules);
  await engine.start();
  const say = (topic: string, payload = '', more: { retain?: boolean } = {}): void =>
    broker.publish({ topic, payload, qos: 1, retain: false, ...more });
  /** What was published, without what the test said. */
  const heard = (): string[] =>
    broker.published
      .filter(({ topic }) => topic.startsWith('out'))
      .map(({ topic, payload }) => `${topic} ${String(payload)}`);
  const tally = () => [...engine.rules()][0]?.tally;
  return { broker, cloud, transport, cloudTransport, http, log, clock, engine, load, say, heard, tally };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ECHO = '{ id: r, on: in/+x, publish: { topic: "out/${x}", payload: "${payload}" } }';

describe('alerts', () => {
  const RULE = '{ id: r, on: in/+x, if: payload > 5, alert: { severity: bad, topic: "out/${x}", ack: "ok/${x}" } }';

  test('are published, retained, acknowledged by a message, and resolved when their rule goes', async () => {
    const { broker, transport, load, say, engine, tally } = await running(RULE);
    expect(transport.subscriptions).toEqual(['in/+ 1', 'ok/+ 1']);
    say('in/1', '6');
    expect([...engine.rules()][0]).toMatchObject({
      active: 1,
      pending: 0,
      alerts: [
        { severity: 'bad', state: 'pending', count: 0 },
        { severity: 'bad', state: 'firing', count: 1 },
      ],
    });
    say('ok/1');
    await turn();
    expect(tally()?.actions).toMatchObject({ alert: { ok: 2 }, publish: { ok: 2 } });
    await load('[]');
    const told = broker.published.filter(({ topic }) => topic === 'out/1');
    expect(told.map(({ retain }) => retain)).toEqual([true, true, true]);
    expect(told.map(({ payload }) => JSON.parse(String(payload)) as unknown)).toMatchObject([
      { state: 'firing', acknowledged: false, value: 6, firedAt: '1970-01-01T00:16:40Z' },
      { state: 'firing', acknowledged: true },
      { state: 'resolved', acknowledged: true, resolvedAt: '1970-01-01T00:16:40Z' },
    ]);
    expect(transport.subscriptions).toEqual([]);
  });
});

const HOUR = 3_600_000;

describe('the engine', () => {
  test('subscribes to what rules listen to and look up, each filter once with the highest QoS', async () => {
    const { transport, load } = await running(`
      - { id: a, on: [in/+x, { topic: in/+y, qos: 2 }], log: x }
      - { id: b, on: { topic: in/+z, qos: 0 }, with: { w: { topic: look/+q, qos: 0 } }, log: x }
      - { id: c, on: { topic: far, broker: cloud }, log: x }`);
    expect(transport.subscriptions).toEqual(['in/+ 2', 'look/+ 0']);
    await load(ECHO);
    expect(transport.subscriptions).toEqual(['in/+ 1']);
  });

  test('acknowledges a chunk once its effects are handed over', async () => {
    const { transport, engine, heard } = await running(ECHO);
    transport.holding = true; // The broker has not answered for what goes out.
    const listenedAt: number[] = [];
    transport.deliver([1, 2, 3].map((n) => ({ topic: `in/${n}`, payload: String(n), qos: 1, retain: false })));
    listenedAt.push(transport.unacknowledged);
    expect(listenedAt).toEqual([0]);
    expect(heard()).toEqual(['out/1 1', 'out/2 2', 'out/3 3']);
    expect(engine.outboxMessages).toBe(3);
  });

  test('keeps a chunk unacknowledged until the last of it has had its turn', async () => {
    const { transport, engine, heard } = await running(ECHO, { limits: { inbox: { messages: 1000, turn: 2 } } });
    transport.deliver([1, 2, 3].map((n) => ({ topic: `in/${n}`, payload: '', qos: 1, retain: false })));
    expect([transport.unacknowledged, engine.inboxMessages, heard().length]).toEqual([1, 1, 2]);
    await turn();
    expect([transport.unacknowledged, engine.inboxMessages, heard().length]).toEqual([0, 0, 3]);
  });

  test('hands what rules publish to the rules, in order, up to the hop limit', async () => {
    const { say, tally, broker } = await running(
      '{ id: r, on: loop/+x, publish: { topic: "loop/${x}", payload: "${payload}x" } }',
    );
    say('loop/1', 'x');
    for (let i = 0; i < 20; i++) await turn();
    expect(broker.published.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 9 }, (_, i) => 'x'.repeat(i + 1)),
    );
    expect(tally()?.errors.too_many_hops).toBe(1);
  });

  test('drops a payload that is too large, and counts it; acknowledges it all the same', async () => {
    const { engine, transport, say, heard } = await running(ECHO);
    say('in/1', 'x'.repeat(101));
    say('in/2', 'x');
    expect(heard()).toEqual(['out/2 x']);
    expect(engine.dropped()).toMatchObject({ oversize: 1 });
    expect(transport.unacknowledged).toBe(0);
  });

  test('counts what nothing asked for, and what payloads were', async () => {
    const { engine, transport, say } = await running(ECHO);
    transport.deliver([{ topic: 'other', payload: '{}', qos: 0, retain: false }]);
    for (const payload of ['5', 'ON', '', '{"a":']) say('in/1', payload);
    expect(engine.messagesUnmatched).toBe(1);
    expect(engine.payloads()).toMatchObject({ json: 1, text: 1, empty: 1, broken_json: 1 });
  });

  test('keeps commands for a broker that is away, but not those of QoS 0', async () => {
    const { engine, cloud, cloudTransport, say, tally } = await running(
      '{ id: r, on: in/+x, publish: [{ topic: out, broker: cloud, payload: kept }, { topic: out, broker: cloud, payload: gone, qos: 0 }] }',
    );
    cloudTransport.cut();
    say('in/1');
    expect(engine.outboxMessages).toBe(1);
    cloudTransport.mend();
    await turn();
    expect(cloud.published.map(({ payload }) => payload)).toEqual(['kept']);
    expect(tally()?.actions.publish).toEqual({ ok: 1, error: 0, dropped: 1 });
    expect(engine.outboxMessages).toBe(0);
  });

  test('says what was lost when its own broker goes away, and goes on when it is back', async () => {
    const { engine, transport, heard, log, tally, clock } = await running(
      ECHO.replace('publish: {', 'publish: { qos: 0,'),
    );
    transport.cut('network down');
    clock.advance(1_000_500);
    transport.deliver([{ topic: 'in/1', payload: '', qos: 1, retain: false }]);
    expect(tally()?.actions.publish.dropped).toBe(1);
    expect(engine.dropped()).toMatchObject({ offline: 1 });
    transport.mend();
    transport.deliver([{ topic: 'in/2', payload: '', qos: 1, retain: false }]);
    expect(heard()).toEqual(['out/2 ']);
    expect(log.lines).toEqual([
      'info: connected',
      'info: connected',
      'warn: disconnected: network down',
      'info: connected',
    ]);
    expect([...engine.brokers()][0]).toMatchObject({ connected: true, reconnects: 1 });
  });

  test('lists the filters that a broker refuses', async () => {
    const { engine, load } = await running('[{ id: r, on: secret/#, log: x }, { id: s, on: open, log: x }]', {
      refusing: ['secret/#'],
    });
    expect(engine.refusals()).toEqual([{ broker: 'default', filter: 'secret/#', reason: 'not authorized' }]);
    expect([...engine.brokers()][0]?.subscriptionsRefused).toBe(1);
    await load('{ id: s, on: open, log: x }');
    expect(engine.refusals()).toEqual([]);
  });

  test('writes log actions, and what rules could not do, seldom', async () => {
    const { say, log, tally } = await running(
      '{ id: r, on: in/+x, log: [{ level: warn, message: "${x}" }, "${nothing}"] }',
    );
    for (const x of ['1', '2', '3']) say(`in/${x}`);
    expect(log.lines.slice(2)).toEqual([
      'warn: ${nothing} in the log message is unknown',
      'warn: 1',
      'warn: 2',
      'warn: 3',
    ]);
    expect(tally()?.actions.log).toEqual({ ok: 3, error: 3, dropped: 0 });
  });

  test('sends the requests of rules, and counts what became of them', async () => {
    const { say, http, engine, tally, heard } = await running(
      '{ id: r, on: in/+x, publish: { topic: out }, http: { url: "http://lamp/${x}", body: "${payload}" } }',
    );
    say('in/1', 'ON');
    http.holding = true;
    say('in/2', 'ON');
    expect(engine.httpRequests).toBe(1);
    expect(tally()?.actions.http).toEqual({ ok: 1, error: 0, dropped: 0 });
    http.failure = 'the server answered 404 Not Found';
    http.answer();
    await http.stop(0);
    say('in/3', 'ON');
    expect(http.sent.map(({ key, url, body }) => `${key} ${url} ${body ?? ''}`)).toEqual([
      '1 http://lamp/1 ON',
      '2 http://lamp/2 ON',
    ]);
    expect(tally()?.actions.http).toEqual({ ok: 1, error: 1, dropped: 1 });
    expect(engine.dropped()).toMatchObject({ http_queue_full: 0, http_stopped: 1 });
    expect(engine.httpRequests).toBe(0);
    expect(heard()).toHaveLength(3);
  });

  test('says why requests failed, seldom, and without what may be secret', async () => {
    const { say, http, log } = await running(
      '{ vars: { token: secret }, rules: [{ id: r, on: in/+x, http: { url: "http://me:${token}@lamp/${token}/${x}?t=${token}", body: x } }] }',
    );
    http.failure = 'connect ECONNREFUSED 127.0.0.1:80';
    for (const x of ['1', '2', '3']) say(`in/${x}`);
    expect(log.lines.slice(2)).toEqual(['error: a request failed: connect ECONNREFUSED 127.0.0.1:80']);
    expect(log.fields.at(-1)).toEqual({ rule: 'r', key: '1', method: 'POST', url: 'http://lamp/${token}/${x}' });
  });

  test('tells `on_error` of a request that failed, with the names of its message', async () => {
    const { say, http, heard } = await running(`
      id: r
      on: in/+x
      memory: { failed: 0 }
      http: { url: "http://lamp/\${x}" }
      on_error: { set: { failed: failed + 1 }, publish: { topic: "out/\${x}", payload: "\${payload}: \${error}" } }`);
    http.holding = true;
    say('in/1', 'ON');
    say('in/1', 'OFF');
    say('in/2', 'ON');
    http.failure = 'the server answered 500';
    http.answer();
    expect(heard()).toEqual([
      'out/1 ON: a request failed: the server answered 500',
      'out/2 ON: a request failed: the server answered 500',
    ]);
    http.answer();
    expect(heard().at(-1)).toBe('out/1 OFF: a request failed: the server answered 500');
  });

  test('tells `on_error` of a message that the broker refused', async () => {
    const { say, heard, clock } = await running(
      `{ id: r, on: in, let: { n: "payload + 1" }, publish: { topic: secret, qos: 1 },
         on_error: { do: [{ wait: 5s }, { publish: { topic: out, payload: "\${n}: \${error}" } }] } }`,
      { refusing: ['secret'] },
    );
    say('in', '1');
    clock.advance(clock.now() + 4999);
    expect(heard()).toEqual([]);
    clock.advance(clock.now() + 1);
    expect(heard()).toEqual(['out 2: publishing failed: not authorized']);
  });

  test('requests of `on_error` that fail tell nobody', async () => {
    const { say, http, tally } = await running(
      '{ id: r, on: in, http: { url: "http://lamp" }, on_error: { http: { url: "http://other" } } }',
    );
    http.failure = 'the server answered 500';
    say('in');
    expect(http.sent.map(({ url }) => url)).toEqual(['http://lamp/', 'http://other/']);
    expect(tally()?.actions.http).toEqual({ ok: 0, error: 2, dropped: 0 });
  });

  test('says how many requests it had to give up when it stopped', async () => {
    const { say, http, log, engine, tally } = await running('{ id: r, on: in/+x, http: { url: "http://lamp" } }');
    http.holding = true;
    say('in/1');
    say('in/2');
    await engine.stop(0);
    expect(log.lines.at(-1)).toBe('warn: stopped before every request was answered');
    expect(log.fields.at(-1)).toEqual({ requests: 2 });
    expect(tally()?.actions.http).toEqual({ ok: 0, error: 0, dropped: 2 });
  });

  test('shows retained messages that come again after a reload to new rules only', async () => {
    const { say, heard, load, clock } = await running(
      '{ id: r, on: { topic: in/+x, retained: use }, publish: { topic: out/r } }',
    );
    say('in/1', 'kept', { retain: true });
    expect(heard()).toEqual(['out/r ']);
    clock.advance(1_060_000);
    await load(`
      - { id: r, on: { topic: in/+x, retained: use }, publish: { topic: out/r } }
      - { id: s, on: { topic: in/+x, retained: use }, publish: { topic: out/s } }`);
    expect(heard()).toEqual(['out/r ', 'out/s ']);
  });

  test('does so however soon after connecting, and after the reload before', async () => {
    const rule = (id: string): string =>
      `- { id: ${id}, on: { topic: in/+x, retained: use }, publish: { topic: out/${id} } }\n`;
    const { say, heard, load, clock } = await running('{ id: other, on: elsewhere, log: x }');
    say('in/1', 'kept', { retain: true });
    for (const [i, ids] of [['r'], ['r', 's'], ['r', 's', 't']].entries()) {
      clock.advance(1_000_100 + i * 100);
      await load(ids.map(rule).join(''));
    }
    expect(heard()).toEqual(['out/r ', 'out/s ', 'out/t ']);
  });

  test('shows a retained message that is live to old rules, and its copy after a reload to the new ones', async () => {
    const rule = (id: string): string =>
      `- { id: ${id}, on: { topic: in/+x, retained: use }, publish: { topic: out/${id} } }\n`;
    const { say, heard, load, clock } = await running(rule('r'));
    clock.advance(1_000_100);
    say('in/1', 'kept', { retain: true });
    clock.advance(1_000_200);
    await load(rule('r') + rule('s'));
    expect(heard()).toEqual(['out/r ', 'out/s ']);
  });

  test('forgets idle keys by its clock', async () => {
    const { say, engine, clock } = await running('{ id: r, on: in/+x, ttl: 1m, throttle: 1s, log: x }');
    say('in/1');
    clock.advance(1_030_000);
    say('in/2');
    const cells = (): number | undefined => [...engine.rules()][0]?.cells;
    expect(cells()).toBe(2);
    clock.advance(1_060_001);
    expect(cells()).toBe(1);
    clock.advance(1_090_001);
    expect(cells()).toBe(0);
    expect(clock.next).toBe(1_100_000); // The next look at the wall clock.
  });

  test('handles what it has taken before it stops', async () => {
    const { transport, engine, heard } = await running(ECHO, { limits: { inbox: { messages: 1000, turn: 1 } } });
    transport.deliver([1, 2, 3].map((n) => ({ topic: `in/${n}`, payload: '', qos: 1, retain: false })));
    await engine.stop(1000);
    expect(heard()).toEqual(['out/1 ', 'out/2 ', 'out/3 ']);
    expect(transport.connected).toBe(false);
  });
});

describe('a wall clock that is set', () => {
  const RULE = '{ id: r, on: in/+x, if: payload > 5, for: 5m, publish: { topic: "out/${x}", payload: "${now}" } }';

  test.each([
    ['ahead', HOUR],
    ['back', -HOUR],
  ])('%s by an hour makes `for` neither early nor late, and `now` goes with it', async (way, by) => {
    const { clock, engine, log, say, heard } = await running(RULE);
    const start = clock.now();
    say('in/1', '6');
    clock.advance(start + 60_000);
    clock.setWall(by);
    say('in/2', '6');
    clock.advance(start + 5 * 60_000 - 1);
    expect(heard()).toEqual([]);
    clock.advance(start + 5 * 60_000);
    expect(heard()).toEqual([`out/1 ${start + 5 * 60_000 + by}`]);
    clock.advance(start + 6 * 60_000);
    expect(heard()).toHaveLength(2);
    expect(engine.wall.jumps).toBe(1);
    expect(log.lines).toContain(`warn: the wall clock was set ${way}: the calendar of rules follows`);
    expect(log.fields).toContainEqual({ seconds: by / 1000 });
  });

  test('is noticed within seconds when no message comes, each time it is set', async () => {
    const { clock, engine } = await running(ECHO);
    for (const by of [HOUR, -HOUR, 2000]) {
      clock.setWall(by);
      clock.advance(clock.now() + 10_000);
    }
    expect(engine.wall.jumps).toBe(3);
  });

  test('by a second at the most changes nothing', async () => {
    const { clock, engine, say, heard } = await running(
      '{ id: r, on: in/x, publish: { topic: out, payload: "${now}" } }',
    );
    clock.setWall(-1000);
    say('in/x');
    expect(heard()).toEqual([`out ${clock.now()}`]);
    expect(engine.wall.jumps).toBe(0);
  });

  test('is left alone once the engine has stopped', async () => {
    const { clock, engine } = await running(ECHO);
    await engine.stop(100);
    expect(clock.next).toBeUndefined();
  });
});
