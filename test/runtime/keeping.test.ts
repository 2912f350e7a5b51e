import { describe, expect, test } from 'vitest';
import type { StateCommit } from '../../src/ports/state-store.ts';
import { MemoryHttpSender } from '../../src/testing/memory-http-sender.ts';
import { MemoryStateStore } from '../../src/testing/memory-state-store.ts';
import { MemoryBroker } from '../../src/testing/memory-transport.ts';
import { cellsIn } from '../contracts/state-store.ts';
import { begin, turn } from './kept-engine.ts';

/** A store whose commits are done when a test says so. */
class SlowStore extends MemoryStateStore {
  readonly #waiting: (() => void)[] = [];

  override commit(commit: StateCommit): Promise<void> {
    const done = super.commit(commit);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void done.then(resolve, reject));
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async finish(): Promise<void> {
    this.#waiting.shift()?.();
    await turn();
  }
}

const COUNT =
  '{ id: count, on: in, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out, payload: "${n}", qos: 1 } }';
const HOLD =
  '{ id: hold, on: in/+x, if: payload > 5, for: 30s, publish: { topic: "out/${x}", payload: "${held}" }, end: { publish: { topic: "out/${x}", payload: end } } }';

describe('a message', () => {
  test('is acted on and acknowledged when what it changes is written, and not before', async () => {
    const store = new SlowStore();
    const { say, heard, transport } = await begin(COUNT, store);
    say('in');
    expect([heard(), transport.unacknowledged]).toEqual([[], 1]);
    await store.finish();
    expect([heard(), transport.unacknowledged]).toEqual([['out 1'], 0]);
  });

  test('that comes while another is written goes into the next commit, with all others that do', async () => {
    const store = new SlowStore();
    const { say, heard, transport } = await begin(COUNT, store);
    for (let i = 0; i < 4; i++) say('in');
    await store.finish();
    expect([heard(), transport.unacknowledged, store.waiting]).toEqual([['out 1'], 3, 1]);
    await store.finish();
    expect([heard(), transport.unacknowledged]).toEqual([['out 1', 'out 2', 'out 3', 'out 4'], 0]);
  });

  test('that changes nothing is acknowledged at once', async () => {
    const store = new SlowStore();
    const { say, transport } = await begin(
      '{ id: r, on: in, if: payload > 1, publish: { topic: out, qos: 1 } }',
      store,
    );
    say('in', '0');
    expect([transport.unacknowledged, store.waiting]).toEqual([0, 0]);
  });

  test('that changes nothing while another is written waits for that one, and those after it for nothing', async () => {
    const store = new SlowStore();
    const { say, transport } = await begin(
      '{ id: r, on: in, if: payload > 1, publish: { topic: out, qos: 1 } }',
      store,
    );
    say('in', '2');
    say('in', '0');
    expect([transport.unacknowledged, store.waiting]).toEqual([2, 1]);
    await store.finish();
    expect(transport.unacknowledged).toBe(0);
    say('in', '0');
    say('in', '0');
    expect([transport.unacknowledged, store.waiting]).toEqual([0, 0]);
  });

  test('that was taken and comes again is acknowledged, and not taken again', async () => {
    const store = new MemoryStateStore();
    const message = { topic: 'in', payload: 'a', qos: 1, retain: false, packetId: 7 } as const;
    const first = await begin(COUNT, store);
    first.transport.deliver([message]);
    await first.pass(200);
    await first.end();

    const { transport, heard } = await begin(COUNT, store, first.broker);
    transport.deliver([{ ...message, duplicate: true }]);
    await turn();
    expect([heard(), transport.unacknowledged]).toEqual([['out 1'], 0]);
    // Another by that id, the same by another, and one that does not say that it comes again.
    transport.deliver([{ ...message, payload: 'b', duplicate: true }]);
    transport.deliver([{ ...message, packetId: 8, duplicate: true }]);
    transport.deliver([message]);
    await turn();
    expect(heard()).toEqual(['out 1', 'out 2', 'out 3', 'out 4']);
  });

  test('comes anew when the broker has not kept the session, which is said', async () => {
    const store = new MemoryStateStore();
    const message = { topic: 'in', payload: 'a', qos: 1, retain: false, packetId: 7 } as const;
    const { transport, heard, log, engine } = await begin(COUNT, store);
    transport.deliver([message]);
    await turn();
    transport.cut();
    transport.mend(false);
    transport.deliver([{ ...message, duplicate: true }]);
    await turn();
    expect(heard()).toEqual(['out 1', 'out 2']);
    expect(log.lines.join('\n')).toContain('the broker has not kept our session');
    expect([...engine.brokers()][0]?.sessionsLost).toBe(1);
  });

  test('that has come again, and waits, is not taken anew because the session is lost', async () => {
    const store = new MemoryStateStore();
    const message = { topic: 'in', payload: 'a', qos: 1, retain: false, packetId: 7 } as const;
    const { transport, heard, pass, engine } = await begin(COUNT, store);
    store.fault = new Error('the disk is full');
    transport.deliver([message]);
    await turn();
    transport.cut();
    transport.mend(true);
    transport.deliver([{ ...message, duplicate: true }]);
    transport.cut();
    transport.mend(false);
    store.fault = null;
    await pass(1000);
    await turn();
    expect(heard()).toEqual(['out 1']);
    expect([...engine.brokers()][0]?.sessionsLost).toBe(1);
  });
});

