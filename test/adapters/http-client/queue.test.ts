import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestQueue } from '../../../src/adapters/http-client/queue.ts';
import type { Verdict } from '../../../src/adapters/http-client/verdict.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { runs } from '../../property-runs.ts';
import { request } from './requesting.ts';

const LIMITS = { inFlight: 3, perServer: 2, queue: 6, queueBytes: 1_000_000 };

type Step =
  | { readonly type: 'send'; readonly key: string; readonly server: string }
  | { readonly type: 'answer'; readonly which: number; readonly verdict: Verdict }
  | { readonly type: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('send'),
      key: fc.constantFrom('a', 'b'),
      server: fc.constantFrom('x', 'y', 'z'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('answer'),
      which: fc.nat(2),
      verdict: fc.constantFrom<Verdict>(
        { type: 'ok' },
        { type: 'error', reason: 'no' },
        { type: 'again', reason: 'later', waitMs: 100 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat(150) }) },
);

/** Until what is due in this turn has been done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('whatever comes: the limits hold, the order of a lane too, and each request comes to one end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new ManualClock();
      const sending: { readonly id: string; readonly lane: string; answer(verdict: Verdict): void }[] = [];
      const sent: string[] = [];
      const ended: string[] = [];
      const accepted: string[] = [];
      const queue = new RequestQueue(clock, LIMITS, (effect, attempt) => {
        const lane = `${effect.key} ${effect.url}`;
        const id = effect.body ?? '';
        expect(sending.map((other) => other.lane)).not.toContain(lane);
        expect(attempt).toBeLessThanOrEqual(3);
        if (attempt === 1) sent.push(id);
        return new Promise((answer) => sending.push({ id, lane, answer }));
      });
      const run = (one: Step): void => {
        switch (one.type) {
          case 'send': {
            const id = `${one.key}${one.server}${accepted.length + ended.length}`;
            const before = queue.size;
            const effect = request(`http://${one.server}`, { key: one.key, body: id, retries: 2 });
            queue.send(effect, ({ body }, { type }) => void ended.push(`${body} ${type}`));
            if (queue.size > before) accepted.push(id);
            else expect(queue.size - sending.length).toBeGreaterThanOrEqual(LIMITS.queue);
            break;
          }
          case 'answer':
            sending.splice(one.which, 1)[0]?.answer(one.verdict);
            break;
          case 'wait':
            clock.advance(clock.now() + one.ms);
        }
      };
      for (const one of steps) {
        run(one);
        await turn();
        expect(sending.length).toBeLessThanOrEqual(LIMITS.inFlight);
        for (const server of ['x', 'y', 'z']) {
          expect(sending.filter(({ lane }) => lane.includes(`//${server}`)).length).toBeLessThanOrEqual(
            LIMITS.perServer,
          );
        }
      }
      while (queue.size > 0) {
        run({ type: 'wait', ms: 100 });
        run({ type: 'answer', which: 0, verdict: { type: 'ok' } });
        await turn();
      }
      expect(sent.toSorted()).toEqual(accepted.toSorted());
      expect(ended.filter((line) => !line.endsWith('dropped'))).toHaveLength(accepted.length);
      for (const lane of new Set(accepted.map((id) => id.slice(0, 2)))) {
        const ofLane = (id: string): boolean => id.startsWith(lane);
        expect(sent.filter(ofLane)).toEqual(accepted.filter(ofLane));
      }
      expect(await queue.stop(0)).toBe(0);
    }),
    { numRuns: runs(200) },
  );
});
