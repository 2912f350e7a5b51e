import { closeSync, openSync, writeSync } from 'node:fs';

/** Ten rules that look at time: levels, and windows of every kind. */
export const RULES = `
- { id: for, on: plant/+machine, if: temperature > 30, for: 30s, publish: { topic: "out/for/\${key}", payload: "\${temperature}" } }
- id: hysteresis
  on: plant/+machine
  if: temperature > 32
  until: { if: temperature < 28 }
  publish: { topic: "out/hysteresis/\${key}", payload: "ON" }
  end: { publish: { topic: "out/hysteresis/\${key}", payload: "OFF" } }
- { id: absent, on: plant/+machine, absent: 10m, publish: { topic: "out/absent/\${key}", payload: "\${held}" } }
- { id: times, on: plant/+machine, if: vibration > 8, times: 2, for: 5s, publish: { topic: "out/times/\${key}", payload: "\${vibration}" } }
- { id: rise, on: plant/+machine, if: temperature > 25, fire: rise, publish: { topic: "out/rise/\${key}", payload: "\${temperature}" } }
- id: tumbling
  on: plant/+machine
  window: { tumbling: 1m }
  aggregate: { mean: avg(temperature), high: max(vibration) }
  publish: { topic: "out/tumbling/\${key}", payload: { mean: "\${mean}", high: "\${high}" } }
- id: hopping
  on: plant/+machine
  window: { hopping: 5m, every: 1m }
  aggregate: { mean: avg(temperature) }
  publish: { topic: "out/hopping/\${key}", payload: "\${mean}" }
- id: sliding
  on: plant/+machine
  window: { sliding: 1m }
  aggregate: { high: max(temperature) }
  if: high > 33
  fire: rise
  publish: { topic: "out/sliding/\${key}", payload: "\${high}" }
- id: count
  on: plant/+machine
  window: { count: 20 }
  aggregate: { middle: median(temperature) }
  publish: { topic: "out/count/\${key}", payload: "\${middle}" }
- id: session
  on: plant/+machine
  window: { session: 15s }
  aggregate: { total: sum(vibration) }
  publish: { topic: "out/session/\${key}", payload: "\${total}" }
`;

const MACHINES = 100;
/** Between two messages, of whatever machine. Milliseconds. */
const PACE = 100;
const START = Date.UTC(2026, 0, 1);

/** Write a recording of so many messages of a hundred machines, the same each time, to `path`. */
export function writeRecording(path: string, messages: number): void {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let i = 0; i < messages; i++) {
    const machine = (i * 37) % MACHINES;
    const round = Math.floor(i / MACHINES);
    const temperature = Math.round((27 + 8 * Math.sin((round + machine) / 20)) * 100) / 100;
    const message = {
      at: new Date(START + i * PACE).toISOString(),
      topic: `plant/machine-${machine}`,
      payload: { temperature, vibration: (round * 7 + machine * 3) % 11, seq: i },
    };
    lines.push(`${JSON.stringify(message)}\n`);
    if (lines.length < 10_000 && i < messages - 1) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  closeSync(file);
}
