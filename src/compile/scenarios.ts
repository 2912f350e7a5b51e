import { timeOf } from '../core/logic/time-of.ts';
import type { Zone } from '../core/logic/zone.ts';
import { zone } from '../core/logic/zone-intl.ts';
import type { Path } from '../spec/document.ts';
import { checkShape } from '../spec/shape.ts';
import type { Report } from './report.ts';
import type { Scenario } from './scenario.ts';
import { testShape } from './scenario-shapes.ts';
import { readSteps, type StepSettings } from './scenario-steps.ts';

/** What the tests of a file are read with. */
export type ScenarioSettings = Omit<StepSettings, 'start'>;

/** Midnight of 2000-01-01 in UTC, a Saturday. */
const START = 946_684_800_000;

/** Read the `tests` of a file. Whether the rules that they name exist is looked at where those are known. */
export function readScenarios(tests: unknown, path: Path, settings: ScenarioSettings, report: Report): Scenario[] {
  if (Array.isArray(tests))
    return tests.map((test, i) => readScenario(test, [...path, i], settings, report)).filter((one) => one !== null);
  report.error(path, 'wrong-type', '`tests` is a list of tests', 'Begin each test with "- name: …"');
  return [];
}

/** Null where its shape is wrong; with errors in the report the answer is not to be run. */
function readScenario(test: unknown, path: Path, settings: ScenarioSettings, report: Report): Scenario | null {
  const shaped = checkShape(report.document, path, test, testShape, { noun: 'a test', synonyms: SYNONYMS });
  const scriptPath = [...path, 'script'];
  if ('problems' in shaped) {
    report.problems.push(...shaped.problems);
    // The steps are looked through even so: all mistakes are shown at once.
    const script: unknown = typeof test === 'object' && test !== null && 'script' in test ? test.script : null;
    if (Array.isArray(script)) readSteps(script, scriptPath, { ...settings, start: null }, report);
    return null;
  }
  const { name, timezone = null, rules, script } = shaped.value;
  const ownZone = timezone === null ? settings.zone : zoneOf(timezone, [...path, 'timezone'], report);
  const start =
    shaped.value.start === undefined ? START : startOf(shaped.value.start, ownZone, [...path, 'start'], report);
  return {
    name,
    start: start ?? START,
    timezone,
    rules: rules === undefined ? null : rules.map((id, i) => ({ id, ...placeOf([...path, 'rules', i], report) })),
    script: readSteps(script, scriptPath, { ...settings, zone: ownZone, start }, report),
    ...placeOf(path, report),
  };
}

function placeOf(path: Path, report: Report): { readonly line: number; readonly column: number } {
  const { line, column } = report.document.positionOf(path);
  return { line, column };
}

/** Words of other test runners, and what they are called here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  test: 'name',
  title: 'name',
  steps: 'script',
  at: 'start',
  now: 'start',
  zone: 'timezone',
  rule: 'rules',
};

/** UTC for a name that is none, which is reported. */
function zoneOf(name: string, path: Path, report: Report): Zone {
  try {
    return zone(name);
  } catch {
    report.error(path, 'invalid-value', `there is no time zone "${name}"`, 'Write one such as Europe/Berlin or UTC');
    return zone('UTC');
  }
}

function startOf(text: string, local: Zone, path: Path, report: Report): number | null {
  const at = timeOf(text, local);
  if (!Number.isNaN(at)) return at;
  report.error(path, 'invalid-time', `"${text}" is not a time`, 'Write one such as 2026-11-20T10:00:00Z');
  return null;
}