describe('what is to be done', () => {
  test('is done again, by the same id, if the engine ended before it knew that it was done', async () => {
    const store = new MemoryStateStore();
    const first = await begin(COUNT, store);
    first.transport.holding = true;
    first.say('in');
    await turn();
    await first.end();
    const second = await begin(COUNT, store, first.broker);
    await turn();
    const told = second.broker.published.filter(({ topic }) => topic === 'out');
    expect(told.map(({ payload }) => payload)).toEqual(['1', '1']);
    const ids = told.map(({ properties }) => properties?.user?.['automate-id']);
    expect(ids).toEqual(['memory-1', 'memory-1']);
  });

  test('is not done again when it is known to be done', async () => {
    const store = new MemoryStateStore();
    const first = await begin(COUNT, store);
    first.say('in');
    await turn();
    await first.pass(200);
    await first.end();
    const second = await begin(COUNT, store, first.broker);
    await turn();
    expect(second.heard()).toEqual(['out 1']);
    second.say('in');
    await turn();
    expect(second.broker.published.at(-1)?.properties?.user?.['automate-id']).toBe('memory-2');
  });

  test('nor when that became known while a commit was written', async () => {
    const store = new SlowStore();
    const { say, transport, pass } = await begin(COUNT, store);
    transport.holding = true;
    say('in');
    await store.finish();
    say('in');
    transport.answer(1);
    await store.finish();
    await pass(100);
    expect((await store.acquire(0)).effects.map(({ number }) => number)).toEqual([2]);
  });

  test('that fails when it is done again is told to `on_error`, as if nothing had been', async () => {
    const rule = `{ id: push, on: in/+x, memory: { n: 0 }, set: { n: n + 1 }, http: { url: "http://lamp" },
      on_error: { set: { n: n + 100 }, publish: { topic: "out/\${x}", payload: "\${n} \${payload}", qos: 1 } } }`;
    const store = new MemoryStateStore();
    const http = new MemoryHttpSender();
    http.holding = true;
    const first = await begin(rule, store, new MemoryBroker(), 1_000_000, undefined, http);
    first.say('in/a', 'ON');
    await turn();
    expect(http.sent).toHaveLength(1);
    await first.end();
    const failing = new MemoryHttpSender();
    failing.failure = 'the server answered 500';
    const second = await begin(rule, store, first.broker, 1_001_000, undefined, failing);
    await turn();
    expect(second.heard()).toEqual(['out/a 101 ON']);
    await second.pass(200);
    expect((await store.acquire(0)).effects).toEqual([]);
  });

  test('that has failed is written together with what comes of it', async () => {
    const rule = '{ id: push, on: in, http: { url: "http://lamp" }, on_error: { publish: { topic: out, qos: 1 } } }';
    const store = new SlowStore();
    const http = new MemoryHttpSender();
    http.failure = 'the server answered 500';
    const { say } = await begin(rule, store, new MemoryBroker(), 1_000_000, undefined, http);
    say('in');
    await store.finish();
    expect((await store.acquire(0)).effects.map(({ effect }) => effect.type)).toEqual(['publish']);
  });

  test('is done in an orderly end, and leaves nothing to do', async () => {
    const store = new MemoryStateStore();
    const { say, engine, heard } = await begin(COUNT, store);
    say('in');
    await engine.stop(1000);
    expect(heard()).toEqual(['out 1']);
    expect((await store.acquire(0)).effects).toEqual([]);
  });
});

