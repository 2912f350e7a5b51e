import type { CONDITIONS, Step } from './do-steps.ts';

export interface Message {
  readonly at: number;
  readonly topic: string;
  readonly payload: number;
}

export interface Rule {
  readonly mode: 'single' | 'restart' | 'queued' | 'parallel';
  readonly max: number;
  readonly whenTrue: readonly Step[];
  readonly whenFalse: readonly Step[] | null;
  readonly onError: readonly Step[] | null;
}

/** What a script waits for: a time, or a message by then. */
interface Pause {
  readonly until: number;
  readonly accepts: ((message: Message) => boolean) | null;
}

/** A script at work. What it was waiting for is put in with `next`; null is that the time is over. */
type Work = Generator<Pause, void, Message | null>;

interface Run {
  readonly isFailure: boolean;
  readonly work: Work;
  pause: Pause | null;
}

interface Key {
  readonly name: string;
  n: number;
  runs: Run[];
  queue: Run[];
}

const MAX_PASSES = 1000;
/** The script ends here. */
class Stop extends Error {}

/** The steps of `do` by the book: each script is a function that runs, and yields where it waits. */
export class Interpreter {
  readonly #rule: Rule;
  readonly #keys: Key[] = [];
  readonly #effects: [number, string, string][] = [];
  /** The scripts that failures have yet to start. */
  readonly #failures: Run[] = [];
  #now = 0;

  constructor(rule: Rule) {
    this.#rule = rule;
  }

  run(messages: readonly Message[], end: number): readonly (readonly [number, string, string])[] {
    for (const message of messages) {
      this.#passTime(message.at - 1);
      this.#now = message.at;
      for (const key of this.#keys) this.#deliver(key, message);
      if (message.topic.startsWith('t/')) this.#trigger(message.topic.slice(2), message);
    }
    this.#passTime(end);
    return this.#effects;
  }

  /** Timers act in the order of time, then of the keys' first messages, then in that in which the scripts began. */
  #passTime(to: number): void {
    for (;;) {
      const at = Math.min(...this.#keys.flatMap(({ runs }) => runs.map(({ pause }) => pause?.until ?? Infinity)));
      if (at > to) return;
      this.#now = at;
      for (const key of this.#keys) {
        const due = (): Run | undefined => key.runs.find(({ pause }) => pause !== null && pause.until <= at);
        for (let run = due(); run !== undefined; run = due()) {
          this.#goOn(key, run, null);
          this.#settle(key);
        }
      }
    }
  }

  #deliver(key: Key, message: Message): void {
    for (const run of key.runs.slice()) {
      if (key.runs.includes(run) && run.pause?.accepts?.(message) === true) this.#goOn(key, run, message);
    }
    this.#settle(key);
  }

