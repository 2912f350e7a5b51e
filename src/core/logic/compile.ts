import { nearest } from '../nearest.ts';
import { BudgetError, MAX_STEPS } from './budget.ts';
import { Call, CONSTANT, MESSAGE, type Operand } from './call.ts';
import { AGGREGATES, type AggregateFunction } from '../aggregates/functions.ts';
import type { Environment, Gatherings } from './environment.ts';
import type { Getter, LogicScope } from './getter.ts';
import { type Finding, IssueLog, type LogicIssue, shown } from './issue.ts';
import type { Operator } from './operator.ts';
import { broken, fixed, listOf, lowest, NO_BODY } from './operands.ts';
import { OPERATORS, REFUSED } from './operators.ts';
import { SYNONYMS, WRITTEN_OTHERWISE } from './other-names.ts';
import { isList } from './value.ts';

export type { Environment } from './environment.ts';
export type { LogicIssue } from './issue.ts';

/** JSON-logic as a closure. With errors among the issues it answers null. */
export interface Compiled<S extends LogicScope = LogicScope> {
  readonly get: Getter<S>;
  /** The result is the same for every message. */
  readonly constant: boolean;
  readonly issues: readonly LogicIssue[];
}

/** Compiles JSON-logic, which may be whatever a file can hold. Never throws because of it, and finds all that is wrong. */
export function compileLogic<S extends LogicScope>(logic: unknown, environment: Environment<S>): Compiled<S> {
  // Closures pass the scope on to the environment's getters, which alone look for more in it than LogicScope has.
  const compilation = new Compilation(logic, environment as Environment);
  const { get, reach, broken } = compilation.compile(logic, 0, 0);
  return { get, constant: !broken && reach === CONSTANT, issues: compilation.log.issues };
}

/** How deep logic may be nested, and how much of it there may be: operators, operands and literals each count. */
const MAX_NESTING = 64;
const MAX_NODES = 2_000;
/** In UTF-16 units. */
const MAX_LITERAL_TEXT = 8_192;
/** Of operands, too. */
const MAX_LITERAL_LIST = 1_000;
/** Iterators in iterators. */
const MAX_ITERATORS = 3;

/** Where functions that gather stand inside others: those that have a meaning for one message, and those that have not. */
const GATHER_LET =
  'Give the inner value a name in `let`, and gather that; if it is of the whole window, gather each by itself, and put them together in `let`';
const GATHER_EACH = 'Gather each by itself, and put them together in `let`; collect(x) gathers a list';

/** One run over one tree. */
class Compilation {
  readonly log: IssueLog;
  readonly #environment: Environment;
  /** Constants are computed in here, all of them within the steps of one message. */
  readonly #scope: LogicScope = { payload: null, now: 0, wallAhead: 0, items: [], steps: MAX_STEPS };
  #nodes = 0;
  #isTooDeep = false;
  /** Inside an operand of a function that gathers. */
  #isGathered = false;

  constructor(root: unknown, environment: Environment) {
    this.log = new IssueLog(root);
    this.#environment = environment;
  }

  /** Compiles a node at so many levels below the root, inside so many iterators. */
  compile(logic: unknown, level: number, depth: number): Operand {
    if (!this.#isWithinLimits(level)) return broken(logic);
    if (typeof logic !== 'object' || logic === null) return this.#isJson(logic) ? fixed(logic, logic) : broken(logic);
    return this.log.inside(logic, () => {
      if (isList(logic)) return this.#list(logic, level, depth);
      const [only, second] = Object.keys(logic);
      if (only !== undefined && second === undefined) {
        return this.#operator(logic, only, (logic as Readonly<Record<string, unknown>>)[only], level, depth);
      }
      return this.#isMappingOfData(Object.entries(logic), level) ? fixed(logic, logic) : broken(logic);
    });
  }

  #list(logic: readonly unknown[], level: number, depth: number): Operand {
    const elements = this.#each(logic, level, depth);
    if (elements === undefined || elements.some((element) => element.broken)) return broken(logic);
    const reach = lowest(elements, depth);
    const values = elements.map((element) => element.value);
    if (reach === CONSTANT) return fixed(logic, values);
    const get = listOf(elements.map((element) => element.get));
    return { logic, get, reach, value: undefined, field: undefined, broken: false };
  }

