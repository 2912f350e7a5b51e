/** A rule file in YAML with the rules `from` up to, not with, `to`. */
export function yamlFile(from: number, to: number): string {
  const rules = Array.from({ length: to - from }, (_, i) => ruleText(from + i));
  return `${rules.join('\n')}\n`;
}

/** Rule `i` of many: different from all others, and like those that people write; most are short. */
function ruleText(i: number): string {
  return [`- id: rule-${i}`, ...bodyOf(i).map((line) => `  ${line}`)].join('\n');
}

function bodyOf(i: number): string[] {
  const site = `site/${i % 500}`;
  switch (i % 10) {
    case 0:
      return [
        `on: ${site}/+area/sensor-${i}/state`,
        `if: humidity > ${40 + (i % 50)} and (mode in ["auto", "away"] or battery < ${i % 30})`,
        'throttle: 1m',
        'publish:',
        `  topic: alerts/\${area}/${i}`,
        '  payload: { rule: "${rule}", humidity: "${humidity}", note: "too humid in ${area}" }',
      ];
    case 1:
      return [
        `on: ${site}/+area/sensor-${i}/state`,
        `with: { limit: ${site}/+area/limit }`,
        'let: { celsius: (fahrenheit - 32) / 1.8 }',
        `if: celsius > (limit ?? ${i % 40})`,
        'log: { level: warn, message: "${area}: ${celsius} °C" }',
      ];
    case 2:
      return [
        `on: ${site}/+area/meter-${i}`,
        `if: { and: [{ ">": [{ var: power }, ${i}] }, { "==": [{ var: state }, "on"] }] }`,
        'distinct: true',
        `publish: { topic: "load/\${area}/${i}", payload: "\${round(power / 1000, 2)}", retain: true }`,
      ];
    default:
      return [
        `on: ${site}/+area/sensor-${i}/state`,
        `if: temperature > ${20 + (i % 150) / 10}`,
        'publish:',
        `  topic: site/\${area}/fan-${i}/set`,
        '  payload: { state: "ON", because: "${temperature} °C" }',
      ];
  }
}
