import { mqttTransport } from '../../adapters/mqtt/transport.ts';
import { MACHINE_LIMITS } from '../../core/limits.ts';
import type { Transport } from '../../ports/transport.ts';
import { Engine } from '../../runtime/engine.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryHttpSender } from '../memory-http-sender.ts';
import { MemoryLog } from '../memory-log.ts';
import { programOf } from '../play.ts';
import { Ledger, type Verdict } from './ledger.ts';
import type { Moment, Sent } from './sent.ts';
import type { Disk } from './log-disk.ts';
import type { Random } from './random.ts';
import { RiskyStore } from './risky-store.ts';
import { SessionBroker } from './session-broker.ts';
import { LENGTHS, type Vigil, type VigilKind } from './vigil.ts';

const RULES = programOf(`
- { id: count, on: in/+name, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: "out/count/\${key}", payload: "\${payload} \${n}", qos: 1 } }
- { id: echo, on: in/+name, publish: { topic: "out/echo/\${key}", payload: "\${payload}", qos: 2 } }
- { id: tell, on: in/+name, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: "out/tell/\${key}", payload: "\${n}", qos: 0 } }
- { id: hold, on: hold/+name, if: payload > 0, for: 5s, publish: { topic: "out/hold/\${key}", payload: "\${payload} \${held}", qos: 1 } }
- { id: gone, on: beat/+name, absent: 8s, publish: { topic: "out/gone/\${key}", payload: "\${payload} \${held}", qos: 2 } }
`).rules;

const KEYS = ['a', 'b', 'c'];
const HOUR = 3_600_000;
/** The client library gives a message up that five connections broke on. Fewer break here, until nothing is on its way. */
const BREAKS = 4;
/** How long timers may wait after a start, once subscribed. Milliseconds. */
const SETTLING = 6000;
/** Turns of the event loop after which nothing is left to be done that has been begun. */
const TURNS = 12;

/** An engine, the broker it is connected to, its store, its clock, and all that can happen to them. */
export class World {
  readonly #random: Random;
  readonly #broker: SessionBroker<Sent>;
  readonly #store: RiskyStore;
  readonly #ledger: Ledger;
  #clock = new ManualClock();
  #transport: Transport | null = null;
  #now = 1_000_000_000;
  /** How far the wall clock is ahead of true time. */
  #ahead = 0;
  /** What it was when the process began. */
  #aheadAtStart = 0;
  #deaths = 0;
  #leaps = 0;
  #breaks = 0;
  /** When this process had subscribed. */
  #subscribedAt: number | null = null;
  #number = 0;

  constructor(random: Random, disk: Disk) {
    this.#random = random;
    this.#store = new RiskyStore(disk);
    this.#ledger = new Ledger(() => this.#moment());
    this.#broker = new SessionBroker(random, this.#ledger, () => this.#retained());
  }

