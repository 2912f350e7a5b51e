import type { Application, RuleStatus, Status } from '../../../src/adapters/http/application.ts';
import type { Problem } from '../../../src/spec/problem.ts';

export const PROBLEM: Problem = {
  file: 'rules/heat.yaml',
  line: 12,
  column: 9,
  length: 4,
  severity: 'error',
  code: 'unknown-key',
  message: '"hold" is not a key of a rule.',
  hint: 'Did you mean "for"?',
};

const WARNING: Problem = {
  file: 'rules/lights.yaml',
  line: 3,
  column: 11,
  length: 20,
  severity: 'warning',
  code: 'cycle',
  message: 'What this rule publishes can reach it again.',
};

export function rule(id: string, more: Partial<RuleStatus> = {}): RuleStatus {
  const evaluations = { true: 0, false: 0, unknown: 0 };
  return {
    id,
    file: `rules/${id}.yaml`,
    line: 1,
    state: 'active',
    on: ['a/b'],
    evaluations,
    fired: 0,
    errors: 0,
    ...more,
  };
}

/** A house where something of everything is the matter. */
export const BUSY: Status = {
  instance: 'main',
  version: '1.2.3',
  now: Date.parse('2026-11-20T10:00:00Z'),
  startedAt: Date.parse('2026-11-18T06:30:00Z'),
  brokers: [
    { name: 'default', address: 'embedded, 127.0.0.1:1883', connected: true, received: 1_234_567, refused: [] },
    {
      name: 'plant',
      address: 'mqtts://broker.plant.example:8883',
      connected: true,
      received: 4_096,
      refused: [{ filter: 'secret/#', reason: 'not authorized' }],
    },
    { name: 'cloud', address: 'wss://cloud.example/mqtt', connected: false, received: 0, refused: [] },
  ],
  rules: [
    rule('cool-room', {
      on: ['home/+/temperature'],
      evaluations: { true: 412, false: 120_345, unknown: 17 },
      fired: 398,
    }),
    rule('door-left-open', {
      file: 'rules/house/doors-and-windows.yaml',
      line: 24,
      on: ['zigbee2mqtt/+/+', 'tasmota/+/stat/RESULT', 'shellies/shelly-door-window-2-of-the-back-door/sensor/state'],
      evaluations: { true: 12, false: 8_812, unknown: 3_001 },
      fired: 12,
      errors: 4,
    }),
    rule('new-thermostat', { state: 'shadow', evaluations: { true: 3, false: 88, unknown: 0 }, fired: 3 }),
    rule('holiday-lights', { state: 'disabled' }),
    rule('heat', { state: 'failed', line: 12 }),
    rule('chatty', {
      state: 'quarantined',
      evaluations: { true: 99_120, false: 4, unknown: 0 },
      fired: 99_120,
      errors: 100,
    }),
  ],
  reload: { successful: false, successAt: Date.parse('2026-11-20T09:57:30Z') },
  problems: [WARNING, PROBLEM],
};

/** A program that answers with what the test gives it. */
export function fixedApplication(more: Partial<Application> = {}): Application {
  return {
    metrics: (accept) => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: `asked for ${accept}\n` }),
    ready: () => ({ ready: true, brokers: [], problems: [], state: null }),
    reload: () => Promise.resolve({ ok: true, rules: 6, changed: true }),
    status: () => BUSY,
    rules: () => ({ version: '1.2.3', shadow: false, rules: [] }),
    cells: () => [],
    dormant: () => 0,
    dormantCells: () => Promise.resolve([]),
    ...more,
  };
}
