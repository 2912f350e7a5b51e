import { messageOf } from '../core/caught.ts';
import type { Effect, PublishEffect } from '../core/effect.ts';
import type { Machine } from '../core/machine.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { Fenced, type Fence, type KeptEffect, type StateStore, type StoredState } from '../ports/state-store.ts';
import type { InputMarks } from './input-marks.ts';

/** Effects that may wait for one commit. Beyond them nothing more is taken in until it is done. */
const MAX_WAITING = 10_000;
/** How long the store may hold effects that are done, when nothing else is to be written. Milliseconds. */
const TIDY = 100;
/** How long to wait before a commit that failed is tried again. Milliseconds. */
const RETRY = 1000;

/** Who is told of commits. */
export interface Committed {
  /** Carry effects out, in order. */
  readonly perform: (effects: readonly Effect[]) => void;
  /** Stop taking messages in and letting time pass, or go on. */
  readonly hold: (isHeld: boolean) => void;
  /** How long a commit took, in seconds. */
  readonly took: (seconds: number) => void;
}

/** What the committer works with. */
export interface Surroundings extends Committed {
  readonly store: StateStore;
  readonly machine: Machine;
  readonly marks: InputMarks;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes what rules remember, and what they are about to do, before any of it is done and before the messages that led to
 * it are acknowledged. One commit at a time: what comes meanwhile goes into the next one, all together.
 */
export class Committer {
  readonly #around: Surroundings;
  readonly #storeId: string;
  readonly #fence: Fence;
  /** The position of the last commit. */
  #position: number;
  #nextEffect: number;
  /** What waits for the next commit. */
  #effects: Effect[] = [];
  #kept: KeptEffect[] = [];
  #after: (() => void)[] = [];
  #done: number[] = [];
  /** Of these, those that the store has not even noted. */
  #unnoted: number[] = [];
  /** The numbers of effects that are being carried out. */
  readonly #underWay = new Map<Effect, number>();
  #isWriting = false;
  /** How many effects wait for the commit that is being written. */
  #inCommit = 0;
  /** Something has been added since the commit began that is being written, which waits for the next one. */
  #hasMore = false;
  #afterThis: (() => void)[] = [];
  /** A commit failed, and the next try is yet to come. */
  #isFailing = false;
  /** Nothing is written any more. */
  #isOver = false;
  /** Why the last commit failed; null if it did not. */
  #fault: string | null = null;
  #isHeld = false;
  #cancelTidy: Cancel | null = null;
  #onIdle: (() => void)[] = [];

  constructor(around: Surroundings, { id, fence, position, nextEffect }: StoredState) {
    this.#around = around;
    this.#storeId = id;
    this.#fence = fence;
    this.#position = position;
    this.#nextEffect = nextEffect;
  }

  /** How many effects wait for a commit. */
  get waiting(): number {
    return this.#effects.length + this.#inCommit;
  }

  /** Why nothing can be written just now, or null. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Carry out what was left undone when the engine last ended. */
  resume(effects: readonly KeptEffect[]): void {
    for (const { number, effect } of effects) this.#underWay.set(effect, number);
    this.#around.perform(effects.map(({ effect }) => effect));
  }

