import type { Assignment, Action } from '../core/action.ts';
import type { Input } from '../core/rule.ts';
import type { Expression } from '../core/scope.ts';
import type { AwaitedInput, Instruction, Script } from '../core/script.ts';
import { NEVER } from '../core/stage.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileCondition } from './condition.ts';
import { compilePorts, type BrokerSettings } from './inputs.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { DoStep, DoSteps } from './action-shapes.ts';

/** What the steps of a rule need to know of it. */
export interface ScriptContext {
  readonly names: Names;
  readonly report: Report;
  readonly brokers: BrokerSettings;
  /** Inputs for what scripts wait for are added here; their ports are their places. */
  readonly waits: Input[];
  /** Compile what one step does: `set`, `publish` and the like, which stand at this path. */
  readonly act: (
    step: DoStep,
    path: Path,
  ) => { readonly actions: readonly Action[]; readonly set: readonly Assignment[] };
}

/** Compile `do` to a flat list of instructions. */
export function compileScript(steps: DoSteps, path: Path, context: ScriptContext): Script {
  const { names } = context;
  const before = names.inScript;
  names.inScript = true;
  const compilation = new ScriptCompilation(context);
  compilation.steps(steps, path);
  names.inScript = before;
  return compilation.script;
}

const STEP_KEYS = ['set', 'publish', 'http', 'log', 'wait', 'wait_for', 'choose', 'loop', 'stop'] as const;

class ScriptCompilation {
  readonly script: Instruction[] = [];
  readonly #context: ScriptContext;
  #counters = 0;

  constructor(context: ScriptContext) {
    this.#context = context;
  }

  steps(steps: DoSteps, path: Path): void {
    if (!isList(steps)) return this.#step(steps, path);
    for (const [i, step] of steps.entries()) this.#step(step, [...path, i]);
    return undefined;
  }

  #step(step: DoStep, path: Path): void {
    const keys = STEP_KEYS.filter((key) => step[key] !== undefined);
    if (keys.length !== 1) {
      const message =
        keys.length === 0 ? 'this step does nothing' : `a step does one thing: this one has ${keys.join(', ')}`;
      this.#context.report.error(path, 'invalid-step', message, 'Begin each step with "- ": - wait: 5m');
      return;
    }
    const { wait, wait_for: awaited, choose, loop } = step;
    if (wait !== undefined) this.script.push({ op: 'wait', length: this.#length(wait, [...path, 'wait']) });
    else if (awaited !== undefined) this.#await(awaited, [...path, 'wait_for']);
    else if (choose !== undefined) this.#choose(choose, [...path, 'choose']);
    else if (loop !== undefined) this.#loop(loop, [...path, 'loop']);
    else if (step.stop === true) this.script.push({ op: 'stop' });
    else this.script.push({ op: 'act', ...this.#context.act(step, path) });
  }

  #await({ on, if: test, timeout }: NonNullable<DoStep['wait_for']>, path: Path): void {
    const { names, brokers, waits, report } = this.#context;
    const { inputs, captures: all, partial } = compilePorts([[on, [...path, 'on']]], 'prime', brokers, report);
    const own = all.filter((name) => !names.captures.includes(name));
    const awaited = inputs.map((input): AwaitedInput => {
      const wildcards = input.filter.names;
      const bound = [...names.captures.keys()].filter((capture) => wildcards.includes(names.captures[capture] ?? null));
      const port = waits.length;
      waits.push({
        ...input,
        kind: 'await',
        port,
        captures: own.map((name) => wildcards.indexOf(name)),
        key: bound.map((capture) => wildcards.indexOf(names.captures[capture] ?? null)),
      });
      return { port, bound };
    });
    this.script.push({
      op: 'await',
      inputs: awaited,
      test: test === undefined ? null : this.#awaitedCondition(test, [...path, 'if'], own, partial),
      timeout: timeout === undefined ? NEVER : this.#length(timeout, [...path, 'timeout']),
    });
  }

  #choose(choices: NonNullable<DoStep['choose']>, path: Path): void {
    const ends: number[] = [];
    for (const [i, choice] of choices.entries()) {
      const place = [...path, i];
      if (choice.else !== undefined) {
        if (choice.if !== undefined || choice.do !== undefined || i !== choices.length - 1) {
          this.#context.report.error(
            place,
            'invalid-step',
            '`else` is the last choice, and has no other keys',
            'Write - else: […] at the end',
          );
        }
        this.steps(choice.else, [...place, 'else']);
      } else if (choice.if === undefined || choice.do === undefined) {
        this.#context.report.error(place, 'invalid-step', 'a choice has `if` and `do`', 'Write - { if: …, do: […] }');
      } else {
        const test = this.#condition(choice.if, [...place, 'if']);
        const skip = this.#hole();
        this.steps(choice.do, [...place, 'do']);
        ends.push(this.#hole());
        this.script[skip] = { op: 'branch', test, wanted: true, otherwise: this.script.length };
      }
    }
    for (const end of ends) this.script[end] = { op: 'jump', to: this.script.length };
  }

  #loop(loop: NonNullable<DoStep['loop']>, path: Path): void {
    const kinds = [loop.times, loop.while, loop.until].filter((kind) => kind !== undefined);
    if (kinds.length !== 1) {
      this.#context.report.error(
        path,
        'invalid-step',
        'a loop has one of `times`, `while` and `until`',
        'Write { times: 3, do: […] }',
      );
      return;
    }
    const counter = this.#counters++;
    this.script.push({ op: 'loop', counter });
    const again = this.script.length;
    const enter = loop.while === undefined ? null : this.#condition(loop.while, [...path, 'while']);
    const exit = enter === null ? null : this.#hole();
    const pass = this.#hole();
    this.steps(loop.do, [...path, 'do']);
    if (loop.until !== undefined) {
      // Tested after each pass: true leads to the end.
      const test = this.#condition(loop.until, [...path, 'until']);
      this.script.push({ op: 'branch', test, wanted: false, otherwise: this.script.length + 2 });
    }
    this.script.push({ op: 'jump', to: again });
    const end = this.script.length;
    this.script[pass] = { op: 'pass', counter, times: loop.times ?? null, end };
    if (enter !== null && exit !== null)
      this.script[exit] = { op: 'branch', test: enter, wanted: true, otherwise: end };
  }

  /** How long to wait, in milliseconds: never nothing, so that a script that goes round does so in time. */
  #length(duration: string, path: Path): number {
    const length = parseDuration(duration) ?? 0;
    if (length === 0)
      this.#context.report.error(path, 'invalid-value', `\`${String(path.at(-1))}\` must be longer than nothing`);
    return length;
  }

  /** A place for an instruction that is known later. */
  #hole(): number {
    return this.script.push({ op: 'stop' }) - 1;
  }

  /** A condition whose names are those of an awaited message, with wildcards of its own. */
  #awaitedCondition(
    value: unknown,
    path: Path,
    own: readonly string[],
    unusable: ReadonlyMap<string, string>,
  ): Expression {
    const { names } = this.#context;
    const { captures, partial } = names;
    names.captures = [...captures, ...own];
    names.partial = new Map([...partial, ...unusable]);
    names.inWait = true;
    const condition = this.#condition(value, path);
    names.inWait = false;
    names.captures = captures;
    names.partial = partial;
    return condition;
  }

  #condition(value: unknown, path: Path): Expression {
    const { names, report } = this.#context;
    return compileCondition(value, path, 'rule', names, report).get;
  }
}

function isList(steps: DoSteps): steps is readonly DoStep[] {
  return Array.isArray(steps);
}
