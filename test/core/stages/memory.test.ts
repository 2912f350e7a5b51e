import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { Stage } from '../machine/acting.ts';

describe('memory and set', () => {
  test('are what going through the whole history says', () => {
    const step = fc.record({
      wait: fc.nat(3),
      add: fc.option(fc.integer({ min: 1, max: 9 })),
      name: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const stage = new Stage(`
          id: r
          on: a
          memory: { sum: { initial: 0, ttl: 3s }, by: {}, count: 0 }
          set: { sum: sum + add, "by.\${name}": sum, count: count + 1 }
          log: "\${sum} \${by} \${count}"`);
        let at = 0;
        let sum = 0;
        let setAt = Number.NEGATIVE_INFINITY;
        const by = new Map<string, number>();
        for (const [i, { wait, add, name }] of steps.entries()) {
          at += wait * 1000;
          if (at - setAt >= 3000) sum = 0;
          if (add !== null) {
            sum += add;
            setAt = at;
          }
          by.set(name, sum);
          const shown = `info: ${sum} ${JSON.stringify(Object.fromEntries(by))} ${i + 1}`;
          expect(stage.send('a', { add, name }, { at })).toEqual([shown]);
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

describe('a value of the memory', () => {
  const kept = (set: string, payloads: readonly unknown[], more = ''): Stage => {
    const stage = new Stage(`{ id: r, on: a, memory: { m: 1 }, set: { m: "${set}" }, log: x ${more} }`);
    for (const payload of payloads) stage.send('a', payload);
    return stage;
  };
  const times = (count: number, payload: unknown): unknown[] => Array.from({ length: count }, () => payload);

  test('may not grow without end, by doubling, by depth or by length', () => {
    const doubled = kept('[m, m]', times(40, ''));
    const nested = kept('[m]', times(80, ''));
    const longer = kept('merge(m, [payload])', times(300, 'x'.repeat(1000)));
    expect(doubled.tally()).toMatchObject({ fired: 12, errors: { budget: 28 } });
    expect(nested.tally()).toMatchObject({ fired: 64, errors: { budget: 16 } });
    expect(longer.tally()).toMatchObject({ fired: 262, errors: { budget: 38 } });
    expect(doubled.player.notes[0]).toMatchObject({
      reason: 'budget',
      message: expect.stringMatching(/^a value of the memory/) as string,
    });
  });

  test('stays as it was when a new one is refused, and the rule is put aside for refusals without end', () => {
    const stage = kept('[m, m]', times(200, ''));
    expect(stage.player.machine.running[0]?.quarantined).toBe(true);
    expect(stage.tally().fired).toBe(12);
  });

  test('that is compared is small enough to be', () => {
    expect(kept('[m, m]', times(40, ''), ', distinct: m').tally().fired).toBe(12);
  });

  test('costs steps by its size, over all elements of a message', () => {
    const stage = new Stage(
      '{ id: r, on: a, foreach: payload, by: [], memory: { m: {} }, set: { "m.${payload}": 1 }, log: x }',
    );
    stage.send(
      'a',
      Array.from({ length: 5000 }, (_, i) => i),
    );
    expect(stage.tally().errors.budget).toBe(1);
  });
});

describe('let', () => {
  test('is worked out in order for each message, and not kept', () => {
    const stage = new Stage(
      '{ id: r, on: a, let: { x: v * 2, y: x + 1, z: "y ?? 0" }, log: "${x ?? \'?\'} ${y ?? \'?\'} ${z}" }',
    );
    expect(stage.sendAll('a', [{ v: 1 }, {}, { v: 3 }])).toEqual(['info: 2 3 3', 'info: ? ? 0', 'info: 6 7 7']);
  });
});
