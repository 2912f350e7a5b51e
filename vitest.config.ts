import { defineConfig } from 'vitest/config';
import { runs } from './test/property-runs.ts';
import { skippedSuites } from './test/skipped-suites.ts';

// Properties search for a while, longer when asked to, and other work may share the machine.
const unitTimeoutMs = 60_000 * Math.max(1, runs(1));

/** What takes too long for every day: `npm run test:soak`. */
const soak = {
  test: {
    name: 'soak',
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    sequence: { groupOrder: 2 },
  },
};

/** `e2e` is what starts programs: the built command, brokers, Prometheus, Python, a browser. All else is `unit`. */
export default defineConfig({
  test: {
    reporters: [skippedSuites(), 'default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/soak/**'],
          setupFiles: ['test/fixed-seed.ts'],
          testTimeout: unitTimeoutMs,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // One at a time and after the others: these wait on the clock of real programs.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      ...(process.env['SOAK'] === undefined ? [] : [soak]),
    ],
  },
});