  #operator(logic: object, name: string, argument: unknown, level: number, depth: number): Operand {
    const { gatherings } = this.#environment;
    if (gatherings?.takes(name, isList(argument) ? argument.length : 1) === true)
      return this.#gathering(gatherings, logic, name, argument, level, depth);
    const operator = OPERATORS.get(name);
    const body = operator?.body ?? NO_BODY;
    const operands = this.#operands(name, argument, level, depth, body);
    if (operator === undefined) this.#reportUnknown(name);
    if (operator === undefined || operands === undefined) return broken(logic);
    if (!this.#isCallable(operator, operands.length, depth)) return broken(logic);

    let failed = operands.some((operand) => operand.broken);
    const call = new Call(name, operands, lowest(operands, depth, body), depth, this.#environment, (finding, index) => {
      failed ||= finding.severity === 'error';
      this.#reportOperand(name, argument, index, finding);
    });
    const get = operator.build(call);
    if (failed) return broken(logic);
    if (call.reach === CONSTANT) return this.#fold(logic, get);
    return { logic, get, reach: call.reach, value: undefined, field: call.field, broken: false };
  }

  /** A function that gathers what its operand is at each message: outside of it names mean the latest one. */
  #gathering(
    gatherings: Gatherings,
    logic: object,
    name: string,
    argument: unknown,
    level: number,
    depth: number,
  ): Operand {
    const hint = OPERATORS.has(name) ? GATHER_LET : GATHER_EACH;
    if (this.#isGathered) {
      this.#error('nested-aggregate', `"${name}" gathers over messages, inside a function that does so too`, hint);
      return broken(logic);
    }
    if (depth > 0) {
      this.#error('aggregate-in-iterator', `"${name}" gathers over messages: it cannot stand inside an iterator`, hint);
      return broken(logic);
    }
    this.#isGathered = true;
    const operands = this.#operands(name, argument, level, 0, NO_BODY);
    this.#isGathered = false;
    if (operands === undefined || operands.some((operand) => operand.broken)) return broken(logic);
    const get = gatherings.build(name, operands);
    if (typeof get === 'string') this.#error('bad-aggregate', get);
    if (typeof get === 'string') return broken(logic);
    return { logic, get, reach: MESSAGE, value: undefined, field: undefined, broken: false };
  }

  /** Compiles what an operator has as its argument; undefined if that is too much to look at. */
  #operands(
    name: string,
    argument: unknown,
    level: number,
    depth: number,
    body: number,
  ): readonly Operand[] | undefined {
    this.log.enter(name);
    const operands = isList(argument)
      ? this.#each(argument, level, depth, body)
      : [this.compile(argument, level + 1, body === 0 ? depth + 1 : depth)];
    this.log.leave();
    return operands;
  }

  /**
   * Compiles the elements of a list, the one at `body` as inside an iterator; undefined if there are too many to look at.
   */
  #each(list: readonly unknown[], level: number, depth: number, body = NO_BODY): readonly Operand[] | undefined {
    if (!this.#isShort(list)) return undefined;
    return list.map((element, index) => {
      this.log.enter(index);
      const operand = this.compile(element, level + 1, index === body ? depth + 1 : depth);
      this.log.leave();
      return operand;
    });
  }

  /** What depends on no message is computed now, once. */
  #fold(logic: unknown, get: Getter): Operand {
    try {
      return fixed(logic, get(this.#scope));
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      this.#error('budget', `this is always over its budget: ${error.message}`);
      return broken(logic);
    }
  }

  #isCallable(
    { name, arity: [least, most], signature, body, surplusHint }: Operator,
    count: number,
    depth: number,
  ): boolean {
    const isTooDeep = body !== undefined && depth >= MAX_ITERATORS;
    if (isTooDeep) this.#error('iterators-too-deep', `iterators are nested at most ${MAX_ITERATORS} deep`);
    if (count >= least && count <= most) return !isTooDeep;
    const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    const message = `"${name}" takes ${wanted} operand${wanted === '1' ? '' : 's'}, not ${count}: ${signature}`;
    if (count < least) this.#error('too-few-operands', message);
    else this.#error('too-many-operands', message, surplusHint);
    return false;
  }

  /** A tree that is too large or too deep is so in many places: it is said once. */
  #isWithinLimits(level: number): boolean {
    this.#nodes++;
    if (this.#nodes === MAX_NODES + 1) {
      this.#error('too-many-nodes', `an expression has at most ${MAX_NODES} operators, operands and literals`);
    }
    if (level > MAX_NESTING && !this.#isTooDeep) {
      this.#isTooDeep = true;
      this.#error('too-deep', `an expression is nested at most ${MAX_NESTING} deep`);
    }
    return this.#nodes <= MAX_NODES && level <= MAX_NESTING;
  }

  #isShort(list: readonly unknown[]): boolean {
    if (list.length <= MAX_LITERAL_LIST) return true;
    this.#error(
      'list-too-long',
      `a list in an expression has at most ${MAX_LITERAL_LIST} elements, not ${list.length}`,
    );
    return false;
  }

  #isJson(literal: unknown): boolean {
    if (typeof literal === 'string' && literal.length > MAX_LITERAL_TEXT) {
      this.#error(
        'text-too-long',
        `a text in an expression has at most ${MAX_LITERAL_TEXT} characters, not ${literal.length}`,
      );
      return false;
    }
    const isJson =
      literal === null || typeof literal === 'string' || typeof literal === 'boolean' || Number.isFinite(literal);
    if (!isJson) this.#error('not-json', `${shown(literal)} is no JSON value`);
    return isJson;
  }

  /** A mapping that has not exactly one key is itself: nothing in it is logic, which is easily forgotten. */
  #isMappingOfData(entries: readonly [string, unknown][], level: number): boolean {
    const operator = entries.find(([key]) => OPERATORS.has(key))?.[0];
    if (operator !== undefined) {
      const message = `a mapping with several keys is data: "${operator}" is no operator here`;
      this.log.add({
        severity: 'warning',
        code: 'operator-in-data',
        message,
        hint: 'An operator is a mapping with one key',
      });
    }
    return this.#areData(entries, level);
  }

  #areData(entries: readonly (readonly [string | number, unknown])[], level: number): boolean {
    return entries.map(([key, value]) => this.log.at(key, () => this.#isData(value, level + 1))).every(Boolean);
  }

  #isData(data: unknown, level: number): boolean {
    if (!this.#isWithinLimits(level)) return false;
    if (typeof data !== 'object' || data === null) return this.#isJson(data);
    return this.log.inside(data, () => {
      if (!isList(data)) return this.#areData(Object.entries(data), level);
      return this.#isShort(data) && this.#areData([...data.entries()], level);
    });
  }

  #reportUnknown(name: string): void {
    const reason = REFUSED.get(name);
    if (reason !== undefined) return this.#error('refused-operator', `"${name}" is refused: ${reason}`);
    const aggregate = AGGREGATES.get(name);
    if (aggregate !== undefined) return this.#reportAggregate(aggregate);
    const meant = SYNONYMS.get(name) ?? nearest(name, OPERATORS.keys());
    const hint = WRITTEN_OTHERWISE.get(name) ?? (meant && `Did you mean "${meant}"?`);
    return this.#error('unknown-operator', `no operator is called ${shown(name)}`, hint);
  }

  /** A function of `aggregate` that stands elsewhere, or that has other operands there. */
  #reportAggregate({ name, signature }: AggregateFunction): void {
    if (this.#environment.gatherings !== undefined)
      return this.#error('wrong-operands', `"${name}" is called so: ${signature}`);
    const hint = `Give it a name there, and use that: aggregate: { n: ${signature.split(' or ')[0] ?? name} }${name === 'count' ? '. How many elements a list has is length(list)' : ''}`;
    return this.#error('misplaced-aggregate', `"${name}" gathers over a window: it stands under \`aggregate\``, hint);
  }

  #reportOperand(name: string, argument: unknown, index: number | undefined, finding: Finding): void {
    if (index === undefined) return this.log.add(finding);
    const operand: unknown = isList(argument) ? argument[index] : argument;
    const report = (): void => this.log.add(finding);
    const reportThere = (): void =>
      typeof operand === 'object' && operand !== null ? this.log.inside(operand, report) : report();
    return this.log.at(name, () => (isList(argument) ? this.log.at(index, reportThere) : reportThere()));
  }

  #error(code: string, message: string, hint?: string): void {
    this.log.add({ severity: 'error', code, message, hint });
  }
}
