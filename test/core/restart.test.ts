import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import type { Machine } from '../../src/core/machine.ts';
import type { Program } from '../../src/core/program.ts';
import type { SavedCell, SavedLookup, SavedState } from '../../src/core/saved-state.ts';
import { Player, PLAY_SETTINGS, programOf, type PlayedMessage } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

/** What a store would hold: all changes so far, as JSON. */
class Kept {
  readonly #cells = new Map<string, string>();
  readonly #lookups = new Map<string, string>();
  #now = 0;
  nextOrder = 0;

  take(machine: Machine): void {
    this.#now = machine.now;
    const changes = machine.remembered.takeChanges();
    if (changes === null) return;
    this.nextOrder = changes.nextOrder;
    for (const { rule, key } of changes.droppedCells) this.#cells.delete(`${rule} ${key}`);
    for (const cell of changes.cells) this.#cells.set(`${cell.rule} ${cell.key}`, JSON.stringify(cell));
    for (const { lookup, bound, open } of changes.droppedLookups) this.#lookups.delete(`${lookup} ${bound} ${open}`);
    for (const one of changes.lookups) this.#lookups.set(`${one.lookup} ${one.bound} ${one.open}`, JSON.stringify(one));
  }

  read(rule: string, key: string): SavedCell | undefined {
    const text = this.#cells.get(`${rule} ${key}`);
    return text === undefined ? undefined : (JSON.parse(text) as SavedCell); // Written above.
  }

  get state(): SavedState {
    return {
      now: this.#now,
      cells: Array.from(this.#cells.values(), (text) => JSON.parse(text) as SavedCell), // Written above.
      lookups: Array.from(this.#lookups.values(), (text) => JSON.parse(text) as SavedLookup),
    };
  }
}

/** Take up all that was kept. */
function takeUp({ machine }: Player, kept: Kept): void {
  expect(machine.restore(kept.state)).toEqual({ cells: [], lookups: [] });
}

/** The same, but what is idle stays where it is kept. */
function leaveIdle({ machine }: Player, kept: Kept): void {
  const { cells, ...others } = kept.state;
  const { remembered } = machine;
  const impatient = new Set(remembered.impatient);
  const first = cells.filter(({ rule }) => impatient.has(rule));
  const rest = cells.filter(({ rule }) => !impatient.has(rule));
  const later = { nextOrder: kept.nextOrder, read: (rule: string, key: string) => kept.read(rule, key) };
  expect(machine.restore({ ...others, cells: first }, true, later)).toEqual({ cells: [], lookups: [] });
  expect(remembered.adopt(rest)).toEqual([]);
  remembered.complete();
  kept.take(machine); // What was forgotten while it was dormant is gone.
  const left = kept.state.cells;
  for (const running of machine.running) {
    const count = left.filter(({ rule }) => rule === running.rule.id).length;
    expect(running.cells.size + remembered.dormantOf(running, machine.now) + (running.ownCell === null ? 0 : 1)).toBe(
      count,
    );
  }
}

/** What the rules do, when the engine ends and begins anew after some of the messages. */
function run(
  program: Program,
  messages: readonly PlayedMessage[],
  until: number,
  ends: ReadonlySet<number>,
  begin = takeUp,
): Effect[] {
  const start = messages[0]?.at ?? 0;
  let player = new Player(program, { start });
  player.machine.remembered.track();
  const kept = new Kept();
  const effects = messages.flatMap((message, i) => {
    const done = player.send(message);
    kept.take(player.machine);
    if (ends.has(i)) {
      player = new Player(program, { start: player.machine.now });
      player.machine.remembered.track();
      begin(player, kept);
      player.machine.goOn(player.machine.now - 1); // No time has passed, and more messages of this millisecond may come.
    }
    return done;
  });
  return [...effects, ...player.advance(until)];
}

const FOLDER = join(import.meta.dirname, '../automations');
const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));

interface Automation {
  readonly timezone: string;
  readonly until: string;
  readonly input: readonly {
    readonly at: string;
    readonly topic: string;
    readonly payload: unknown;
    retain?: boolean;
  }[];
}

