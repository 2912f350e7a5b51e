import { ReasonCodes } from 'mqtt';

/** CONNACK codes that say the broker does not speak MQTT 5, in 3.1.1 and in 5. */
export const VERSION_REFUSED: readonly unknown[] = [1, 132];

/** A reason code of MQTT 5, or a return code of 3.1.1, in words. */
export function reasonInWords(code: number): string {
  // Codes below 128 that MQTT.js lists are CONNACK return codes and successes.
  const known = (ReasonCodes as Readonly<Record<number, string | undefined>>)[code]; // Keyed by the codes it knows.
  return known === undefined || known === '' ? `reason code ${code}` : known.charAt(0).toLowerCase() + known.slice(1);
}

/** The most telling text of an error: some of Node's have an empty message and only a code. */
export function errorInWords(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return errorInWords(error.errors[0]);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
