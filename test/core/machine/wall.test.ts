import { expect, test } from 'vitest';
import { Stage } from './acting.ts';

test('the calendar goes with the wall clock, and lengths of time do not', () => {
  const stage = new Stage(`
    id: r
    on: a
    with: { b: b }
    memory: { n: { initial: 0, ttl: 1m } }
    throttle: 2s
    set: { n: n + 1 }
    log: "\${n} \${age(b)} \${now - 1795212000000} \${hour()} \${format_date(now)} \${time_between('10:00', '11:00')}"`);
  const start = Date.UTC(2026, 10, 20, 22);
  stage.send('b', 1, { at: start });
  expect(stage.send('a', '', { at: start + 1000 })).toEqual(['info: 1 1000 1000 22 2026-11-20T22:00:01Z false']);
  stage.player.machine.followWall(12 * 3_600_000);
  expect(stage.send('a', '', { at: start + 2999 })).toEqual([]);
  expect(stage.send('a', '', { at: start + 3000 })).toEqual(['info: 3 3000 43203000 10 2026-11-21T10:00:03Z true']);
  stage.player.machine.followWall(-1000);
  expect(stage.player.send({ topic: 'a', at: start + 5000 })).toMatchObject([{ at: start + 4000 }]);
});