  /** A new process, which goes on from what the store holds. */
  async begin(): Promise<void> {
    const random = this.#random;
    // It knows no other time than that of the wall clock.
    this.#clock = new ManualClock(this.#now + this.#ahead);
    if (this.#aheadAtStart !== this.#ahead) this.#leaps++;
    this.#aheadAtStart = this.#ahead;
    this.#breaks = 0;
    this.#subscribedAt = null;
    const isSlow = random.once(3);
    const limits = {
      machine: MACHINE_LIMITS,
      inbox: { messages: 1000, turn: 1 + random.below(10) },
      outbox: { messages: 1000, bytes: 1_000_000, inFlight: 1 + random.below(64) },
      payloadBytes: 1000,
    };
    const transport = mqttTransport({
      name: 'default',
      url: 'mqtt://simulated',
      clientId: 'engine',
      protocol: 5,
      clean: false,
      sessionExpirySeconds: 3600,
      keepaliveSeconds: 0,
      limits: { messages: random.once(3) ? 5 : 1000, reconnectMinMs: 1, reconnectMaxMs: 1, connectMs: HOUR },
      open: () => this.#broker.open(isSlow),
    });
    this.#transport = transport;
    const engine = new Engine([transport], new MemoryHttpSender(), this.#clock, new MemoryLog(), limits);
    await engine.load(RULES);
    const store = this.#store.life();
    await engine.restore(store, await store.acquire(0), true, random.below(4));
    this.#store.slow();
    await engine.start();
  }

  async step(): Promise<void> {
    const random = this.#random;
    const chance = random.below(1000);
    if (!this.#broker.isIn && chance < 250) await this.#connect();
    else if (chance < 230) this.#send();
    else if (chance < 370) this.#broker.deliver(1 + random.below(6));
    else if (chance < 500) this.#broker.speak(random.once(3) ? Infinity : 1 + random.below(200));
    else if (chance < 620) this.#broker.hear(random.once(3) ? Infinity : 1 + random.below(300));
    else if (chance < 720) this.#broker.answer(1 + random.below(8));
    else if (chance < 840) await this.#write();
    else if (chance < 910) this.#pass(random.below(3000));
    else if (chance < 930) this.#store.fail();
    else if (chance < 950) this.#drop();
    else if (chance < 960) this.#jump();
    else if (chance < 972) await this.#forget();
    else await this.#kill();
    if (random.once(4)) this.#store.read();
    if (this.#broker.isSubscribed && !this.#store.isReading) this.#subscribedAt ??= this.#now;
    // What follows from it may be under way when the next thing happens, or not.
    if (random.once(3)) return;
    await turn();
    await turn();
    if (!this.#broker.isPaused) this.#ledger.settle(this.#broker.isReleasing);
  }

  /** Everything works from now on, and time passes until nothing is left to do. */
  async finish(): Promise<void> {
    await this.#rest();
    // By so much at most is what waits ahead of the clock that has been set back.
    this.#pass(4 * HOUR);
    await this.#rest();
  }

  /** What the engine published, and when: the same for the same seed. */
  get transcript(): string {
    return this.#ledger.transcript;
  }

  async verdict(): Promise<Verdict> {
    const { left } = this.#broker.session;
    if (left.length > 0) return `${left.length} messages were never acknowledged`;
    void this.#transport?.stop(0);
    const fault = this.#ledger.verdict(KEYS);
    if (fault !== null) return fault;
    const { effects } = await this.#store.left();
    return effects.length === 0 ? null : `${effects.length} effects that are done are still to be done`;
  }

  async #rest(): Promise<void> {
    for (let i = 0, quiet = 0; i < 400 && quiet < 10; i++) {
      if (!this.#broker.isIn) await this.#connect();
      this.#broker.deliver(100);
      this.#broker.speak(Infinity);
      await turn();
      await this.#write();
      this.#store.read();
      await turn();
      this.#broker.hear(Infinity);
      this.#broker.answer(100);
      this.#pass(100);
      await turn();
      quiet = this.#broker.isQuiet && !this.#store.isWriting && !this.#store.isReading ? quiet + 1 : 0;
    }
  }

  /** The client connects again when it likes; then it is let in. */
  async #connect(): Promise<void> {
    for (let i = 0; i < TURNS || !this.#broker.isAsked; i++) await turn();
    this.#broker.accept();
  }

  #send(): void {
    const random = this.#random;
    this.#number++;
    const kind: VigilKind = random.once(2) ? 'hold' : 'absent';
    const known = this.#ledger.vigils[this.#ledger.vigils.length - 1 - random.below(4)];
    const chance = random.below(8);
    if (chance === 0) {
      const vigil: Vigil = { kind, name: `v${this.#number}`, messages: [] };
      this.#ledger.begin(vigil);
      this.#watch(vigil);
    } else if (chance === 1 && known !== undefined) {
      this.#watch(known);
    } else {
      const qos = random.below(3);
      // Some are like others from before.
      const text = random.once(2) ? `x${random.below(2)}` : this.#number;
      this.#tell({ topic: `in/${KEYS[random.below(KEYS.length)]}`, payload: `${qos}-${text}`, qos, retained: false });
    }
  }

  #watch(vigil: Vigil): void {
    const { kind, name, messages } = vigil;
    const isEnd = kind === 'hold' && messages.length > 0;
    if (isEnd && messages.at(-1)?.payload === '0') return;
    const payload = isEnd ? '0' : String(messages.length + 1);
    this.#tell({ topic: LENGTHS[kind].in + name, payload, qos: 1, retained: false }, vigil);
  }

  #tell(message: { topic: string; payload: string; qos: number; retained: boolean }, vigil: Vigil | null = null): void {
    const { session, isIn } = this.#broker;
    const sent = this.#ledger.send(message, vigil);
    const isWanted = session.identifierOf(message.topic) !== undefined && (isIn || message.qos > 0);
    if (isWanted) session.add(sent);
    else sent.mayBeLost = true;
  }

  #retained(): Sent[] {
    const one = (topic: string, qos: number): Sent =>
      this.#ledger.send({ topic, payload: topic === 'in/a' ? 'kept' : '1', qos, retained: true }, null);
    return [one('in/a', 1), one('hold/kept', this.#random.below(3)), one('beat/kept', 1)];
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#clock.advance(this.#clock.now() + ms);
  }

  #jump(): void {
    const by = this.#random.once(2) ? HOUR : -HOUR;
    if (Math.abs(this.#ahead + by) > HOUR) return;
    this.#ahead += by;
    this.#clock.setWall(by);
  }

  async #write(): Promise<void> {
    if (this.#store.isReal) await turns();
    await this.#store.write();
  }

  #drop(): void {
    if (this.#broker.isQuiet) this.#breaks = 0;
    if (!this.#broker.isIn || ++this.#breaks > BREAKS) return;
    this.#broker.cut();
    this.#ledger.cut();
  }

  /** The broker has lost the session, and what it held. */
  async #forget(): Promise<void> {
    if (!this.#broker.isIn || this.#breaks + 1 > BREAKS) return;
    await turns();
    this.#drop();
    this.#broker.forget();
    this.#ledger.mayLose(({ acknowledged, qos }) => acknowledged === null || qos === 0);
  }

  async #kill(): Promise<void> {
    if (this.#store.isReal) await turns();
    await this.#store.crash(this.#random);
    const { session } = this.#broker;
    this.#broker.cut();
    this.#ledger.cut();
    this.#ledger.mayLose((sent) => sent.qos === 2 && !session.isWaiting(sent));
    void this.#transport?.stop(0);
    this.#deaths++;
    this.#pass(this.#random.below(3) * 1500);
    await this.begin();
  }

  #moment(): Moment {
    const isSettled = this.#deaths === 0 || this.#now - (this.#subscribedAt ?? this.#now) > SETTLING;
    return { at: this.#now, deaths: this.#deaths, leaps: this.#leaps, isSettled };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await turn();
}
