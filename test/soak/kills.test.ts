import { describe, test } from 'vitest';
import { killUnderLoad } from '../e2e/kills/under-load.ts';
import { needs } from '../peers/needs.ts';

const RUNS = Number(process.env['SOAK_RUNS'] ?? 10);

describe.skipIf(!needs('mosquitto'))('an engine that is killed', () => {
  test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    'twenty times, with the broker begun anew three times, counts 20 000 messages: run %i',
    async () => killUnderLoad({ messages: 20_000, kills: 20, brokerRestarts: 3 }),
  );
});