  #trigger(name: string, message: Message): void {
    let key = this.#keys.find((one) => one.name === name);
    if (key === undefined) this.#keys.push((key = { name, n: 0, runs: [], queue: [] }));
    const { whenTrue, whenFalse } = this.#rule;
    const list = message.payload > 0 ? whenTrue : whenFalse;
    const isDropped = list !== null && list.length > 0 && this.#isFull(key, false);
    if (message.payload > 0) this.#say(key, `start ${message.payload}`);
    if (list !== null && !isDropped) this.#start(key, this.#newRun(key, list, message, false, null, null));
    this.#settle(key);
  }

  #peers(list: readonly Run[], isFailure: boolean): Run[] {
    return list.filter((run) => run.isFailure === isFailure);
  }

  #isFull({ runs, queue }: Key, isFailure: boolean): boolean {
    const { mode, max } = this.#rule;
    if (mode === 'restart') return false;
    return this.#peers([...runs, ...queue], isFailure).length >= (mode === 'single' ? 1 : max);
  }

  #start(key: Key, run: Run): void {
    const { mode } = this.#rule;
    if (this.#isFull(key, run.isFailure)) return;
    if (mode === 'queued' && this.#peers(key.runs, run.isFailure).length > 0) {
      key.queue.push(run);
      return;
    }
    if (mode === 'restart') key.runs = key.runs.filter((other) => other.isFailure !== run.isFailure);
    this.#goOn(key, run, null);
  }

  #settle(key: Key): void {
    for (;;) {
      const run = key.queue.find(({ isFailure }) => this.#peers(key.runs, isFailure).length === 0);
      if (run === undefined) return;
      key.queue.splice(key.queue.indexOf(run), 1);
      this.#goOn(key, run, null);
    }
  }

  #goOn(key: Key, run: Run, found: Message | null): void {
    const { value, done } = run.work.next(found);
    run.pause = done === true ? null : value;
    if (run.pause === null) key.runs = key.runs.filter((other) => other !== run);
    else if (!key.runs.includes(run)) key.runs.push(run);
    for (const failure of this.#failures.splice(0)) this.#start(key, failure);
  }

  #newRun(
    key: Key,
    list: readonly Step[],
    trigger: Message,
    isFailure: boolean,
    awaited: number | null,
    timedOut: boolean | null,
  ): Run {
    return { isFailure, work: this.#script(key, list, trigger, isFailure, awaited, timedOut), pause: null };
  }

  #say({ name }: Key, text: string): void {
    this.#effects.push([this.#now, name, text]);
  }

  *#script(
    key: Key,
    list: readonly Step[],
    trigger: Message,
    isFailure: boolean,
    ...[awaitedBefore, timedOutBefore]: [number | null, boolean | null]
  ): Work {
    let awaited = awaitedBefore;
    let timedOut = timedOutBefore;
    const ask = (condition: string, payload = trigger.payload): boolean => {
      switch (condition as (typeof CONDITIONS)[number] | 'payload > (awaited ?? 0)') {
        case 'payload > 1':
          return payload > 1;
        case 'payload > (awaited ?? 0)':
          return payload > (awaited ?? 0);
        case 'n < 3':
          return key.n < 3;
        case 'n >= 4':
          return key.n >= 4;
        case 'awaited > 1':
          return awaited !== null && awaited > 1;
        case 'timed_out':
          return timedOut === true;
        case 'nothing':
          return false;
      }
    };
    const act = (text: string): void => {
      if (text !== '${nothing}') {
        const fill = (_: string, name: string): string =>
          name === 'payload'
            ? String(trigger.payload)
            : name === 'n'
              ? String(key.n)
              : name.startsWith('awaited')
                ? String(awaited ?? 'none')
                : String(timedOut ?? 'never');
        this.#say(key, text.replace(/\$\{(.*?)\}/g, fill));
        return;
      }
      if (isFailure) return;
      this.#say(key, 'failed');
      const { onError } = this.#rule;
      if (onError !== null) this.#failures.push(this.#newRun(key, onError, trigger, true, awaited, timedOut));
    };
    const isAwaited = (on: string, topic: string): boolean =>
      on === 'v' ? topic === 'v' : on === 'u/+' ? topic.startsWith('u/') : topic === on.replace('+k', key.name);
    const go = function* (steps: readonly Step[], now: () => number): Generator<Pause, void, Message | null> {
      for (const step of steps) {
        if ('log' in step) act(step.log);
        else if ('set' in step) key.n++;
        else if ('wait' in step) yield { until: now() + Number.parseInt(step.wait, 10) * 1000, accepts: null };
        else if ('wait_for' in step) {
          const { on, if: test, timeout } = step.wait_for;
          const found: Message | null = yield {
            until: timeout === undefined ? Infinity : now() + Number.parseInt(timeout, 10) * 1000,
            accepts: ({ topic, payload }) => isAwaited(on, topic) && (test === undefined || ask(test, payload)),
          };
          awaited = found?.payload ?? null;
          timedOut = found === null;
        } else if ('choose' in step) {
          const choice = step.choose.find((one) => 'else' in one || ask(one.if));
          if (choice !== undefined) yield* go('else' in choice ? choice.else : choice.do, now);
        } else if ('loop' in step) {
          const { loop } = step;
          for (let passes = 0; ; passes++) {
            if ('times' in loop && passes === loop.times) break;
            if ('while' in loop && !ask(loop.while)) break;
            if (passes === MAX_PASSES) throw new Stop();
            yield* go(loop.do, now);
            if ('until' in loop && ask(loop.until)) break;
          }
        } else throw new Stop();
      }
    };
    try {
      yield* go(list, () => this.#now);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
  }
}