  /** The machine has done something: `effects`, in order, are carried out when what it remembers is written. */
  add(effects: readonly Effect[]): void {
    for (const effect of effects) this.#effects.push(isKept(effect) ? this.#keep(effect) : effect);
    if (this.#effects.length > MAX_WAITING) this.#hold();
    if (this.#isWriting) this.#hasMore = true;
    this.#write();
  }

  /** Call this when all that has been added so far is written. */
  after(done: () => void): void {
    if (this.#isFailing || this.#isOver || this.#hasMore) this.#after.push(done);
    else if (this.#isWriting) this.#afterThis.push(done);
    else done();
  }

  /** An effect needs no more to be done. With `leadsOn`, what comes of that is about to be added: both are written together. */
  settled(effect: Effect, leadsOn: boolean): void {
    const number = this.#underWay.get(effect);
    if (number === undefined) return;
    this.#underWay.delete(effect);
    this.#done.push(number);
    if (!leadsOn && this.#unnoted.push(number) === 1) queueMicrotask(() => this.#note());
    this.#tidyLater();
  }

  /** All that was settled in this turn, before anything that waited for it goes out: what is in flight is all that may be repeated. */
  #note(): void {
    const numbers = this.#unnoted;
    this.#unnoted = [];
    if (!this.#isOver) this.#around.store.noteDone(numbers);
  }

  /** Write the time of now and all that is left to write; resolves when it is, or cannot be. */
  async finish(): Promise<void> {
    await this.#idle();
    this.#write(true);
    await this.#idle();
  }

  /** Write what is done before long, unless a commit takes it along. */
  #tidyLater(): void {
    if (this.#isWriting || this.#cancelTidy !== null || this.#done.length === 0) return;
    const { clock } = this.#around;
    this.#cancelTidy = clock.at(clock.now() + TIDY, () => {
      this.#cancelTidy = null;
      this.#write(true);
    });
  }

  #idle(): Promise<void> {
    return this.#isWriting ? new Promise((resolve) => this.#onIdle.push(resolve)) : Promise.resolve();
  }

  #keep(effect: Effect): Effect {
    const number = this.#nextEffect++;
    const named = effect.type === 'publish' ? withId(effect, `${this.#storeId}-${number}`) : { ...effect };
    this.#kept.push({ number, effect: named });
    this.#underWay.set(named, number);
    return named;
  }

  /** Write what there is to write, if nothing is being written: `always` what is of no consequence, too. */
  #write(always = false): void {
    if (this.#isWriting || this.#isFailing || this.#isOver) return;
    const { machine, marks, store } = this.#around;
    const changes = machine.remembered.takeChanges();
    const effects = this.#effects;
    const after = this.#after;
    if (changes === null && this.#kept.length === 0 && !always) {
      this.#effects = [];
      this.#after = [];
      this.#hasMore = false;
      this.#carryOut(effects, after);
      return;
    }
    const input = marks.takeChanges();
    const commit = {
      ...(changes ?? machine.remembered.noChanges()),
      fence: this.#fence,
      after: this.#position,
      position: marks.position,
      effects: this.#kept,
      done: this.#done,
      marks: input.marks,
      droppedMarks: input.dropped,
      nextEffect: this.#nextEffect,
    };
    this.#effects = [];
    this.#after = [];
    this.#afterThis = after;
    this.#kept = [];
    this.#done = [];
    this.#isWriting = true;
    this.#inCommit = effects.length;
    this.#hasMore = false;
    const began = performance.now();
    store.commit(commit).then(
      () => {
        this.#isWriting = false;
        this.#inCommit = 0;
        this.#position = commit.position;
        this.#around.took((performance.now() - began) / 1000);
        this.#isWell();
        this.#carryOut(effects, after);
        if (this.#effects.length + this.#after.length > 0) this.#write();
        this.#tidyLater();
        if (!this.#isWriting) for (const idle of this.#onIdle.splice(0)) idle();
      },
      (error: unknown) => {
        this.#isWriting = false;
        this.#inCommit = 0;
        machine.remembered.giveBack(commit);
        marks.giveBack(input);
        this.#effects.unshift(...effects);
        this.#after.unshift(...after);
        this.#kept.unshift(...commit.effects);
        this.#done.unshift(...commit.done);
        this.#failed(error);
      },
    );
  }

  #isWell(): void {
    if (this.#fault === null || this.#isOver) return;
    this.#around.log.write('info', 'the state is written again');
    this.#fault = null;
  }

  #carryOut(effects: readonly Effect[], after: readonly (() => void)[]): void {
    this.#around.perform(effects);
    for (const done of after) done();
    if (this.#isHeld && !this.#isFailing && !this.#isOver && this.#effects.length <= MAX_WAITING / 2) {
      this.#isHeld = false;
      this.#around.hold(false);
    }
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#around.hold(true);
  }

  /** Write no more. */
  end(): void {
    this.#isOver = true;
    this.#cancelTidy?.();
  }

  /** Write no more, and take nothing more in, for this reason. */
  halt(error: unknown): void {
    if (this.#isOver) return;
    const fault = messageOf(error);
    this.#around.log.write('error', `${fault}. No message is taken in until the engine is started anew`);
    this.#isOver = true;
    this.#fault = fault;
    this.#hold();
  }

  #failed(error: unknown): void {
    const { log, clock } = this.#around;
    const message = messageOf(error);
    if (error instanceof Fenced) this.halt(error);
    else if (!this.#isOver) {
      log.write('error', `${message}. No message is taken in until it can be written`);
      this.#isFailing = true;
      this.#fault = message;
      this.#hold();
      clock.at(clock.now() + RETRY, () => {
        this.#isFailing = false;
        this.#write(true);
      });
    }
    for (const idle of this.#onIdle.splice(0)) idle();
  }
}

/** Whether it is carried out even if the engine ends in between. A message of QoS 0 promises less. */
function isKept(effect: Effect): boolean {
  return effect.type === 'http' || (effect.type === 'publish' && effect.qos > 0);
}

/** Spread out, it would take several times as long, and so would all that reads it. */
function withId(effect: PublishEffect, id: string): PublishEffect {
  const { rule, slot, key, at, broker, topic, payload, qos, retain, hops, properties, moment } = effect;
  return { type: 'publish', rule, slot, key, at, broker, topic, payload, qos, retain, hops, properties, id, moment };
}
