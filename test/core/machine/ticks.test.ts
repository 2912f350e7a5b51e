import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/calendar.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import { sun } from '../../../src/core/schedules/sun.ts';
import { Player, PLAY_SETTINGS } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { Stage } from './acting.ts';

const START = Date.parse('2026-11-20T10:00:00Z');

/** Rules from ten o'clock on. */
function stage(rules: string, start = START): Stage {
  return new Stage(rules, { start });
}

/** What a player's rules log up to a time, with the time of it: `10:00:30 text`. */
function logged(player: Player, to: number): string[] {
  return player.advance(to).map((effect) => {
    const text = effect.type === 'log' ? effect.message : effect.type;
    return `${new Date(effect.at).toISOString().slice(11, 19)} ${text}`;
  });
}

describe('a tick', () => {
  test('is a message without topic, payload and key', () => {
    const { player } = stage(`
      on: { every: 30s }
      id: r
      if: payload == null and topic == null and previous == null and not retained and qos == 0
      log: "\${key} \${now - ${START}}"`);
    expect(logged(player, START + MINUTE)).toEqual(['10:00:30 - 30000', '10:01:00 - 60000']);
  });

  test('comes after the start, not at it', () => {
    const { player } = stage('{ id: r, on: { schedule: "0 * * * *" }, log: x }');
    expect(logged(player, START)).toEqual([]);
    expect(logged(player, START + HOUR - 1)).toEqual([]);
    expect(logged(player, START + HOUR)).toEqual(['11:00:00 x']);
  });

  test('comes before the messages of its millisecond, and before all else that timers do', () => {
    const one = stage(`
      - { id: held, on: a, if: payload == 1, for: 30s, log: held }
      - { id: message, on: a, log: message }
      - { id: tick, on: { every: 30s }, log: tick }`);
    expect(one.send('a', 1, { at: START })).toEqual(['info: message']);
    expect(one.send('a', 1, { at: START + 30 * SECOND })).toEqual(['info: tick', 'info: message']);
    expect(logged(one.player, START + 30 * SECOND)).toEqual(['10:00:30 held']);
  });

  test('is seen by rules in their order', () => {
    const { player } = stage(`
      - { id: one, on: { every: 1m }, log: one }
      - { id: two, on: { schedule: "* * * * *" }, log: two }
      - { id: three, on: { every: 30s }, log: three }`);
    expect(logged(player, START + MINUTE)).toEqual([
      '10:00:30 three',
      '10:01:00 one',
      '10:01:00 two',
      '10:01:00 three',
    ]);
  });

  test('of several sources at once is one', () => {
    const one = stage('{ id: r, on: [{ every: 30s }, { every: 1m }, { schedule: "* * * * *" }], log: x }');
    expect(logged(one.player, START + MINUTE)).toEqual(['10:00:30 x', '10:01:00 x']);
    expect(one.tally().evaluations.true).toBe(2);
  });

  test('does not exist where `where` is not true', () => {
    const one = stage('{ id: r, on: { every: 30s }, with: { on: house/on }, where: on == 1, log: x }');
    expect(logged(one.player, START + 30 * SECOND)).toEqual([]);
    one.send('house/on', 1);
    expect(logged(one.player, START + MINUTE)).toEqual(['10:01:00 x']);
    expect(one.tally().evaluations).toEqual({ true: 1, false: 0, unknown: 0 });
  });
});

