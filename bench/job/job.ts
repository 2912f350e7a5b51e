import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto, type Mosquitto } from '../../test/peers/mosquitto.ts';
import { needs } from '../../test/peers/needs.ts';
import { freePort } from '../../test/peers/port.ts';
import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings, Table } from '../table.ts';
import { commandOf, hasRuleForEach, topicsOf, type JobContestant } from './contestants.ts';
import type { LoadMeasurement, LoadParameters } from './generator.ts';

/** Through which broker, by the lines of its configuration. */
const MOSQUITTOS = {
  // Not what the broker holds back is to be measured.
  mosquitto: ['max_inflight_messages 1000', 'set_tcp_nodelay true'],
  'mosquitto as it comes': [],
} as const;
type Via = 'direct' | 'embedded' | keyof typeof MOSQUITTOS;
/** At which port; those that are not there have none. */
type Ports = ReadonlyMap<Via, number | null>;

interface Scenario {
  readonly via: Via;
  readonly qos: 0 | 1;
  readonly dueEvery: number;
  readonly pace: LoadParameters['pace'];
  readonly contestants: readonly JobContestant[];
}

const FOR_EACH: readonly JobContestant[] = [
  'automate, 100 rules for as many topics',
  'automate, 100 000 rules for as many topics',
];
const ALL: readonly JobContestant[] = ['script', 'automate, 1 rule', 'automate, 1 000 rules'];
const PAIR: readonly JobContestant[] = ['script', 'automate, 1 rule'];
const COUNTING: readonly JobContestant[] = ['automate, counting', 'automate, counting, kept'];
const WINDOW = { window: 2_000 };
/** So many that nobody waits for more. */
const WIDE = { window: 8_000 };
const CLOSED_LOOP: readonly Scenario[] = [
  { via: 'direct', qos: 0, dueEvery: 1, pace: WINDOW, contestants: [...ALL, ...FOR_EACH] },
  { via: 'direct', qos: 0, dueEvery: 10, pace: WINDOW, contestants: ALL },
  { via: 'direct', qos: 1, dueEvery: 1, pace: WINDOW, contestants: [...ALL, ...FOR_EACH, ...COUNTING] },
  { via: 'direct', qos: 0, dueEvery: 1, pace: WIDE, contestants: PAIR },
  { via: 'direct', qos: 1, dueEvery: 1, pace: WIDE, contestants: PAIR },
  { via: 'mosquitto', qos: 0, dueEvery: 1, pace: WINDOW, contestants: ALL },
  { via: 'mosquitto', qos: 1, dueEvery: 1, pace: WINDOW, contestants: ALL },
  { via: 'mosquitto as it comes', qos: 0, dueEvery: 1, pace: WINDOW, contestants: PAIR },
  { via: 'mosquitto as it comes', qos: 1, dueEvery: 1, pace: WINDOW, contestants: PAIR },
  { via: 'embedded', qos: 0, dueEvery: 1, pace: WINDOW, contestants: ['automate, embedded'] },
  { via: 'embedded', qos: 1, dueEvery: 1, pace: WINDOW, contestants: ['automate, embedded'] },
];
const BY_THE_CLOCK: readonly Scenario[] = (['direct', 'mosquitto'] as const).flatMap((via) =>
  [1_000, 5_000, 12_000].map((perSecond): Scenario => ({
    via,
    qos: 0,
    dueEvery: 1,
    pace: { perSecond },
    contestants: PAIR,
  })),
);

/** The reference job, end to end: for each message above the threshold, one command. Against a script that does the same. */
export async function job(options: Options): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
  const ports = new Map<Via, number | null>([
    ['direct', null],
    ['embedded', await freePort()],
  ]);
  const mosquittos: Mosquitto[] = [];
  if (!needs('mosquitto')) options.tell('job: mosquitto is not installed, so nothing goes through it');
  try {
    for (const via of needs('mosquitto') ? (Object.keys(MOSQUITTOS) as (keyof typeof MOSQUITTOS)[]) : []) {
      const mosquitto = await startMosquitto({ lines: MOSQUITTOS[via] });
      mosquittos.push(mosquitto);
      ports.set(via, mosquitto.port);
    }
    const loops = await runAll(CLOSED_LOOP, folder, ports, options);
    const clocked = await runAll(BY_THE_CLOCK, folder, ports, options);
    return {
      tables: [throughput(loops), latency(clocked)],
      data: { closedLoop: loops.map(plain), byTheClock: clocked.map(plain) },
    };
  } finally {
    for (const mosquitto of mosquittos) await mosquitto.stop();
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
  ports: Ports,
  options: Options,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    const port = ports.get(scenario.via);
    if (port === undefined) continue;
    options.tell(
      `job: ${nameOf(scenario)}${'perSecond' in scenario.pace ? `, ${decimal(scenario.pace.perSecond)}/s` : ''}`,
    );
    const contestants =
      options.nodeRed && scenario.dueEvery === 1 && scenario.via !== 'embedded'
        ? [...scenario.contestants, 'Node-RED' as const]
        : scenario.contestants;
    const results = await interleaved(contestants, options.quick ? 1 : 3, (contestant) =>
      run(scenario, contestant, port, folder, options),
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
  const topics = topicsOf(contestant);
  const [warmUpSeconds, seconds] = quick ? [0.5, 1] : [1.5, 3];
  return inFreshProcess(built, 'load', {
    command,
    brokerPort,
    isEmbedded: contestant === 'automate, embedded',
    qos,
    topics,
    filters: hasRuleForEach(contestant) ? topics : 1,
    dueEvery,
    pace,
    warmUpSeconds,
    seconds,
  });
}

function throughput(outcomes: readonly Outcome[]): Table {
  const rows = outcomes.flatMap(({ scenario, results }) =>
    [...results].map(([contestant, measured]) => {
      const script = contestant === 'script' ? undefined : results.get('script');
      return [
        `${nameOf(scenario)}: ${contestant}`,
        script === undefined ? '' : times(median(script.map(cpu)) / median(measured.map(cpu))),
        script === undefined ? '' : times(median(measured.map(rate)) / median(script.map(rate))),
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
    note: `Closed loop with ${decimal(WINDOW.window)} messages under way, over 100 topics, where it does not say otherwise. The ratios are to the script in the same turn, above 1 where this is better; the CPU is that of all processes of the contestant, by the operating system. Where the generator is the broker, both share the machine with it alone.`,
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

function nameOf({ via, qos, dueEvery, pace }: Scenario): string {
  const more = 'window' in pace && pace.window !== WINDOW.window ? `, ${decimal(pace.window)} under way` : '';
  return `${via}, QoS ${qos}, ${100 / dueEvery} % match${more}`;
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
