import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effect } from '../../../src/core/effect.ts';
import { MACHINE_LIMITS } from '../../../src/core/limits.ts';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { shortSteps, steps, type Step } from './do-steps.ts';
import { Interpreter, type Message, type Rule } from './do-interpreter.ts';

const END = 1_000_000;

const rules: fc.Arbitrary<Rule> = fc.record({
  mode: fc.constantFrom('single', 'restart', 'queued', 'parallel'),
  max: fc.integer({ min: 1, max: 3 }),
  whenTrue: steps,
  whenFalse: fc.option(steps, { nil: null, freq: 2 }),
  onError: fc.option(shortSteps, { nil: null }),
});

const messages: fc.Arbitrary<readonly Message[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 1, 1, 2, 3, 5),
      fc.constantFrom('t/a', 't/a', 't/b', 'u/a', 'u/b', 'v'),
      fc.integer({ min: -2, max: 3 }),
    ),
    { maxLength: 25 },
  )
  .map((list) => {
    let at = 0;
    return list.map(([wait, topic, payload]) => ({ at: (at += wait * 1000), topic, payload }));
  });

/** The rule as it is written: JSON is YAML. */
function written({ mode, max, whenTrue, whenFalse, onError }: Rule): string {
  const has = (list: readonly Step[] | null): list is readonly Step[] => list !== null && list.length > 0;
  return JSON.stringify({
    id: 'r',
    on: 't/+k',
    memory: { n: 0 },
    if: 'payload > 0',
    mode,
    ...(mode === 'queued' || mode === 'parallel' ? { max } : {}),
    log: 'start ${payload}',
    ...(has(whenTrue) ? { do: whenTrue } : {}),
    ...(has(whenFalse) ? { else: { do: whenFalse } } : {}),
    on_error: { log: 'failed', ...(has(onError) ? { do: onError } : {}) },
  });
}

type Effects = readonly [at: number, key: string, text: string][];

/** What the rule says, and when; between any two messages something may be done to it. */
function played(rule: Rule, sent: readonly Message[], between: (player: Player, i: number) => void): Effects {
  const text = hasScript(rule) ? written(rule) : written(rule).replace(/"mode":"[a-z]+",("max":\d,)?/, '');
  const player = new Player(text, { limits: { ...MACHINE_LIMITS, steps: 1e9 } });
  const effects: Effect[] = [];
  for (const [i, message] of sent.entries()) {
    effects.push(...player.send(message));
    between(player, i);
  }
  effects.push(...player.advance(END));
  return effects.map((effect) => [effect.at, effect.key, effect.type === 'log' ? effect.message : '?']);
}

function hasScript({ whenTrue, whenFalse, onError }: Rule): boolean {
  return [whenTrue, whenFalse, onError].some((list) => list !== null && list.length > 0);
}

test('scripts do what their steps say, one after the other, in every mode', () => {
  fc.assert(
    fc.property(rules, messages, (rule, sent) => {
      expect(played(rule, sent, () => {})).toEqual(new Interpreter(rule).run(sent, END));
    }),
    { numRuns: runs(500) },
  );
});

test('scripts go on as if nothing had happened when they are saved, read back, reloaded and looked at in between', () => {
  fc.assert(
    fc.property(rules, messages, fc.array(fc.constantFrom('save', 'reload', 'look', 'nothing')), (rule, sent, what) => {
      const text = written(rule);
      const disturbed = played(rule, sent, (player, i) => {
        if (what[i] === 'save') {
          for (const { cells } of player.machine.running)
            for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
        }
        if (what[i] === 'reload' && hasScript(rule)) player.reload(`${text}\n`);
        const [at, next] = [sent[i]?.at ?? 0, sent[i + 1]?.at ?? 0];
        if (what[i] === 'look') for (let time = at; time < next; time += 250) player.machine.advance(time);
      });
      expect(disturbed).toEqual(played(rule, sent, () => {}));
    }),
    { numRuns: runs(200) },
  );
});
