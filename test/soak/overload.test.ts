import { describe, test } from 'vitest';
import { overload } from '../e2e/overload.ts';
import { needs } from '../peers/needs.ts';

describe.skipIf(!needs('mosquitto'))('an engine to which more comes than it can deal with', () => {
  test('for a minute keeps its memory, loses nothing of QoS 1, and counts what it drops', () => overload(60, 12_000));
});
