import { describe, expect, test } from 'vitest';
import type { SavedCell } from '../../src/core/saved-state.ts';
import { StoreFault } from '../../src/ports/state-store.ts';
import type { MemoryLog } from '../../src/testing/memory-log.ts';
import { MemoryStateStore } from '../../src/testing/memory-state-store.ts';
import { programOf } from '../../src/testing/play.ts';
import { cellsIn } from '../contracts/state-store.ts';
import { begin, turn } from './kept-engine.ts';

const COUNT =
  '{ id: count, on: in/+x, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: "out/${x}", payload: "${n}", qos: 1 } }';
const HOLD =
  '{ id: hold, on: in/+x, if: payload > 5, for: 30s, publish: { topic: "out/${x}", payload: "${held}", qos: 1 } }';
const WINDOW =
  '{ id: window, on: in/+x, window: { tumbling: 10s }, aggregate: { n: count() }, publish: { topic: "out/${x}", payload: "${n}", qos: 1 } }';

const KEYS = ['a', 'b', 'c', 'd'];

/** An engine that ended when each key had had a message, and what begins anew, with no cell taken up before it starts. */
async function ended(rules: string, payload = '6', read = 1) {
  const store = new SlowStore();
  store.piece = read;
  const first = await begin(rules, store);
  for (const key of KEYS) first.say(`in/${key}`, payload);
  await first.pass(200);
  await first.end();
  const anew = (now: number, other = rules) => begin(other, store, first.broker, now, 0);
  return { store, first, anew };
}

/** A store that gives one piece of cells, once it is `shut`, and the others when it is opened. */
class SlowStore extends MemoryStateStore {
  open: () => void = () => {};
  #opened = Promise.resolve();

