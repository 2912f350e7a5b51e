import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../statistics.ts';
import type { Published } from './frames.ts';
import { type Account, FIRST_SEQUENCE, Ledger } from './ledger.ts';
import { Messages } from './messages.ts';
import { cpuOfTree } from './process-tree.ts';
import { OwnBroker, ThroughBroker, type Wire } from './wire.ts';

export interface LoadParameters {
  /** The contestant; `{port}` in it is the broker's. */
  readonly command: readonly string[];
  /** The port of a broker to go through; null: the generator is the broker. */
  readonly brokerPort: number | null;
  /** It is the contestant that is the broker there. */
  readonly isEmbedded: boolean;
  readonly qos: 0 | 1;
  readonly topics: number;
  /** With how many filters the contestant subscribes to them. */
  readonly filters: number;
  /** One message in so many has to be answered. */
  readonly dueEvery: number;
  /** Messages under way at most, as fast as they are dealt with; or messages a second, whatever happens. */
  readonly pace: { readonly window: number } | { readonly perSecond: number };
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface LoadMeasurement {
  /** Messages dealt with in a second, and what each took of the CPU, of all processes of the contestant. */
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  /** From sending to the answer, in milliseconds, over the measured time. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Over the whole run. */
  readonly account: Account;
  readonly acknowledged: number;
}

/** Without any answer for so long, a run is over. */
const PATIENCE_MS = 3_000;
const STARTING_MS = 30_000;

/** Start a contestant, put it under load, measure it, and end it. */
export async function generateLoad(parameters: LoadParameters): Promise<LoadMeasurement> {
  const { brokerPort, isEmbedded, qos } = parameters;
  const own = brokerPort === null ? new OwnBroker(parameters.filters) : null;
  await own?.listen();
  const port = brokerPort ?? own?.port ?? 0;
  let wire: Wire | null = own ?? (isEmbedded ? null : await opened(port, qos));
  const [program = '', ...words] = parameters.command.map((word) => word.replace('{port}', String(port)));
  const contestant = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const measure = async (): Promise<LoadMeasurement> => {
    if (wire === null) await listening(port);
    wire ??= await opened(port, qos);
    return await new Run(wire, parameters).measure(contestant);
  };
  try {
    return await Promise.race([measure(), failure(contestant)]);
  } finally {
    await end(contestant);
    wire?.close();
  }
}

async function opened(port: number, qos: 0 | 1): Promise<Wire> {
  const wire = new ThroughBroker(port);
  await wire.open(qos);
  return wire;
}

/** Resolves when somebody listens there. */
async function listening(port: number): Promise<void> {
  for (const start = performance.now(); ; await delay(20)) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() - start > STARTING_MS) throw error;
    } finally {
      socket.destroy();
    }
  }
}

class Run {
  readonly #wire: Wire;
  readonly #parameters: LoadParameters;
  readonly #ledger: Ledger;
  #messages: Messages | undefined;
  #sending = false;
  #progressAt = 0;
  #latencies: number[] | null = null;

  constructor(wire: Wire, parameters: LoadParameters) {
    this.#wire = wire;
    this.#parameters = parameters;
    this.#ledger = new Ledger(parameters.topics, parameters.dueEvery);
  }

