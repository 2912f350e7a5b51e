import type { Rule } from '../core/rule.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ReloadReading, ReloadTrigger } from '../ports/readings.ts';
import type { RuleFiles, RuleSource } from '../ports/rule-source.ts';

/** Rule files made into rules. `P` is a problem, which this file only hands on. */
export interface CompiledRules<P> {
  readonly rules: readonly Rule[];
  readonly disabled: number;
  /** Files with errors: running as they last were, or not at all. */
  readonly failed: readonly string[];
  readonly problems: readonly P[];
}

/** What a reload came to. */
export interface Reloaded<P> {
  readonly ok: boolean;
  readonly rules: number;
  /** Whether anything runs differently now. */
  readonly changed: boolean;
  readonly problems: readonly P[];
}

/** Where the rules go. */
export interface RuleSink {
  load(rules: readonly Rule[]): Promise<void>;
}

/**
 * Brings rule files into the engine: at the start, when they change, when asked. One reload at a time; what comes in the
 * meantime is one more. A file with errors keeps its last good rules, and the rest goes on.
 */
export class Reload<P> {
  readonly #source: RuleSource;
  readonly #compile: (files: RuleFiles) => CompiledRules<P>;
  readonly #sink: RuleSink;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told: (problem: P) => void;
  readonly #counts = new Map<string, { result: 'success' | 'failure'; trigger: ReloadTrigger; count: number }>();
  #last: CompiledRules<P> = { rules: [], disabled: 0, failed: [], problems: [] };
  #successAt = 0;
  #work: Promise<unknown> = Promise.resolve();
  #asked: Promise<Reloaded<P>> | null = null;
  #reads = 0;
  #cancelWatch: Cancel = () => {};
  #closed = false;

  /** `told` shows a problem to a person. */
  constructor(
    source: RuleSource,
    compile: (files: RuleFiles) => CompiledRules<P>,
    sink: RuleSink,
    clock: Clock,
    log: Log,
    told: (problem: P) => void,
  ) {
    this.#source = source;
    this.#compile = compile;
    this.#sink = sink;
    this.#clock = clock;
    this.#log = log;
    this.#told = told;
    for (const result of ['success', 'failure'] as const) {
      for (const trigger of ['start', 'watch', 'api', 'signal'] as const) {
        this.#counts.set(`${result} ${trigger}`, { result, trigger, count: 0 });
      }
    }
  }

  /** What runs now. */
  get last(): CompiledRules<P> {
    return this.#last;
  }

  /**
   * Read all files and put them to work. A call that comes while another waits its turn shares that one's answer; after
   * `stop` it changes nothing.
   */
  now(trigger: ReloadTrigger): Promise<Reloaded<P>> {
    this.#asked ??= this.#queue(async () => {
      this.#asked = null;
      if (this.#closed) return this.#unchanged();
      this.#reads++;
      return this.#apply(await this.#source.read(), trigger);
    });
    return this.#asked;
  }

  /** Reload whenever the files change. */
  watch(): void {
    this.#cancelWatch = this.#source.watch(
      (files) => {
        const reads = this.#reads;
        // What was read since is as new or newer.
        const work = async (): Promise<unknown> => (reads === this.#reads ? this.#apply(files, 'watch') : undefined);
        this.#queue(work).catch((error: unknown) => {
          this.#log.write('error', `reload failed: ${String(error)}`);
        });
      },
      (error) => this.#log.write('warn', `watching the rules: ${error.message}`),
    );
  }

  /** Reload no more, and wait for a reload on its way. */
  async stop(): Promise<void> {
    this.#closed = true;
    this.#cancelWatch();
    await this.#work.catch(() => {});
  }

  reading(): ReloadReading {
    return {
      successful: this.#last.failed.length === 0,
      successAt: this.#successAt,
      counts: [...this.#counts.values()],
    };
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }

  #unchanged(): Reloaded<P> {
    const { rules, failed, problems } = this.#last;
    return { ok: failed.length === 0, rules: rules.length, changed: false, problems };
  }

  async #apply(files: RuleFiles, trigger: ReloadTrigger): Promise<Reloaded<P>> {
    const compiled = this.#compile(files);
    const before = this.#last.rules;
    const changed = compiled.rules.length !== before.length || compiled.rules.some((rule, i) => rule !== before[i]);
    const ok = compiled.failed.length === 0;
    const count = this.#counts.get(`${ok ? 'success' : 'failure'} ${trigger}`);
    if (count !== undefined) count.count++;
    this.#last = compiled;
    if (ok) this.#successAt = this.#clock.wall();
    // Who asks for it gets a reload, though nothing changed: it lets rules that were put aside run again.
    if (changed || trigger !== 'watch') await this.#sink.load(compiled.rules);
    this.#tell(compiled, changed, trigger);
    return { ok, rules: compiled.rules.length, changed, problems: compiled.problems };
  }

  #tell({ rules, failed, problems }: CompiledRules<P>, changed: boolean, trigger: ReloadTrigger): void {
    if (trigger === 'start') return;
    for (const problem of problems) this.#told(problem);
    const fields = { rules: rules.length, trigger, ...(failed.length > 0 ? { failed: failed.join(', ') } : {}) };
    if (failed.length > 0)
      this.#log.write('error', 'rules reloaded, but some files have errors and keep their last good rules', fields);
    else this.#log.write('info', changed ? 'rules reloaded' : 'rules are unchanged', fields);
  }
}