describe('the sources of ticks', () => {
  test('are those of the calendar, whenever the engine started', () => {
    const { player } = stage('{ id: r, on: { every: 1h }, log: x }', START + 7_777);
    expect(logged(player, START + 2 * HOUR)).toEqual(['11:00:00 x', '12:00:00 x']);
  });

  test('go by the zone of the configuration, on the days on which clocks change too', () => {
    const player = new Player(
      '{ id: r, on: { schedule: "30 2 * * *" }, log: "${format_date(now, \'%d. %H:%M %z\')}" }',
      {
        settings: { ...PLAY_SETTINGS, zone: zone('Europe/Berlin') },
        start: Date.parse('2026-03-28T12:00:00Z'),
      },
    );
    expect(logged(player, Date.parse('2026-03-30T12:00:00Z'))).toEqual([
      '01:00:00 29. 03:00 +0200',
      '00:30:00 30. 02:30 +0200',
    ]);
  });

  test('the sun', () => {
    const settings = { ...PLAY_SETTINGS, location: { latitude: 48.86, longitude: 2.29 } };
    const player = new Player('{ id: r, on: { sun: sunset, offset: -30m }, log: x }', { settings, start: START });
    const ticks = player.advance(START + 2 * DAY).map(({ at }) => at);
    const schedule = sun('sunset', -30 * MINUTE, settings.location);
    expect(ticks).toEqual([schedule.next(START), schedule.next(START + DAY)]);
  });

  test('stand beside topics, whose messages keep their keys', () => {
    const one = stage('{ id: r, on: [{ every: 30s }, home/+room/button], log: "${key} ${previous ?? 0}" }');
    expect(one.send('home/hall/button', 7)).toEqual(['info: hall 0']);
    expect(logged(one.player, START + 30 * SECOND)).toEqual(['10:00:30 - 0']);
    expect(one.send('home/hall/button', 8)).toEqual(['info: hall 7']);
    expect(one.keys()).toEqual(['hall', '-']);
  });
});

describe('at a tick', () => {
  test('a lookup is a mapping of all that its wildcards stand for, retained messages included', () => {
    const one = stage(
      '{ id: r, on: { every: 1m }, with: { rooms: home/+room/t }, log: "${avg(values(rooms))} ${keys(rooms)}" }',
    );
    one.send('home/kitchen/t', 20, { retained: true });
    one.send('home/hall/t', 22);
    expect(logged(one.player, START + MINUTE)).toEqual(['10:01:00 21 ["kitchen","hall"]']);
  });

  test('a rule goes through what it finds, with a key for each', () => {
    const one = stage(`
      id: r
      on: { every: 1m }
      with: { rooms: home/+room/t }
      foreach: entries(rooms)
      by: payload.key
      if: changed(payload.value)
      log: "\${key} \${payload.value}"`);
    one.send('home/kitchen/t', 20);
    one.send('home/hall/t', 22);
    expect(logged(one.player, START + MINUTE)).toEqual([]);
    one.send('home/hall/t', 23);
    expect(logged(one.player, START + 2 * MINUTE)).toEqual(['10:02:00 hall 23']);
    expect(one.keys()).toEqual(['kitchen', 'hall']);
  });

  test('a level moves as with messages, and remembers what ticks said', () => {
    const one = stage(`
      id: r
      on: { every: 1m }
      with: { t: home/t }
      if: t > 30
      for: 150s
      repeat: 2m
      log: "on \${held}"
      end: { log: "off \${topic ?? 'no topic'}" }`);
    one.send('home/t', 31);
    expect(logged(one.player, START + 6 * MINUTE)).toEqual(['10:03:30 on 150000', '10:05:30 on 270000']);
    one.send('home/t', 29);
    expect(logged(one.player, START + 7 * MINUTE)).toEqual(['10:07:00 off no topic']);
  });

  test('what goes wrong is counted and told', () => {
    const one = stage('{ id: r, on: { every: 1m }, with: { t: home/t }, log: "${t}" }');
    one.player.advance(START + MINUTE);
    expect(one.tally().errors.unknown_value).toBe(1);
    expect(one.player.notes).toMatchObject([{ rule: 'r', key: '-', topic: '', reason: 'unknown_value' }]);
  });

  test('a rule that was put aside is left alone until it is let run again', () => {
    const rules = '{ id: r, on: { every: 20s }, with: { list: a }, if: "some(list, item > 1)", else: { log: x } }';
    const one = new Stage(rules, { start: START, limits: { ...MACHINE_LIMITS, steps: 10, breaches: 2 } });
    one.send('a', Array(100).fill(0));
    expect(logged(one.player, START + 2 * MINUTE)).toEqual([]);
    expect(one.tally().errors.budget).toBe(2);
    one.send('a', [0]);
    one.player.reload(`${rules} # again`);
    expect(logged(one.player, START + 2.5 * MINUTE)).toEqual(['10:02:20 x']);
  });
});