  shut(): void {
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  override async *cells(rule?: string): AsyncGenerator<readonly SavedCell[]> {
    for await (const piece of super.cells(rule)) {
      yield piece;
      await this.#opened;
    }
  }
}

/** All that was remembered is there. */
async function allThere({ lines }: MemoryLog): Promise<void> {
  while (!lines.some((line) => line.includes('went on from what rules remembered'))) await turn();
}

describe('while what was remembered is taken up bit by bit', () => {
  test('a key that has a message is there at once', async () => {
    const { anew } = await ended(COUNT);
    const { say, heard, log } = await anew(1_001_000);
    say('in/d');
    say('in/e');
    await turn();
    expect(heard().slice(4)).toEqual(['out/d 2', 'out/e 1']);
    await allThere(log);
    for (const key of [...KEYS, 'e']) say(`in/${key}`);
    await turn();
    expect(heard().slice(6)).toEqual(['out/a 2', 'out/b 2', 'out/c 2', 'out/d 3', 'out/e 2']);
  });

  test('what has changed meanwhile is not overwritten, and what is idle goes when time goes on', async () => {
    const { store, anew } = await ended(COUNT.replace('on: in/+x', 'on: in/+x, ttl: 5s'));
    const { say, pass, engine, log } = await anew(1_003_000);
    for (let i = 0; i < 3; i++) say('in/d');
    await pass(100);
    await allThere(log);
    await pass(2900);
    await pass(1000);
    expect([...engine.cells(null, null)].map(({ key }) => key)).toEqual(['d']);
    expect(engine.dormant(null)).toBe(0);
    await pass(10_000);
    expect(engine.cells(null, null)).toSatisfy((cells: Iterable<unknown>) => [...cells].length === 0);
    await pass(60_000); // What was not taken up is swept out now and then.
    while ((await cellsIn(store)).length > 0) await turn();
  });

  test('holds act at their time, late by no more than what was yet to come', async () => {
    const { anew } = await ended(HOLD);
    const { heard, pass, log } = await anew(1_010_000);
    await allThere(log);
    await pass(1000);
    await pass(18_900);
    expect(heard()).toEqual([]);
    await pass(100);
    expect(heard()).toEqual(KEYS.map((key) => `out/${key} 30000`));
  });

  test('nothing that waits acts before all is there', async () => {
    const { anew } = await ended(HOLD);
    const { heard, say, pass, log } = await anew(1_100_000);
    say('in/c', '1'); // It is broken before its time has come round.
    await turn();
    expect(heard()).toEqual([]);
    await allThere(log);
    await pass(1000);
    expect(heard()).toEqual(['a', 'b', 'd'].map((key) => `out/${key} 100300`));
  });

  test('nor however long it takes until all is there', async () => {
    const { store, anew } = await ended(HOLD);
    store.shut();
    const { heard, pass, log } = await anew(1_100_000);
    for (let i = 0; i < 10; i++) await pass(1000);
    expect(heard()).toEqual([]);
    store.open();
    await allThere(log);
    await turn();
    expect(heard()).toEqual(KEYS.map((key) => `out/${key} 110000`));
  });

  test('a window that has ended meanwhile ends before the message that brings its key back', async () => {
    const { anew } = await ended(WINDOW);
    const { heard, say, pass, log } = await anew(1_020_000);
    say('in/d');
    say('in/d');
    await turn();
    expect(heard()).toContain('out/d 1');
    await allThere(log);
    await pass(1000);
    await pass(20_000);
    expect(heard().toSorted()).toEqual(['out/a 1', 'out/b 1', 'out/c 1', 'out/d 1', 'out/d 2']);
  });

  test('rules that more than their topics lead to have all of theirs from the start', async () => {
    const { anew } = await ended(COUNT.replace('on: in/+x', 'on: in/#, by: topic').replaceAll('${x}', '${key}'));
    const { engine, say, heard } = await anew(1_001_000);
    expect([...engine.rules()].map(({ cells }) => cells)).toEqual([4]);
    say('in/a');
    await turn();
    expect(heard().at(-1)).toBe('out/in%2Fa 2');
  });

  test('a new key comes behind those that were there, and counts for the most that there may be once they are', async () => {
    const rules = COUNT.replace('on: in/+x', 'on: in/+x, max_keys: 5');
    const { store, anew } = await ended(rules);
    const { say, pass, heard, log } = await anew(1_001_000);
    say('in/new');
    await allThere(log);
    say('in/newer');
    say('in/a');
    await pass(1000);
    expect(heard().slice(4)).toEqual(['out/new 1', 'out/a 2']);
    const orders = (await cellsIn(store)).map(({ key, order }) => [key, order]);
    expect(orders).toEqual([...KEYS.map((key, i) => [key, i]), ['new', 4]]);
  });

  test('a key that was left in the store, and has a message before all is there, counts once', async () => {
    const { store, anew } = await ended(COUNT.replace('on: in/+x', 'on: in/+x, max_keys: 6'), '', 2);
    store.shut();
    const { engine, say, heard, log } = await anew(1_001_000);
    const counts = (): number[] => Array.from(engine.rules(), ({ cells }) => cells);
    while (engine.dormant(null) < 2) await turn();
    for (const key of [...KEYS, 'e']) say(`in/${key}`);
    await turn();
    expect([heard().slice(4), counts()]).toEqual([[...KEYS.map((key) => `out/${key} 2`), 'out/e 1'], [5]]);
    store.open();
    await allThere(log);
    expect([counts(), engine.dormant(null)]).toEqual([[5], 0]);
  });

  test('what holds, and is yet to be taken up, is not shown as idle', async () => {
    const store = new SlowStore();
    store.piece = 1;
    const first = await begin(HOLD, store);
    for (const key of KEYS) first.say(`in/${key}`, key === 'd' ? '6' : '1');
    await first.pass(200);
    await first.end();
    store.shut();
    const { engine, log } = await begin(HOLD, store, first.broker, 1_001_000, 0);
    while (engine.dormant(null) === 0) await turn();
    expect(await engine.dormantCells('hold', 'd', 9)).toEqual([]);
    expect(await engine.dormantCells('hold', 'a', 9)).toMatchObject([{ key: 'a', phase: 'idle' }]);
    store.open();
    await allThere(log);
    expect([...engine.cells(null, null)]).toMatchObject([{ key: 'd', phase: 'pending' }]);
  });

  test('rules are reloaded when all is there, and what no rule has a place for is dropped', async () => {
    const { store, anew } = await ended(COUNT);
    const { say, pass, engine, log } = await anew(1_001_000, HOLD);
    await engine.load([]);
    expect(log.lines.join('\n')).toContain('what rules remembered that are gone was dropped');
    say('in/a', '6');
    await pass(200);
    expect(await cellsIn(store)).toEqual([]);
  });

  test('alerts whose rule goes are resolved in the order of their first messages, whichever was taken up first', async () => {
    const rules = '{ id: hot, on: in/+x, if: payload > 5, alert: { topic: "out/${x}", ack: false } }';
    const { anew } = await ended(rules);
    const { say, engine, heard, log } = await anew(1_001_000);
    say('in/d', '6');
    await turn();
    await allThere(log);
    await engine.load([]);
    await turn();
    const resolved = heard().filter((line) => line.includes('"resolved"'));
    expect(resolved.map((line) => line.slice(0, 5))).toEqual(KEYS.map((key) => `out/${key}`));
  });

  test('of fewer keys that a rule may have then, those stay that came first', async () => {
    const { anew } = await ended(COUNT);
    const { say, engine, log } = await anew(1_001_000);
    say('in/d');
    await allThere(log);
    await engine.load(programOf(COUNT.replace('on: in/+x', 'on: in/+x, max_keys: 2')).rules);
    expect([...engine.cells(null, null)].map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('a store that cannot be read stops the intake, and nothing more is acknowledged or written', async () => {
    const { store, anew } = await ended(COUNT);
    const { say, pass, heard, transport, engine, log } = await anew(1_001_000);
    store.fault = new StoreFault('the state in x is damaged');
    say('in/d');
    await turn();
    say('in/d');
    store.fault = null;
    await pass(5000);
    expect([heard().slice(4), transport.unacknowledged]).toEqual([[], 2]);
    expect(engine.stateFault).toBe('the state in x is damaged');
    expect(log.lines.join('\n')).toContain('No message is taken in until the engine is started anew');
    const { commits } = store;
    await pass(5000);
    expect(store.commits).toBe(commits);
  });
});

describe('a key that is idle stays in the store', () => {
  /** An engine in which all four keys do. */
  async function idle(rules = COUNT) {
    const { store, anew } = await ended(rules);
    const engine = await anew(1_001_000);
    await allThere(engine.log);
    await engine.pass(1000);
    expect([engine.engine.dormant(null), [...engine.engine.cells(null, null)]]).toEqual([4, []]);
    return { store, ...engine };
  }

  /** The keys that are in memory. */
  const awake = ({ engine }: Awaited<ReturnType<typeof begin>>): string[] =>
    Array.from(engine.cells(null, null), ({ key }) => key);

  test('until a message comes for it, and is counted and shown to who asks for it all the same', async () => {
    const anew = await idle();
    const { engine, say, heard } = anew;
    say('in/b');
    await turn();
    expect(heard().at(-1)).toBe('out/b 2');
    expect([awake(anew), engine.dormant('count'), engine.dormant('other')]).toEqual([['b'], 3, 0]);
    expect([...engine.rules()].map(({ cells }) => cells)).toEqual([4]);
    const shown = await engine.dormantCells('count', 'c', 9);
    expect(shown).toMatchObject([{ key: 'c', phase: 'idle', nextAt: null, touchedAt: 1_000_000 }]);
    expect(shown[0]?.states).toMatchObject([{ stage: 'memory', state: { values: { n: { value: 1 } } } }]);
    expect([await engine.dormantCells('count', 'b', 9), await engine.dormantCells(null, 'none', 9)]).toEqual([[], []]);
    const some = await engine.dormantCells(null, null, 2);
    expect(some.map(({ key, phase }) => [key, phase])).toEqual([
      ['a', 'idle'],
      ['c', 'idle'],
    ]);
  });

  test('where its time has not been for nothing: what holds, and what waits, is there', async () => {
    const { anew } = await ended(`- ${HOLD}\n- ${COUNT}`);
    const { engine, log } = await anew(1_001_000);
    await allThere(log);
    expect(Array.from(engine.cells(null, null), ({ rule, key }) => `${rule} ${key}`)).toEqual(
      KEYS.map((key) => `hold ${key}`),
    );
  });

  test('and counts for the most that there may be, until it is forgotten', async () => {
    const { say, pass, heard } = await idle(COUNT.replace('on: in/+x', 'on: in/+x, max_keys: 4, ttl: 1m'));
    await pass(40_000);
    say('in/new');
    say('in/a');
    await pass(18_000);
    say('in/new');
    await turn();
    expect(heard().slice(4)).toEqual(['out/a 2']);
    await pass(1);
    say('in/b');
    say('in/new');
    say('in/newer');
    say('in/newest');
    await turn();
    expect(heard().slice(5)).toEqual(['out/b 1', 'out/new 1', 'out/newer 1']);
  });

  test('when rules are reloaded that leave it alone, and is taken up when its own changes', async () => {
    const anew = await idle();
    const { engine, say, heard } = anew;
    const more = '{ id: more, on: other, log: x }';
    const [rule] = programOf(COUNT).rules;
    if (rule === undefined) throw new Error('no rule');
    await engine.load([rule]);
    say('in/a');
    await engine.load([rule, ...programOf(more).rules]);
    expect([awake(anew), engine.dormant(null)]).toEqual([KEYS, 0]); // It is another one, though it says the same.
    say('in/a');
    say('in/b');
    await turn();
    expect(heard().slice(4)).toEqual(['out/a 2', 'out/a 3', 'out/b 2']);
  });

  test('and goes with its rule', async () => {
    const { store, engine, say, pass } = await idle();
    await engine.load([]);
    say('in/a');
    await pass(200);
    await engine.stop(0);
    expect(await cellsIn(store)).toEqual([]);
  });

  test('and counts once while a reload takes it up', async () => {
    const anew = await idle(COUNT.replace('on: in/+x', 'on: in/+x, max_keys: 5'));
    const { store, engine, say, heard } = anew;
    store.shut();
    const loaded = engine.load(programOf(COUNT).rules);
    while (awake(anew).length === 0) await turn();
    expect([...engine.rules()].map(({ cells }) => cells)).toEqual([4]);
    say('in/new');
    await turn();
    expect(heard().at(-1)).toBe('out/new 1');
    store.open();
    await loaded;
    expect([awake(anew).toSorted(), engine.dormant(null)]).toEqual([[...KEYS, 'new'], 0]);
  });

  test('and no reload brings back what is forgotten', async () => {
    const rules = COUNT.replace('on: in/+x', 'on: in/+x, ttl: 5s');
    const anew = await idle(rules);
    const { store, engine, say, pass, heard } = anew;
    await pass(10_000);
    say('in/d');
    await turn();
    store.shut();
    const loaded = engine.load(programOf(rules).rules);
    for (let i = 0; i < KEYS.length; i++) await turn();
    say('in/a'); // It is the same millisecond still.
    await turn();
    expect(heard().slice(4)).toEqual(['out/d 1', 'out/a 1']);
    store.open();
    await loaded;
    await pass(1000);
    expect((await cellsIn(store)).map(({ key }) => key)).toEqual(['a', 'd']);
  });

  test('and is forgotten for good at its time, also when it is one of those that had a message meanwhile', async () => {
    const anew = await idle(COUNT.replace('on: in/+x', 'on: in/+x, ttl: 1m'));
    const { engine, say, pass, heard } = anew;
    say('in/a');
    await pass(30_000);
    say('in/b');
    await pass(30_000);
    expect([...engine.rules()].map(({ cells }) => cells)).toEqual([1]);
    say('in/a'); // It is the millisecond in which it was dropped.
    await turn();
    expect(heard().slice(4)).toEqual(['out/a 2', 'out/b 2', 'out/a 1']);
    expect([...engine.rules()].map(({ cells }) => cells)).toEqual([2]);
  });

  test('and counts once when somebody has looked before a tick of a while ago that takes it up', async () => {
    const rules = `- { id: t, on: [{ every: 30s }], ttl: 30s, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out, payload: "\${n}", qos: 1 } }\n- ${COUNT}`;
    const { store, first } = await ended(rules);
    await first.pass(30_000);
    await first.engine.stop(0);
    const { engine, clock, pass, heard, log } = await begin(rules, store, first.broker, 1_031_000, 0);
    const counts = (): number[] => Array.from(engine.rules(), ({ cells }) => cells);
    await allThere(log);
    await pass(1000);
    expect([engine.dormant('t'), counts()]).toEqual([1, [1, 4]]);
    await pass(17_999);
    clock.late = 5;
    expect(counts()).toEqual([0, 4]);
    clock.late = 0;
    await pass(1);
    expect([heard().slice(4), counts()]).toEqual([
      ['out 1', 'out 2'],
      [1, 4],
    ]);
  });

  test.each([0, 1000])(
    'and what is forgotten stays so when the engine begins anew, with %d keys looked at before',
    async (atOnce) => {
      const rules = COUNT.replace('on: in/+x', 'on: in/+x, ttl: 20s');
      const { store, broker, engine, say, pass } = await idle(rules);
      await pass(15_000);
      for (const key of ['b', 'c', 'd']) say(`in/${key}`);
      await pass(10_000);
      say('in/b');
      await turn();
      await engine.stop(0);
      expect((await cellsIn(store)).map(({ key }) => key)).toEqual(KEYS);
      const next = await begin(rules, store, broker, 1_030_000, atOnce);
      for (const key of ['a', 'c']) next.say(`in/${key}`);
      await turn();
      expect(next.heard().slice(-2)).toEqual(['out/a 1', 'out/c 3']);
      await allThere(next.log);
      await next.pass(1000);
      expect(Array.from(next.engine.rules(), ({ cells }) => cells)).toEqual([4]);
    },
  );

  test('and what the rule itself remembers is not shown as one', async () => {
    const rules =
      '{ id: w, on: in/+x, window: { tumbling: 1s, time: payload, watermark: rule }, aggregate: { n: count() }, log: x }';
    const { first, anew } = await ended(rules, '999000');
    await first.pass(60_000);
    await first.engine.stop(0);
    const { engine, log } = await anew(1_070_000);
    await allThere(log);
    expect(engine.dormant('w')).toBe(4);
    expect((await engine.dormantCells(null, null, 9)).map(({ key }) => key)).toEqual(KEYS);
  });

  test('and when what is forgotten cannot be swept out, it is the next time, and messages go on', async () => {
    const { store, engine, say, pass, heard } = await idle(COUNT.replace('on: in/+x', 'on: in/+x, ttl: 5s'));
    await pass(10_000);
    store.fault = new StoreFault('too many open files');
    await pass(60_000);
    store.fault = null;
    say('in/a');
    await pass(100);
    expect([engine.stateFault, heard().slice(4)]).toEqual([null, ['out/a 1']]);
    await pass(60_000);
    while ((await cellsIn(store)).length > 0) await turn();
  });

  test.each([0, 1000])(
    'and is not forgotten before the tick that was missed, with %d keys looked at before',
    async (atOnce) => {
      const rules = `- { id: t, on: [{ every: 30s }], ttl: 30s, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out, payload: "\${n}", qos: 1 } }\n- ${COUNT}`;
      const { store, first } = await ended(rules);
      await first.pass(30_000);
      await first.engine.stop(0);
      const { pass, heard, log } = await begin(rules, store, first.broker, 1_100_000, atOnce);
      await allThere(log);
      await pass(1000);
      expect(heard().slice(4)).toEqual(['out 1', 'out 2']);
    },
  );

  test('also where more than the topic says which key it is', async () => {
    const anew = await idle(COUNT.replace('on: in/+x', 'on: in/#, by: topic').replaceAll('${x}', '${key}'));
    anew.say('in/c');
    await turn();
    expect([anew.heard().at(-1), awake(anew)]).toEqual(['out/in%2Fc 2', ['in%2Fc']]);
  });

  test('which, if it cannot be read then, stops the intake', async () => {
    const { store, engine, say, pass, heard, transport } = await idle();
    store.fault = new StoreFault('the state in x is damaged');
    say('in/d');
    await turn();
    store.fault = null;
    await pass(5000);
    expect([heard().slice(4), transport.unacknowledged]).toEqual([[], 1]);
    expect(engine.stateFault).toBe('the state in x is damaged');
  });
});

describe('somebody else takes the state over', () => {
  test('and nothing more is written, done or acknowledged here', async () => {
    const store = new MemoryStateStore();
    const { say, pass, heard, transport, engine } = await begin(COUNT, store);
    say('in/a');
    await turn();
    await store.acquire(0);
    say('in/a');
    await turn();
    await pass(10_000);
    expect([heard(), transport.unacknowledged]).toEqual([['out/a 1'], 1]);
    expect(engine.stateFault).toMatch(/in use by another engine now/);
  });
});

test('a key that is waited for from the start goes on waiting, and not anew, when the engine does', async () => {
  const rules =
    '{ id: quiet, on: in/+x, absent: { after: 10m, keys: [a, b] }, publish: { topic: "out/${key}", qos: 1 } }';
  const store = new MemoryStateStore();
  const first = await begin(rules, store);
  await first.pass(300_000);
  first.say('in/b');
  await first.pass(200_000);
  await first.engine.stop(0);
  const { heard, pass } = await begin(rules, store, first.broker, 1_500_000);
  await pass(1000);
  await pass(98_900);
  expect(heard()).toEqual([]);
  await pass(200);
  expect(heard()).toEqual(['out/a ']);
  await pass(300_000);
  expect(heard()).toEqual(['out/a ', 'out/b ']);
});

describe('a start', () => {
  test('in which what was remembered cannot be read leaves it as it is', async () => {
    const rules =
      '{ id: quiet, on: in/+x, absent: { after: 10m, keys: [a, b] }, publish: { topic: "out/${key}", qos: 1 } }';
    const store = new MemoryStateStore();
    const first = await begin(rules, store);
    first.say('in/a');
    await first.pass(1000);
    await first.engine.stop(0);
    const before = await cellsIn(store);
    store.fault = new StoreFault('too many open files');
    await expect(begin(rules, store, first.broker, 2_000_000)).rejects.toThrow('too many open files');
    store.fault = null;
    expect(await cellsIn(store)).toEqual(before);
  });

  test('after another that ended before time went on has the tick that was missed', async () => {
    const rules =
      '- { id: hourly, on: [{ every: 1h }], publish: { topic: out, payload: tick, qos: 1 } }\n- { id: n, on: in, memory: { n: 0 }, set: { n: n + 1 } }';
    const hour = 3_600_000;
    const store = new MemoryStateStore();
    const first = await begin(rules, store, undefined, 100.5 * hour);
    first.say('in');
    await first.pass(100);
    await first.end();
    const second = await begin(rules, store, first.broker, 101.1 * hour);
    second.say('in');
    await turn();
    await second.end();
    const { heard, pass } = await begin(rules, store, first.broker, 101.2 * hour);
    for (let i = 0; i < 4; i++) await pass(500);
    expect(heard()).toEqual(['out tick']);
  });

  test('without the rule that looked something up forgets what that was', async () => {
    const looks =
      '{ id: a, on: in, with: { other: door }, publish: { topic: out, payload: "${other ?? \'none\'}", qos: 1 } }';
    const store = new MemoryStateStore();
    const first = await begin(looks, store);
    first.say('door', 'open');
    first.say('in');
    await first.pass(100);
    await first.engine.stop(0);
    const second = await begin(COUNT, store, first.broker, 2_000_000);
    second.say('in/a');
    await second.pass(100);
    await second.engine.stop(0);
    expect((await store.acquire(0)).lookups).toEqual([]);
    const { say, heard } = await begin(looks, store, first.broker, 3_000_000);
    say('in');
    await turn();
    expect(heard().at(-1)).toBe('out none');
  });
});
