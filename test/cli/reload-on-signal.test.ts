import { expect, onTestFinished, test } from 'vitest';
import { reloadOnSignal } from '../../src/cli/reload-on-signal.ts';
import { MemoryLog } from '../../src/testing/memory-log.ts';

test('a reload that fails altogether is logged, and ends nothing', async () => {
  const log = new MemoryLog();
  const before = new Set(process.listeners('SIGHUP'));
  onTestFinished(() => {
    for (const added of process.listeners('SIGHUP')) if (!before.has(added)) process.off('SIGHUP', added);
  });
  reloadOnSignal(Promise.resolve({ reload: () => Promise.reject(new Error('disk gone')) }), log);
  process.emit('SIGHUP');
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.lines).toEqual(['error: reload failed: Error: disk gone']);
});
