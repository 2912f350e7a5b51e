import type { Witness } from './session-broker.ts';
import type { Moment, Receipt, Sent } from './sent.ts';
import type { Message } from './session.ts';
import { LENGTHS, type Vigil, vigilFault } from './vigil.ts';
import type { Published } from './wire.ts';

/** What holds for every run, whatever happens in it; the first thing that did not, in words, or null. */
export type Verdict = string | null;

/** The model that never crashes: what was sent, what has come of it, and whether that is right. */
export class Ledger implements Witness<Sent> {
  readonly #now: () => Moment;
  readonly #sent: Sent[] = [];
  readonly #vigils = new Map<string, Vigil>();
  readonly #first: Receipt[] = [];
  /** By their `automate-id`. */
  readonly #known = new Map<string, string>();
  /** By their ids, what the client is about to know that it is done. */
  #fresh: { readonly id: string; readonly qos: number }[] = [];
  /** What it knows to be done, which must not be done again by whatever process. */
  readonly #done = new Set<string>();
  #fault: Verdict = null;

  constructor(now: () => Moment) {
    this.#now = now;
  }

  /** A message is sent; of a vigil its next one. */
  send(message: Message, vigil: Vigil | null): Sent {
    const sent = { ...message, sent: this.#now(), acknowledged: null, mayBeLost: false };
    this.#sent.push(sent);
    vigil?.messages.push(sent);
    return sent;
  }

  begin(vigil: Vigil): void {
    this.#vigils.set(vigil.name, vigil);
  }

  get vigils(): readonly Vigil[] {
    return [...this.#vigils.values()];
  }

  get transcript(): string {
    return this.#first.map(({ topic, payload, moment }) => `${moment.at} ${topic} ${payload}\n`).join('');
  }

  mayLose(which: (sent: Sent) => boolean): void {
    for (const sent of this.#sent) if (which(sent)) sent.mayBeLost = true;
  }

  acknowledged(message: Sent): void {
    message.acknowledged = this.#now();
  }

  received({ topic, payload, qos, user }: Published): void {
    const id = user.get('automate-id');
    const name = `${topic} ${payload}`;
    if (id === undefined) {
      if (qos > 0) this.#wrong(`${name} has no id`);
    } else {
      const known = this.#known.get(id);
      if (known !== undefined && known !== name) this.#wrong(`${known} and ${name} have one id, ${id}`);
      if (this.#done.has(id)) this.#wrong(`${name} was done, and that was known, and is done again`);
      this.#known.set(id, name);
      if (known !== undefined) return;
    }
    this.#first.push({ topic, payload, moment: this.#now() });
  }

  answered({ user, qos }: Published): void {
    const id = user.get('automate-id');
    if (id !== undefined) this.#fresh.push({ id, qos });
  }

  /** Whatever has arrived has been dealt with, but perhaps for answers to QoS 2. */
  settle(isQos2Open: boolean): void {
    for (const { id, qos } of this.#fresh) if (qos < 2 || !isQos2Open) this.#done.add(id);
    this.#fresh = this.#fresh.filter(({ id }) => !this.#done.has(id));
  }

  /** The connection is cut: what had just arrived may have been lost with it. */
  cut(): void {
    this.#fresh = [];
    this.mayLose(({ qos }) => qos === 0);
  }

  /** `keys`: whose messages are counted. */
  verdict(keys: readonly string[]): Verdict {
    if (this.#fault !== null) return this.#fault;
    for (const key of keys) {
      const fault = this.#countFault(key);
      if (fault !== null) return `of key ${key}, ${fault}`;
    }
    for (const vigil of this.#vigils.values()) {
      const acts = this.#payloads(LENGTHS[vigil.kind].out + vigil.name);
      const fault = vigilFault(vigil, acts);
      if (fault !== null) return `the ${vigil.kind} of ${vigil.name} ${fault}`;
    }
    return this.#retainedFault();
  }

  /** Retained messages make no rule act. Of `absent` they start the clock, of a key that has had no other message: once. */
  #retainedFault(): Verdict {
    const gone = this.#payloads('out/gone/kept').map(({ payload }) => Number(payload.split(' ')[1]));
    if (gone.length > 1 || gone.some((held) => !(held >= LENGTHS.absent.ms))) return `silence was told ${gone.join()}`;
    const acts = this.#first.filter(({ topic }) => topic.endsWith('/kept') && topic !== 'out/gone/kept');
    return acts.length === 0 ? null : `a retained message made a rule publish ${acts[0]?.topic}`;
  }

  #wrong(fault: string): void {
    this.#fault ??= fault;
  }

  #payloads(topic: string): Receipt[] {
    return this.#first.filter((receipt) => receipt.topic === topic);
  }

  /** Each message of a key was counted once, in its turn among those of its QoS, and all rules have the same idea of it. */
  #countFault(key: string): Verdict {
    const counts = this.#payloads(`out/count/${key}`).map(({ payload }) => payload.split(' '));
    const counted = counts.map(([payload = '']) => payload);
    const numbers = counts.map(([, n]) => Number(n));
    if (numbers.some((n, i) => n !== i + 1)) return `messages were counted ${numbers.join()}`;
    const echoed = this.#payloads(`out/echo/${key}`).map(({ payload }) => payload);
    if (echoed.join() !== counted.join()) return `${counted.join()} was counted and ${echoed.join()} echoed`;
    const told = this.#payloads(`out/tell/${key}`).map(({ payload }) => Number(payload));
    if (told.some((n, i) => n <= (told[i - 1] ?? 0) || n > counted.length)) return `${told.join()} was told`;
    for (const qos of [0, 1, 2]) {
      const sent = this.#sent.filter((one) => one.topic === `in/${key}` && !one.retained && one.qos === qos);
      const taken = counted.filter((payload) => payload.startsWith(`${qos}-`));
      if (isTurnOf(sent, taken)) continue;
      const texts = sent.map(({ payload, mayBeLost }) => payload + (mayBeLost ? '?' : ''));
      return `${texts.join()} was sent and ${taken.join()} counted`;
    }
    const stray = counted.find((payload) => !/^[012]-/.test(payload));
    return stray === undefined ? null : `${stray} was counted`;
  }
}

/** Whether `taken` is what was sent, in its order, with nothing left out but what may be lost. */
function isTurnOf(sent: readonly Sent[], taken: readonly string[]): boolean {
  /** How many of `taken` may be accounted for. */
  let counts = new Set([0]);
  for (const { payload, mayBeLost } of sent) {
    const next = new Set<number>(mayBeLost ? counts : []);
    for (const count of counts) if (taken[count] === payload) next.add(count + 1);
    counts = next;
  }
  return counts.has(taken.length);
}