describe('the start', () => {
  const rules = '[{ id: r, on: { start: true }, log: "${key} ${now}" }, { id: s, on: a, log: a }]';

  test('is one tick, before the first message', () => {
    const one = stage(rules);
    expect(one.send('a', '', { at: START })).toEqual([`info: - ${START}`, 'info: a']);
    expect(one.send('a', '', { at: START + DAY })).toEqual(['info: a']);
  });

  test('is not a reload', () => {
    const { player } = stage(rules);
    player.advance(START);
    expect(player.reload(`${rules.slice(0, -1)}, { id: t, on: { start: true }, log: t }]`)).toEqual([]);
    expect(player.advance(START + DAY)).toEqual([]);
  });
});

describe('a reload', () => {
  const every = (length: string, log = 'x'): string => `{ id: r, on: { every: ${length} }, log: ${log} }`;

  test('leaves a schedule as it is, whatever else changes about its rule', () => {
    const { player } = stage(every('1m'));
    expect(logged(player, START + 90 * SECOND)).toEqual(['10:01:00 x']);
    player.reload(every('1m', 'y'));
    expect(logged(player, START + 2 * MINUTE)).toEqual(['10:02:00 y']);
  });

  test('lets another one begin from then on', () => {
    const { player } = stage(every('1h'));
    player.advance(START + 90 * SECOND);
    player.reload(every('1m'));
    expect(logged(player, START + 2 * MINUTE)).toEqual(['10:02:00 x']);
    player.reload(every('1m', 'y')); // This millisecond has been.
    expect(logged(player, START + 3 * MINUTE)).toEqual(['10:03:00 y']);
  });

  test('takes one away', () => {
    const { player } = stage(every('1m'));
    player.advance(START + 30 * SECOND);
    player.reload('{ id: r, on: a, log: x }');
    expect(player.machine.wakeAt).toBeGreaterThan(START + DAY);
  });
});

describe('while nobody was there', () => {
  test('a rule misses ticks and gets one for them, now; one that has missed none gets none', () => {
    const { player } = stage(`
      - { id: one, on: { every: 1m }, log: "one \${now - ${START}}" }
      - { id: two, on: { schedule: "0 23 * * *" }, log: two }`);
    const now = START + HOUR + 5 * SECOND;
    player.machine.miss(now);
    expect(logged(player, now)).toEqual([`11:00:05 one ${now - START}`]);
    expect(logged(player, START + HOUR + MINUTE)).toEqual([`11:01:00 one ${HOUR + MINUTE}`]);
  });
});

describe('as a law', () => {
  const lengths = [2, 3, 5, 7].map((count) => ({ text: `${count}ms`, ms: count }));
  const source = fc.constantFrom(...lengths);
  const messages = fc.array(fc.nat(60), { maxLength: 10 }).map((times) => times.toSorted((a, b) => a - b));

  test('ticks and messages act in the order of time, whenever time is let pass in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(source, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
        messages,
        fc.uniqueArray(fc.nat(60), { maxLength: 5 }),
        (rules, messages, passes) => {
          const text = rules.map(
            (sources, i) =>
              `{ id: r${i}, on: [${sources.map(({ text }) => `{ every: ${text} }`).join(', ')}, a], log: "${i} \${payload ?? 't'}" }`,
          );
          const player = new Player(`[${text.join(', ')}]`, { start: START });
          const found: string[] = [];
          const expected: string[] = [];
          for (let ms = 0; ms <= 60; ms++) {
            const at = START + ms;
            const due = ms === 0 ? [] : rules.map((sources) => sources.some((source) => at % source.ms === 0));
            for (const [i, isDue] of due.entries()) if (isDue) expected.push(`${at} ${i} t`);
            for (const time of messages) {
              if (time !== ms) continue;
              for (const i of rules.keys()) expected.push(`${at} ${i} m`);
              found.push(
                ...player
                  .send({ at, topic: 'a', payload: 'm' })
                  .map((effect) => `${effect.at} ${effect.type === 'log' ? effect.message : ''}`),
              );
            }
            if (!passes.includes(ms) && ms < 60) continue;
            found.push(
              ...player.advance(at).map((effect) => `${effect.at} ${effect.type === 'log' ? effect.message : ''}`),
            );
          }
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