describe('after a start', () => {
  test('a hold goes on from when it began', async () => {
    const store = new MemoryStateStore();
    const first = await begin(HOLD, store);
    first.say('in/a', '6');
    await turn();
    await first.end();
    const { pass, heard } = await begin(HOLD, store, first.broker, 1_010_000);
    await pass(19_999);
    expect(heard()).toEqual([]);
    await pass(1);
    expect(heard()).toEqual(['out/a 30000']);
  });

  test('what is overdue waits for retained messages, and for the subscriptions', async () => {
    const store = new MemoryStateStore();
    const first = await begin(HOLD, store);
    for (const key of ['b', 'a']) first.say(`in/${key}`, '6');
    await turn();
    await first.end();
    const { pass, say, heard } = await begin(HOLD, store, first.broker, 2_000_000);
    await pass(100);
    expect(heard()).toEqual([]);
    say('in/b', '0'); // Handled first: it is not so any more.
    await pass(400);
    expect(heard()).toEqual(['out/a 1000300']);
  });

  test('of all the times to repeat that were missed there is one', async () => {
    const rules =
      '{ id: r, on: in, if: payload > 5, for: 1s, repeat: 10s, publish: { topic: out, payload: "${held}" } }';
    const store = new MemoryStateStore();
    const first = await begin(rules, store);
    first.say('in', '6');
    await first.pass(1000);
    await first.pass(200);
    await first.end();
    const { pass, heard } = await begin(rules, store, first.broker, 1_055_000);
    await pass(500);
    expect(heard()).toEqual(['out 1000', 'out 55300']);
    await pass(5700);
    expect(heard()).toEqual(['out 1000', 'out 55300', 'out 61000']);
  });

  test('a firing alert is not told again, and is resolved when it should be', async () => {
    const rules = '{ id: r, on: in/+x, if: payload > 5, alert: { severity: bad, topic: "out/${x}" } }';
    const store = new MemoryStateStore();
    const first = await begin(rules, store);
    first.say('in/a', '6');
    await first.pass(200);
    await first.end();
    const { pass, say, broker } = await begin(rules, store, first.broker, 1_055_000);
    say('in/a', '7');
    await pass(1000);
    say('in/a', '1');
    await turn();
    const states = broker.published
      .filter(({ topic }) => topic === 'out/a')
      .map(({ payload }) => (JSON.parse(String(payload)) as { state: string }).state);
    expect(states).toEqual(['firing', 'resolved']);
  });

  test('a script goes on where it was, and a schedule that was missed is run once', async () => {
    const rules = `
- { id: steps, on: in, do: [{ publish: { topic: out, payload: a } }, { wait: 10s }, { publish: { topic: out, payload: b } }] }
- { id: often, on: { every: 7s }, publish: { topic: out/tick, payload: "\${now}" } }
- { id: skips, on: { every: 8s, missed: skip }, publish: { topic: out/skip, payload: "\${now}" } }`;
    const store = new MemoryStateStore();
    const first = await begin(rules, store, new MemoryBroker(), 1_000_000);
    first.say('in');
    await first.pass(200);
    await first.end();
    const { pass, heard } = await begin(rules, store, first.broker, 1_030_000);
    await pass(400);
    expect(heard()).toEqual(['out a', 'out/tick 1030300', 'out b']);
    await pass(6000);
    expect(heard().slice(3)).toEqual(['out/skip 1032000', 'out/tick 1036000']);
  });

  test('what rules remembered that are gone is dropped, which is said', async () => {
    const store = new MemoryStateStore();
    const first = await begin(COUNT, store);
    first.say('in');
    await first.pass(200);
    await first.end();
    const { say, log, pass } = await begin(HOLD, store, first.broker);
    expect(log.lines.join('\n')).toContain('what rules remembered that are gone was dropped');
    say('in/a', '6');
    await pass(200);
    expect((await cellsIn(store)).map(({ rule }) => rule)).toEqual(['hold']);
  });
});

describe('a store that cannot be written', () => {
  test('stops the intake, loses nothing, and goes on when it can', async () => {
    const store = new MemoryStateStore();
    const { say, pass, heard, transport, log, engine } = await begin(COUNT, store);
    store.fault = new Error('the state in x cannot be written, the disk is full');
    say('in');
    await turn();
    say('in');
    await turn();
    expect([heard(), transport.unacknowledged, engine.inboxMessages]).toEqual([[], 2, 1]);
    expect(engine.stateFault).toBe('the state in x cannot be written, the disk is full');
    expect(log.lines.join('\n')).toContain('the disk is full. No message is taken in until it can be written');
    await pass(1000);
    expect(heard()).toEqual([]);
    store.fault = null;
    await pass(1000);
    await turn();
    await turn();
    expect([heard(), transport.unacknowledged, engine.stateFault]).toEqual([['out 1', 'out 2'], 0, null]);
    expect((await cellsIn(store))[0]?.stages).toEqual([
      ['memory', expect.any(String), { values: expect.anything() as unknown }],
    ]);
  });
});
