import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../../bench/built.ts';
import type { JobContestant } from '../../../bench/job/contestants.ts';
import type { LoadMeasurement, LoadParameters } from '../../../bench/job/generator.ts';
import { run } from '../../../bench/job/job.ts';
import { needs } from '../../peers/needs.ts';
import { freePort } from '../../peers/port.ts';
import { type Mosquitto, startMosquitto } from '../../peers/mosquitto.ts';

const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
let built = '';
let mosquitto: Mosquitto | undefined;

beforeAll(async () => {
  built = build();
  if (needs('mosquitto')) mosquitto = await startMosquitto({ lines: ['max_inflight_messages 1000'] });
});

afterAll(async () => {
  await mosquitto?.stop();
  rmSync(folder, { recursive: true });
});

function measure(
  contestant: JobContestant,
  qos: 0 | 1,
  dueEvery: number,
  pace: LoadParameters['pace'],
  port: number | null = null,
): Promise<LoadMeasurement> {
  return run({ qos, dueEvery, pace }, contestant, port, folder, { built, quick: true });
}

function expectWhole({ account, perSecond }: LoadMeasurement, dueEvery: number): void {
  expect(account).toMatchObject({ lost: 0, duplicates: 0, outOfOrder: 0, unknown: 0, answered: account.due });
  expect(account.due).toBe(Math.ceil(account.sent / dueEvery));
  expect(account.sent).toBeGreaterThan(0);
  expect(perSecond).toBeGreaterThan(0);
}

describe('each message above the threshold brings one command', () => {
  test.each(['script', 'automate, 1 rule'] as const)('%s, QoS 0, one in ten', async (contestant) => {
    expectWhole(await measure(contestant, 0, 10, { window: 500 }), 10);
  });

  test.each(['script', 'automate, 1 000 rules'] as const)('%s, QoS 1, and all are acknowledged', async (contestant) => {
    const measured = await measure(contestant, 1, 1, { window: 500 });
    expectWhole(measured, 1);
    expect(measured.acknowledged).toBe(measured.account.sent);
  });

  test('through the embedded broker', async () => {
    expectWhole(await measure('automate, embedded', 1, 1, { window: 100 }, await freePort()), 1);
  });

  test.skipIf(!needs('mosquitto'))('through mosquitto, at a steady pace', async () => {
    const measured = await measure('automate, 1 rule', 1, 1, { perSecond: 500 }, mosquitto?.port);
    expectWhole(measured, 1);
    expect(measured.latencyMs.p99).toBeGreaterThanOrEqual(measured.latencyMs.p50);
  });
});