  async measure(contestant: ChildProcess): Promise<LoadMeasurement> {
    const { qos, topics, warmUpSeconds, seconds } = this.#parameters;
    if (this.#wire instanceof OwnBroker) await this.#wire.subscribed();
    this.#messages = new Messages(this.#wire.version, qos, topics);
    if (!(this.#wire instanceof OwnBroker)) await this.#knock();
    this.#wire.onAnswer = (answer) => this.#take(answer);
    this.#wire.onChunk = () => this.#refill();
    this.#sending = true;
    const stopTicking = this.#tick();
    await delay(warmUpSeconds * 1000);
    // What is found out about a topic is remembered, and compiled code is to have seen that.
    await this.#until(() => this.#ledger.settled >= 5 * topics);

    const pid = contestant.pid ?? 0;
    this.#latencies = [];
    const before = { at: performance.now(), cpu: cpuOfTree(pid), settled: this.#ledger.settled };
    await this.#until(() => performance.now() - before.at > seconds * 1000);
    const after = { at: performance.now(), cpu: cpuOfTree(pid), settled: this.#ledger.settled };
    const latencies = this.#latencies;
    this.#latencies = null;

    this.#sending = false;
    await this.#until(() => this.#ledger.isComplete);
    stopTicking();
    // The acknowledgement of a message may come behind the answer to it.
    await delay(50);
    const count = after.settled - before.settled;
    return {
      perSecond: (count / (after.at - before.at)) * 1000,
      cpuMicroseconds: (after.cpu - before.cpu) / count,
      latencyMs: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
      account: this.#ledger.account(),
      acknowledged: this.#wire.acknowledged,
    };
  }

  /** Through a broker nobody tells when the contestant has subscribed: knock until it answers, then let it fall quiet. */
  async #knock(): Promise<void> {
    const knocks = new Messages(this.#wire.version, 0, 1);
    let answeredAt = 0;
    this.#wire.onAnswer = () => {
      answeredAt = performance.now();
    };
    for (const start = performance.now(); answeredAt === 0; await delay(50)) {
      if (performance.now() - start > STARTING_MS) throw new Error('the contestant does not answer');
      knocks.add(0, true);
      const bytes = knocks.take();
      if (bytes !== null) this.#wire.write(bytes);
    }
    while (performance.now() - answeredAt < 300) await delay(50);
  }

  #take({ payload }: Published): void {
    const now = performance.now();
    this.#progressAt = now;
    const sentAt = this.#ledger.answer(numberIn(payload) - FIRST_SEQUENCE);
    if (this.#latencies !== null && !Number.isNaN(sentAt)) this.#latencies.push(now - sentAt);
  }

  /** Closed loop: as many new messages as there is room for. */
  #refill(): void {
    const { pace } = this.#parameters;
    if (!this.#sending || !('window' in pace)) return;
    const room = pace.window - (this.#ledger.sent - this.#ledger.settled);
    // Small sips would cost the generator, and everyone, a system call each.
    if (room >= pace.window / 8) this.#send(room);
  }

  /** What goes by the clock; the answer stops it. */
  #tick(): () => void {
    const { pace } = this.#parameters;
    this.#refill();
    if ('window' in pace) return () => {};
    const start = performance.now();
    const timer = setInterval(() => {
      const wanted = Math.floor(((performance.now() - start) / 1000) * pace.perSecond);
      if (this.#sending) this.#send(wanted - this.#ledger.sent);
    }, 1);
    return () => clearInterval(timer);
  }

  #send(count: number): void {
    const now = performance.now();
    for (let i = 0; i < count; i++) {
      const n = this.#ledger.sent;
      const full = this.#messages?.add(n, this.#ledger.send(now)) ?? null;
      if (full !== null) this.#wire.write(full);
    }
    const rest = this.#messages?.take() ?? null;
    if (rest !== null) this.#wire.write(rest);
  }

  /** Wait for a condition, or until nothing comes any more. */
  async #until(condition: () => boolean): Promise<void> {
    this.#progressAt = performance.now();
    while (!condition() && performance.now() - this.#progressAt < PATIENCE_MS) await delay(5);
  }
}

/** The digits behind the last colon. */
function numberIn(payload: Buffer): number {
  let number = 0;
  for (let i = payload.lastIndexOf(58) + 1; i < payload.length; i++) {
    const digit = (payload[i] ?? 0) - 48;
    if (digit >= 0 && digit <= 9) number = number * 10 + digit;
  }
  return number;
}

/** Rejects when the contestant ends by itself. */
async function failure(contestant: ChildProcess): Promise<never> {
  const [code] = (await once(contestant, 'exit')) as [number | null];
  throw new Error(`the contestant ended with ${code}`);
}

async function end(contestant: ChildProcess): Promise<void> {
  if (contestant.exitCode !== null || contestant.signalCode !== null) return;
  const exit = once(contestant, 'exit');
  contestant.kill('SIGTERM');
  const patience = setTimeout(() => contestant.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(patience);
}
