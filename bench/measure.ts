/** What runs in fresh processes: `node measure.js <name> <parameters as JSON>` prints the measurement as JSON. */
const MEASUREMENTS = {
  logic: async () => (await import('./logic/measure.ts')).measureLogic,
  payload: async () => (await import('./payload/measure.ts')).measurePayload,
  matching: async () => (await import('./matching/measure.ts')).measureMatching,
  keys: async () => (await import('./keys/measure.ts')).measureKeys,
  startup: async () => (await import('./startup/measure.ts')).measureStartup,
  fill: async () => (await import('./restart/fill.ts')).fillState,
  load: async () => (await import('./job/generator.ts')).generateLoad,
};

export type MeasurementName = keyof typeof MEASUREMENTS;
type Measurement<N extends MeasurementName> = Awaited<ReturnType<(typeof MEASUREMENTS)[N]>>;
export type Parameters<N extends MeasurementName> = Measurement<N> extends (parameters: infer P) => unknown ? P : never;
export type Measured<N extends MeasurementName> = Awaited<ReturnType<Measurement<N>>>;

const [, script = '', name = '', parameters = '{}'] = process.argv;
if (script.endsWith('measure.js') && name in MEASUREMENTS) {
  const measurement = await MEASUREMENTS[name as MeasurementName](); // Just looked at.
  const measure = measurement as (parameters: unknown) => unknown; // Both ends of the pipe are typed by `inFreshProcess`.
  process.stdout.write(JSON.stringify(await measure(JSON.parse(parameters))));
}