describe('an engine that ends after any message and begins anew acts as one that never ended', () => {
  test.each(names)('%s', (name) => {
    const told = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Automation; // As its interface says.
    const text = readFileSync(join(FOLDER, `${name}.yaml`), 'utf8');
    const program = programOf(text, { ...PLAY_SETTINGS, zone: zone(told.timezone) });
    const messages = told.input.map(({ at, retain = false, ...rest }) => ({
      ...rest,
      at: Date.parse(at),
      retained: retain,
    }));
    const until = Date.parse(told.until);
    const expected = run(program, messages, until, new Set());
    expect(expected.length).toBeGreaterThan(0);
    for (const i of messages.keys())
      expect(run(program, messages, until, new Set([i])), `after message ${i}`).toEqual(expected);
    expect(run(program, messages, until, new Set(messages.keys())), 'after every message').toEqual(expected);
    const left = run(program, messages, until, new Set(messages.keys()), leaveIdle);
    expect(left, 'where what is idle stays in the store').toEqual(expected);
  });

  test('with rules of every kind', () => {
    const program = programOf(RULES);
    fc.assert(
      fc.property(messages, fc.array(fc.nat(30), { maxLength: 4 }), (messages, ends) => {
        const until = (messages.at(-1)?.at ?? 0) + 60_000;
        const expected = run(program, messages, until, new Set());
        expect(run(program, messages, until, new Set(ends))).toEqual(expected);
        expect(run(program, messages, until, new Set(ends), leaveIdle)).toEqual(expected);
      }),
      { numRuns: runs(300) },
    );
  });
});

/** Messages, up to some seconds apart, on two keys. */
const messages: fc.Arbitrary<PlayedMessage[]> = fc
  .array(
    fc.record({
      wait: fc.nat(30),
      k: fc.constantFrom('1', '2'),
      payload: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom<unknown>(null, 'ON', { a: 1 })),
      retained: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ wait, k, ...rest }) => ({ at: (at += wait * 100), topic: `t/${k}`, ...rest }));
  });

const RULES = `
- { id: holds, on: t/+k, if: payload > 1, for: 1700ms, until: { for: 900ms }, repeat: 2300ms, log: "\${held}", end: { log: "\${held}" } }
- { id: rises, on: t/+k, if: payload > 1, fire: rise, times: 2, log: rise }
- { id: silent, on: t/+k, absent: 2500ms, log: silent, end: { log: back } }
- { id: expires, on: t/+k, if: payload == 3, expire: 1900ms, log: on, end: { log: off } }
- { id: remembers, on: t/+k, memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }
- { id: changes, on: t/+k, if: changed(payload), log: "\${payload ?? 'none'} \${delta(payload) ?? 'none'}" }
- { id: throttles, on: t/+k, throttle: { max: 2, per: 3s }, log: "\${payload ?? 'null'}" }
- { id: settles, on: t/+k, debounce: 700ms, log: "\${payload ?? 'null'}" }
- { id: differs, on: t/+k, distinct: payload, log: "\${payload ?? 'null'}" }
- { id: looks, on: t/1, with: { other: t/2, all: t/+any }, log: "\${other ?? 'none'} \${length(keys(all))}" }
- { id: tumbles, on: t/+k, window: { tumbling: 2s }, aggregate: { n: count(), mean: avg(payload) }, log: "\${n} \${mean ?? 'none'}" }
- { id: hops, on: t/+k, window: { hopping: 3s, every: 1s }, aggregate: { top: max(payload) }, log: "\${top ?? 'none'}" }
- { id: slides, on: t/+k, window: { sliding: 2s }, aggregate: { n: count() }, if: n > 2, fire: rise, log: "\${n}", end: { log: "\${n}" } }
- { id: sessions, on: t/+k, window: { session: 1500ms }, aggregate: { n: count() }, log: "\${n}" }
- { id: counts, on: t/+k, window: { count: 3 }, aggregate: { list: collect(payload) }, log: "\${list}" }
- { id: does, on: t/+k, if: payload == 2, mode: queued, do: [{ log: a }, { wait: 1300ms }, { log: b }, { wait_for: { on: "t/+k", if: payload == 3, timeout: 2s } }, { log: "\${timed_out}" }] }
- { id: follows, sequence: [{ on: t/1, if: payload == 1 }, { on: t/2, if: payload == 2, within: 3s }, { not: t/1, within: 1s }], log: done }
- { id: alarms, on: t/+k, if: payload > 1, for: 1100ms, until: { for: 1300ms }, repeat: 2300ms, alert: { summary: "\${payload} \${severity ?? 'none'}", pending: true, topic: "alert/\${k}" }, log: "\${held}" }
- { id: every, on: [{ every: 1s }], memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }
- { id: forgets, on: t/+k, ttl: 1500ms, memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }
- { id: few, on: t/#, by: payload, ttl: 2500ms, max_keys: 2, memory: { n: 0 }, set: { n: n + 1 }, log: "\${n}" }
- { id: both, on: { a: t/1, b: t/2 }, if: a > b, log: "\${a} \${b}" }
`;

