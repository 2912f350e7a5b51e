import { MACHINE_LIMITS } from '../../core/limits.ts';
import { Engine } from '../../runtime/engine.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryHttpSender } from '../memory-http-sender.ts';
import { MemoryLog } from '../memory-log.ts';
import { programOf } from '../play.ts';
import { Random } from './random.ts';
import { RiskyStore } from './risky-store.ts';
import { SessionBroker } from './session-broker.ts';

/** What holds for every run, whatever happens in it; the first thing that did not, in words, or null. */
export type Verdict = string | null;

const RULES = programOf(`
- { id: count, on: in/+name, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: "out/count/\${key}", payload: "\${payload} \${n}", qos: 1 } }
- { id: echo, on: in/+name, publish: { topic: "out/echo/\${key}", payload: "\${payload}", qos: 1 } }
- { id: hold, on: hold/+name, if: payload > 0, for: 5s, publish: { topic: "out/hold/\${key}", payload: "\${held}", qos: 1 } }
`).rules;

const KEYS = ['a', 'b', 'c'];
const HOLD = 5000;
/** Things that happen in one run before everything is let come to its end. */
export const STEPS = 150;

/** One run of an engine whose process, store and connection fail as the seed will have it. */
export async function simulate(seed: number, steps = STEPS): Promise<Verdict> {
  const world = new World(seed);
  try {
    await world.begin();
    for (let i = 0; i < steps; i++) await world.step();
    await world.finish();
    return await world.verdict();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** The fewest steps of a seed after which something does not hold. */
export async function shortest(seed: number): Promise<number> {
  for (let steps = 1; steps < STEPS; steps++) if ((await simulate(seed, steps)) !== null) return steps;
  return STEPS;
}

class World {
  readonly #random: Random;
  readonly #broker: SessionBroker;
  readonly #store = new RiskyStore(1);
  readonly #sent: { readonly key: string; readonly payload: string }[] = [];
  readonly #holds = new Map<string, number>();
  #clock = new ManualClock(1_000_000);
  #now = 1_000_000;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#broker = new SessionBroker(this.#random);
  }

  /** A new process, which goes on from what the store holds. */
  async begin(): Promise<void> {
    this.#clock = new ManualClock(this.#now);
    const limits = {
      machine: MACHINE_LIMITS,
      inbox: { messages: 1000, turn: 1 + this.#random.below(10) },
      outbox: { messages: 1000, bytes: 1_000_000, inFlight: 1 + this.#random.below(64) },
      payloadBytes: 1000,
    };
    const engine = new Engine([this.#broker.transport()], new MemoryHttpSender(), this.#clock, new MemoryLog(), limits);
    await engine.load(RULES);
    const store = this.#store.life();
    await engine.restore(store, await store.acquire(0), true, this.#random.below(3));
    await engine.start();
  }

  async step(): Promise<void> {
    const random = this.#random;
    const chance = random.below(100);
    if (chance < 25) this.#send();
    else if (chance < 50) this.#broker.deliver();
    else if (chance < 70) await this.#store.write();
    else if (chance < 84) this.#broker.answer();
    else if (chance < 90) this.#pass(random.below(2000));
    else if (chance < 93) this.#store.fail();
    else if (chance < 96) this.#broker.drop();
    else await this.#kill();
    // What follows from it may be under way when the next thing happens, or not.
    if (!random.once(3)) await turn();
  }

  /** Everything works from now on, and time passes until nothing is left to do. */
  async finish(): Promise<void> {
    for (let i = 0; i < 400; i++) {
      this.#broker.deliver();
      await this.#store.write();
      this.#broker.answer();
      this.#pass(100);
      await turn();
    }
  }

  async verdict(): Promise<Verdict> {
    const { received, left } = this.#broker;
    if (left > 0) return `${left} messages were never acknowledged`;
    const ids = new Map<string, unknown>();
    const first: { topic: string; payload: string }[] = [];
    for (const { topic, payload, properties } of received) {
      const id = properties?.user?.['automate-id'];
      const name = `${topic} ${String(payload)}`;
      if (ids.has(name) && ids.get(name) !== id)
        return `${name} was published as ${String(ids.get(name))} and as ${String(id)}`;
      if (!ids.has(name)) first.push({ topic, payload: String(payload) });
      ids.set(name, id);
    }
    const { effects } = await this.#store.life().acquire(0);
    if (effects.length > 0) return `${effects.length} effects that are done are still to be done`;
    return this.#counts(first) ?? this.#echoes(ids) ?? this.#heldOn(first);
  }

  /** Each message of a key was counted once, and in its turn. */
  #counts(first: readonly { topic: string; payload: string }[]): Verdict {
    for (const key of KEYS) {
      const sent = this.#sent.filter((one) => one.key === key).map(({ payload }, i) => `${payload} ${i + 1}`);
      const counted = first.filter(({ topic }) => topic === `out/count/${key}`).map(({ payload }) => payload);
      if (sent.join() !== counted.join()) return `of key ${key}, ${sent.join()} was sent and ${counted.join()} counted`;
    }
    return null;
  }

  #echoes(ids: ReadonlyMap<string, unknown>): Verdict {
    const lost = this.#sent.find(({ key, payload }) => !ids.has(`out/echo/${key} ${payload}`));
    return lost === undefined ? null : `${lost.payload} was not echoed`;
  }

  /** Each hold acted once, and not before its time. */
  #heldOn(first: readonly { topic: string; payload: string }[]): Verdict {
    for (const key of this.#holds.keys()) {
      const acted = first.filter(({ topic }) => topic === `out/hold/${key}`);
      if (acted.length !== 1) return `the hold of ${key} acted ${acted.length} times`;
      if (Number(acted[0]?.payload) < HOLD) return `the hold of ${key} acted after ${acted[0]?.payload} ms`;
    }
    return null;
  }

  #send(): void {
    const number = this.#sent.length;
    const key = KEYS[this.#random.below(KEYS.length)] ?? '';
    if (this.#random.once(6)) {
      const name = `h${number}-${this.#holds.size}`;
      this.#holds.set(name, this.#now);
      this.#broker.send(`hold/${name}`, '1');
    } else {
      // Texts repeat, so that a message may look like one from before.
      const payload = String(this.#sent.length);
      this.#sent.push({ key, payload });
      this.#broker.send(`in/${key}`, payload);
    }
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#clock.advance(this.#now);
  }

  async #kill(): Promise<void> {
    await this.#store.crash(this.#random.once(2));
    this.#pass(this.#random.below(3) * 1500);
    await this.begin();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
