import type { Reporter, TestCase, Vitest } from 'vitest/node';

/** Names the suites that were skipped because a program they talk to is not here. In CI that is a failure. */
export function skippedSuites(): Reporter {
  let filtered = false;
  return {
    onInit(vitest: Vitest) {
      // With `-t` everything else counts as skipped.
      filtered = vitest.config.testNamePattern !== undefined;
    },
    onTestRunEnd(modules) {
      const names = new Set(modules.flatMap((module) => [...module.children.allTests('skipped')].map(suiteOf)));
      if (filtered || names.size === 0) return;
      console.log(['\n Skipped:', ...names].join('\n   '));
      if (process.env['CI'] === 'true') process.exitCode = 1;
    },
  };
}

function suiteOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.parent.type === 'suite' ? test.parent.fullName : test.fullName}`;
}
