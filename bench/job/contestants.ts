import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../built.ts';
import { nodeRedCommand } from '../peers/node-red.ts';

export type JobContestant =
  | 'script'
  | 'Node-RED'
  | 'automate, 1 rule'
  | 'automate, 1 000 rules'
  | 'automate, 100 rules for as many topics'
  | 'automate, 100 000 rules for as many topics'
  | 'automate, embedded'
  | 'automate, counting'
  | 'automate, counting, kept';

/** How many rules there are in a file. */
const A_FILE = 1_000;

/** Whether there is a rule for each topic. */
export function hasRuleForEach(contestant: JobContestant): boolean {
  return contestant.endsWith('for as many topics');
}

/** How many topics a contestant's messages come on. */
export function topicsOf(contestant: JobContestant): number {
  return contestant === 'automate, 100 000 rules for as many topics' ? 100_000 : 100;
}

/** The command that starts a contestant; `{port}` in it is the broker's, which the embedded one is itself. */
export function commandOf(contestant: JobContestant, built: string, folder: string, qos: 0 | 1): string[] {
  if (contestant === 'script')
    return [process.execPath, join(built, 'bench', 'peers', 'script.mjs'), 'mqtt://127.0.0.1:{port}', String(qos)];
  if (contestant === 'Node-RED') return nodeRedCommand(join(built, '..'), join(folder, `node-red-${qos}`), qos);
  const home = join(folder, `${contestant.replaceAll(/\W/g, '')}-${qos}`);
  mkdirSync(join(home, 'rules'), { recursive: true });
  const isCounting = contestant.includes('counting');
  const counts = isCounting ? 'memory: { n: 0 }\nset: { n: n + 1 }\n' : '';
  if (hasRuleForEach(contestant)) {
    const rules = ruleForEach(topicsOf(contestant), qos);
    for (let i = 0; i < rules.length; i += A_FILE)
      writeFileSync(join(home, 'rules', `jobs-${i}.json`), JSON.stringify(rules.slice(i, i + A_FILE)));
  } else writeFileSync(join(home, 'rules', 'job.yaml'), jobRule(qos) + counts);
  if (contestant === 'automate, 1 000 rules') writeFileSync(join(home, 'rules', 'others.yaml'), otherRules(999));
  const config = join(home, 'automate.yaml');
  const state = contestant.endsWith('kept') ? 'state' : 'memory';
  writeFileSync(
    config,
    `http: "off"\nrules: rules\nlog: { level: error }\nstate: ${state}\nlimits: { rate_limit: "off" }\n`,
  );
  const start = [process.execPath, PROGRAM, 'start', '--config', config, '--no-watch'];
  return contestant === 'automate, embedded'
    ? ['/usr/bin/env', 'AUTOMATE_EMBEDDED_PORT={port}', ...start, '--broker', 'embedded']
    : [...start, '--broker', 'mqtt://127.0.0.1:{port}'];
}

function jobRule(qos: 0 | 1): string {
  return `
id: job
on: { topic: sensors/+id/temperature, qos: ${qos} }
if: temperature > 30
publish:
  topic: actuators/\${id}/control
  qos: ${qos}
  payload: { cmd: cool, temperature: "\${temperature}", seq: "\${seq}" }
`;
}

/** A rule for each sensor, which does what the one rule does for all. */
function ruleForEach(sensors: number, qos: 0 | 1): object[] {
  return Array.from({ length: sensors }, (_, i) => ({
    id: `job-${i}`,
    on: { topic: `sensors/sensor-${i}/+`, qos },
    if: 'temperature > 30',
    publish: {
      topic: `actuators/sensor-${i}/control`,
      qos,
      payload: { cmd: 'cool', temperature: '${temperature}', seq: '${seq}' },
    },
  }));
}

/** Rules that listen elsewhere. */
function otherRules(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `
- id: other-${i}
  on: rooms/room-${i}/+device/state
  if: humidity > ${40 + (i % 50)} and mode == "auto"
  publish: { topic: "rooms/room-${i}/\${device}/fan", payload: { state: "ON", humidity: "\${humidity}" } }
`,
  ).join('');
}