test('a mapping that is looked up stays in the order in which its topics first came, whichever came last', () => {
  const rule = 'id: r\non: go\nwith: { all: lux/+room }\nlog: "${join(keys(all), \',\')}"';
  const topics = ['lux/b', 'lux/a', 'lux/c', 'lux/b', 'go', 'lux/d', 'lux/a', 'go'];
  const messages = topics.map((topic, i) => ({ at: i * 1000, topic, payload: 1 }));
  for (const ends of [[], [3], [0, 1, 2, 3, 4, 5, 6]]) {
    const effects = run(programOf(rule), messages, 9000, new Set(ends));
    expect(effects.map((effect) => effect.type === 'log' && effect.message)).toEqual(['b,a,c', 'b,a,c,d']);
  }
});

describe('an engine that does not trust the time in which it was not there', () => {
  /** What rules say that run a while, end, and begin anew at `at`, in seconds. */
  function restarted(rules: string, before: readonly PlayedMessage[], at: number): Player {
    const player = new Player(rules, { start: 0 });
    player.machine.remembered.track();
    const kept = new Kept();
    for (const message of before) player.send(message);
    kept.take(player.machine);
    const next = new Player(rules, { start: at * 1000 });
    next.machine.restore(kept.state, false);
    next.machine.goOn(at * 1000);
    return next;
  }
  const messages = (effects: readonly Effect[]): unknown[] =>
    effects.map((effect) =>
      effect.type === 'log' ? effect.message : effect.type === 'alert' ? effect.alert.state : effect.type,
    );

  test('lets what was pending begin anew with the next true message', () => {
    const rule = 'id: r\non: s\nif: payload > 5\nfor: 30s\nlog: "held ${held}"\nend: { log: ended }';
    const next = restarted(rule, [{ at: 1000, topic: 's', payload: 6 }], 20);
    expect(messages(next.advance(60_000))).toEqual([]);
    next.send({ at: 61_000, topic: 's', payload: 7 });
    expect(messages(next.advance(91_000))).toEqual(['held 30000']);
    const active = restarted(
      rule,
      [
        { at: 1000, topic: 's', payload: 6 },
        { at: 40_000, topic: 's', payload: 6 },
      ],
      50,
    );
    expect(messages(active.send({ at: 51_000, topic: 's', payload: 1 }))).toEqual(['ended']);
  });

  test('counts silence from when it is there again', () => {
    const next = restarted('id: r\non: s\nabsent: 30s\nlog: silent', [{ at: 1000, topic: 's', payload: 6 }], 100);
    expect(messages(next.advance(129_999))).toEqual([]);
    expect(messages(next.advance(130_000))).toEqual(['silent']);
  });

  test.each([
    'id: r\non: s\nif: payload > 5\nfor: 30s\nalert: { severity: bad, pending: true }',
    'id: r\non: s\nalert: { levels: { bad: { if: payload > 5, for: 30s } }, pending: true }',
  ])('says that a pending alert which it has told of is no more: %s', (rule) => {
    const next = restarted(rule, [{ at: 1000, topic: 's', payload: 6 }], 20);
    expect(messages(next.advance(60_000))).toEqual(['publish', 'resolved']);
    expect(messages(next.send({ at: 61_000, topic: 's', payload: 6 }))).toEqual(['publish', 'pending']);
    expect(messages(next.advance(91_000))).toEqual(['publish', 'firing']);
  });
});
