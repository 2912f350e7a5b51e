import { Alike } from '../../src/compile/alike.ts';
import { readRules } from '../../src/compile/file.ts';
import { Report } from '../../src/compile/report.ts';
import { compileRule, type CompileSettings } from '../../src/compile/rule.ts';
import type { Rule } from '../../src/core/rule.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const SETTINGS: CompileSettings = { ...PLAY_SETTINGS, limits: { ...PLAY_SETTINGS.limits, rate: null } };

/** So many rules, each for the sensors of a line of its own: whatever their number, a message reaches one of them. */
export function rulesByLine(count: number): Rule[] {
  const place = { line: 1, column: 1, length: 1 };
  const at = (): typeof place => place;
  const report = new Report({
    file: 'lines.yaml',
    text: '',
    data: Array.from({ length: count }, (_, i) => written(i)),
    positionOf: at,
    keyPositionOf: at,
    startOf: at,
    positionIn: at,
  });
  const { rules } = readRules(report, { env: () => undefined, file: () => new Error('no files here') });
  const alike = new Alike();
  const compiled = rules.map((rule) => compileRule(rule, SETTINGS, report, [], alike).rule);
  const [problem] = report.problems;
  if (problem !== undefined) throw new Error(`${problem.code}: ${problem.message}`);
  return compiled;
}

function written(i: number): Record<string, unknown> {
  return {
    id: `rule-${i}`,
    on: `plant/line-${i}/+sensor/state`,
    if: `temperature > ${30 + (i % 40) / 10} and humidity < 90`,
    publish: {
      topic: 'actuators/${sensor}/control',
      payload: { cmd: 'cool', temperature: '${temperature}', limit: i % 40 },
    },
  };
}

/** Topic `j` of so many, spread evenly over the lines of the rules. */
export function topicOf(j: number, topics: number, rules: number): string {
  return `plant/line-${Math.floor((j * rules) / topics)}/sensor-${j}/state`;
}
