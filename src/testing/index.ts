export * from './play.ts';
export { failureLines, failureTitle, type FailureLine } from './failure-lines.ts';
export type { Failure } from './failure.ts';
export type { Finding } from './finding.ts';
export { runTests, type TestOutcome } from './run-tests.ts';
export { runScenario, type ScenarioOptions, type ScenarioResult } from './scenario.ts';
