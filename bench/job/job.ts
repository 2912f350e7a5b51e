import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto, type Mosquitto } from '../../test/peers/mosquitto.ts';
import { needs } from '../../test/peers/needs.ts';
import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings, Table } from '../table.ts';
import { commandOf, type JobContestant } from './contestants.ts';
import type { LoadMeasurement, LoadParameters } from './generator.ts';

type Via = 'generator' | 'mosquitto';

interface Scenario {
  readonly via: Via;
  readonly qos: 0 | 1;
  readonly dueEvery: number;
  readonly pace: LoadParameters['pace'];
  readonly contestants: readonly JobContestant[];
}

const ALL: readonly JobContestant[] = ['script', 'automate, 1 rule', 'automate, 1 000 rules'];
const COUNTING: readonly JobContestant[] = ['automate, counting', 'automate, counting, kept'];
const WINDOW = { window: 2_000 };
const CLOSED_LOOP: readonly Scenario[] = [
  { via: 'generator', qos: 0, dueEvery: 1, pace: WINDOW, contestants: ALL },
  { via: 'generator', qos: 0, dueEvery: 10, pace: WINDOW, contestants: ALL },
  { via: 'generator', qos: 1, dueEvery: 1, pace: WINDOW, contestants: [...ALL, ...COUNTING] },
  { via: 'mosquitto', qos: 0, dueEvery: 1, pace: WINDOW, contestants: ALL },
  { via: 'mosquitto', qos: 1, dueEvery: 1, pace: WINDOW, contestants: ALL },
];
const BY_THE_CLOCK: readonly Scenario[] = (['generator', 'mosquitto'] as const).flatMap((via) =>
  [1_000, 5_000, 12_000].map((perSecond): Scenario => ({
    via,
    qos: 0,
    dueEvery: 1,
    pace: { perSecond },
    contestants: ['script', 'automate, 1 rule'],
  })),
);

const TOPICS = 100;

/** The reference job, end to end: for each message above the threshold, one command. Against a script that does the same. */
export async function job(options: Options): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
  // Not what the broker holds back is to be measured.
  const mosquitto = needs('mosquitto')
    ? await startMosquitto({ lines: ['max_inflight_messages 1000', 'set_tcp_nodelay true'] })
    : null;
  if (mosquitto === null) options.tell('job: mosquitto is not installed, so nothing goes through it');
  try {
    const loops = await runAll(CLOSED_LOOP, folder, mosquitto, options);
    const clocked = await runAll(BY_THE_CLOCK, folder, mosquitto, options);
    return {
      tables: [throughput(loops), latency(clocked)],
      data: { closedLoop: loops.map(plain), byTheClock: clocked.map(plain) },
    };
  } finally {
    await mosquitto?.stop();
    rmSync(folder, { recursive: true });
  }
}

interface Outcome {
  readonly scenario: Scenario;
  readonly results: ReadonlyMap<JobContestant, readonly LoadMeasurement[]>;
}

async function runAll(
  scenarios: readonly Scenario[],
  folder: string,
  mosquitto: Mosquitto | null,
  options: Options,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    if (scenario.via === 'mosquitto' && mosquitto === null) continue;
    options.tell(
      `job: ${nameOf(scenario)}${'perSecond' in scenario.pace ? `, ${decimal(scenario.pace.perSecond)}/s` : ''}`,
    );
    const contestants =
      options.nodeRed && scenario.dueEvery === 1
        ? [...scenario.contestants, 'Node-RED' as const]
        : scenario.contestants;
    const brokerPort = scenario.via === 'mosquitto' ? (mosquitto?.port ?? null) : null;
    const results = await interleaved(contestants, options.quick ? 1 : 3, (contestant) =>
      run(scenario, contestant, brokerPort, folder, options),
    );
    outcomes.push({ scenario, results });
  }
  return outcomes;
}

/** One run of one contestant. */
export function run(
  { qos, dueEvery, pace }: Pick<Scenario, 'qos' | 'dueEvery' | 'pace'>,
  contestant: JobContestant,
  brokerPort: number | null,
  folder: string,
  { built, quick }: Pick<Options, 'built' | 'quick'>,
): Promise<LoadMeasurement> {
  const command = commandOf(contestant, built, folder, qos);
  const [warmUpSeconds, seconds] = quick ? [0.5, 1] : [1.5, 3];
  return inFreshProcess(built, 'load', {
    command,
    brokerPort,
    qos,
    topics: TOPICS,
    dueEvery,
    pace,
    warmUpSeconds,
    seconds,
  });
}

function throughput(outcomes: readonly Outcome[]): Table {
  const rows = outcomes.flatMap(({ scenario, results }) =>
    [...results].map(([contestant, measured]) => {
      const script = results.get('script') ?? [];
      return [
        `${nameOf(scenario)}: ${contestant}`,
        contestant === 'script' ? '' : times(median(script.map(cpu)) / median(measured.map(cpu))),
        contestant === 'script' ? '' : times(median(measured.map(rate)) / median(script.map(rate))),
        spread(measured.map(cpu), 1),
        spread(
          measured.map((one) => rate(one) / 1000),
          1,
        ),
        account(measured),
      ];
    }),
  );
  return {
    title: 'The reference job, as fast as it goes',
    columns: [
      '',
      'CPU, script to this',
      'messages, this to script',
      'CPU, µs/message',
      '1 000 messages/s',
      'lost, twice, disordered',
    ],
    rows,
    note: `Closed loop with ${decimal(WINDOW.window)} messages under way, over ${TOPICS} topics. The ratios are to the script in the same turn, above 1 where this is better; the CPU is that of all processes of the contestant, by the operating system. Where the generator is the broker, both share the machine with it alone.`,
  };
}

function latency(outcomes: readonly Outcome[]): Table {
  const rows = outcomes.flatMap(({ scenario, results }) =>
    [...results].map(([contestant, measured]) => [
      `${nameOf(scenario)}, ${'perSecond' in scenario.pace ? decimal(scenario.pace.perSecond) : ''}/s: ${contestant}`,
      spread(
        measured.map(({ latencyMs }) => latencyMs.p50),
        2,
      ),
      spread(
        measured.map(({ latencyMs }) => latencyMs.p99),
        2,
      ),
      spread(measured.map(cpu), 1),
      account(measured),
    ]),
  );
  return {
    title: 'The reference job at a steady pace',
    columns: ['', 'p50, ms', 'p99, ms', 'CPU, µs/message', 'lost, twice, disordered'],
    rows,
    note: 'From sending a message to the command it brings about. The generator sends what is due each millisecond.',
  };
}

function nameOf({ via, qos, dueEvery }: Scenario): string {
  return `${via === 'generator' ? 'direct' : 'mosquitto'}, QoS ${qos}, ${100 / dueEvery} % match`;
}

function cpu({ cpuMicroseconds }: LoadMeasurement): number {
  return cpuMicroseconds;
}

function rate({ perSecond }: LoadMeasurement): number {
  return perSecond;
}

function account(measured: readonly LoadMeasurement[]): string {
  const sum = (value: (one: LoadMeasurement['account']) => number): number =>
    measured.reduce((total, one) => total + value(one.account), 0);
  return [
    sum(({ lost }) => lost),
    sum(({ duplicates }) => duplicates),
    sum(({ outOfOrder, unknown }) => outOfOrder + unknown),
  ]
    .map((n) => decimal(n))
    .join(', ');
}

function plain({ scenario: { via, qos, dueEvery, pace }, results }: Outcome): unknown {
  return { via, qos, dueEvery, pace, results: Object.fromEntries(results) };
}
