import type { EvaluationListener } from '../core/evaluation.ts';
import type { Environment } from '../core/logic/compile.ts';
import type { Gatherings } from '../core/logic/environment.ts';
import type { Zone } from '../core/logic/zone.ts';
import { boundKey } from '../core/program.ts';
import type { Location } from '../core/schedules/sun.ts';
import type { Expression, Scope } from '../core/scope.ts';
import { changed, delta, numeric, type Measurement } from '../core/stages/past.ts';
import type { MemorySlot } from '../core/stages/memory.ts';
import { headsIn } from './heads.ts';
import { ageOfInput, lookupValue, type NamedLookup } from './input-values.ts';
import { IN_WORDS, type NameKind } from './name-kinds.ts';
import type { ReferenceLogic } from './reference.ts';
import { RESERVED } from './reserved-names.ts';
import { heldFor, RESERVED_VALUES } from './reserved-values.ts';
import { sunTime } from './sun-time.ts';
import { variableName } from './variable-name.ts';

/**
 * Where in a rule an expression stands, which decides what it can see. `message`: before the key is known (`where`,
 * `foreach`, `by`). `lookup`: in the `where` of a `with` entry. `window`: for a message, before a window has a result
 * (`time`, `from`, `to`, `cut`). `aggregate`: the same, with functions that gather. `rule`: everywhere else.
 */
export type Place = 'message' | 'lookup' | 'window' | 'aggregate' | 'rule';

type Name = ReturnType<Environment<Scope>['name']>;

/** What the names of one rule mean, innermost first. */
export class Names {
  readonly zone: Zone;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Where the sun is looked at; null where the configuration does not say. */
  location: Location | null = null;
  captures: readonly string[] = [];
  /** Wildcards that cannot be used, with the reason. */
  partial: ReadonlyMap<string, string> = new Map();
  /** Captures that may be several levels of a topic: those of a `#`. */
  severalLevels: readonly string[] = [];
  readonly lookups = new Map<string, NamedLookup>();
  /** Named inputs of `on`, by port. */
  inputs: readonly string[] = [];
  memory: readonly MemorySlot[] = [];
  /** `let` names so far: an expression sees the ones above it. */
  readonly lets: string[] = [];
  /** Gives the answers of expressions in which null is not unknown; null for our own. */
  reference: ReferenceLogic | null = null;
  /** Fields of payloads that tests send to the rule. */
  sentFields: ReadonlySet<string> = new Set();
  /** All `let` names of the rule. */
  declaredLets: readonly string[] = [];
  /** Those of them that `aggregate` gathers. */
  gatheredLets: ReadonlySet<string> = new Set();
  /** The rule has a window, and `aggregate` these names. */
  hasWindow = false;
  /** It slides, so that it may be empty. */
  slides = false;
  aggregates: readonly string[] = [];
  /** Those that are no field of a message as well, as far as can be seen. */
  onlyAggregates: readonly string[] = [];
  /** Those of them that are the number of messages. */
  readonly messageCounts = new Set<string>();
  /** The functions that gather, in `aggregate`. */
  gatherings: Gatherings<Scope> | null = null;
  /** `let` names that are worked out for each result of a window. */
  readonly resultLets = new Set<string>();
  /** An expression asked for what only a result of a window has. */
  usesResult = false;
  readonly measurements: Measurement[] = [];
  foreach = false;
  /** Its elements are `entries`, and their `key` is no part of the rule's. */
  iteratesEntries = false;
  /** False where the rule has only ticks, whose payload is unknown. */
  hasPayload = true;
  /** An expression asked for the payload where a window has its result: for that of the window's latest message. */
  readsPayload = false;
  /** An expression asked for `previous`. */
  usesPrevious = false;
  /** The rule has a level, which `active` and `held` tell of. */
  level = false;
  /** In the steps of `do`, which know what they have waited for, and in the `on_error` of a rule that waits. */
  inScript = false;
  /** In the `if` of a `wait_for`, where names mean the awaited message. */
  inWait = false;
  /** The rule has an alert, which `severity` tells of. */
  alert = false;
  /** The rule's id, and how many levels of a topic its key may be. */
  rule = '';
  keyLevels: readonly number[] = [1];
  /** In `on_error`, where `error` is the reason. */
  inError = false;
  /** In `late`, where a message has no window. */
  inLate = false;
  /** Told of each look at a condition. */
  trace: EvaluationListener | null = null;

  constructor(zone: Zone, vars: Readonly<Record<string, unknown>>) {
    this.zone = zone;
    this.vars = vars;
  }

  /** What a name is, in the order in which names hide one another; null for a field of the payload. */
  #kindOf(name: string): NameKind | null {
    if (RESERVED.has(name)) return 'reserved';
    if (this.lets.includes(name)) return 'let';
    if (this.aggregates.includes(name)) return 'aggregate';
    if (this.memory.some((slot) => slot.name === name)) return 'memory';
    if (this.inputs.includes(name)) return 'input';
    if (name === 'error' && this.inError) return 'error';
    if (this.lookups.has(name)) return 'lookup';
    if (this.captures.includes(name)) return 'capture';
    return Object.hasOwn(this.vars, name) ? 'constant' : null;
  }

  /** Whether a name means something other than a field of the payload. */
  has(name: string): boolean {
    return this.#kindOf(name) !== null;
  }

  /** The `let` value that is being compiled is one that `aggregate` gathers. */
  get inGatheredLet(): boolean {
    return this.gatheredLets.has(this.declaredLets[this.lets.length] ?? '');
  }

  /** What a name is that means something other than a field of the payload, in words. */
  describe(name: string): string {
    return IN_WORDS[this.#kindOf(name) ?? 'constant'];
  }

  /** Whether a name means levels of the topic that the message came with, rather than a value that takes one level. */
  meansLevels(name: string): boolean {
    return name === 'key' || (this.#kindOf(name) === 'capture' && this.severalLevels.includes(name));
  }

  /** The names as an expression at this place sees them. */
  environment(place: Place): Environment<Scope> {
    return {
      zone: this.zone,
      name: (head) => this.#name(head, place),
      readsPayload: () => this.#payloadIn(place),
      sunTime: (text) => sunTime(text, this.location),
      contextual: (operator, argument) => {
        if (operator === 'age') return this.#age(argument.logic, place);
        if (place === 'message' || place === 'lookup')
          return `\`${operator}\` needs the rule's state, which \`where\`, \`foreach\` and \`by\` come before`;
        if (this.inError)
          return `\`${operator}\` cannot stand in \`on_error\`: it is measured before the actions; give it a name in \`let\``;
        if (this.inWait)
          return `\`${operator}\` cannot stand in \`wait_for\`: it is measured for the messages of the rule`;
        if (argument.insideIterator)
          return `\`${operator}\` cannot stand inside an iterator: its operand would be many values`;
        const id = `${operator} ${JSON.stringify(argument.logic)}${this.letsIn(argument.logic)}`;
        const perResult = place === 'rule' && this.#resultsIn(argument.logic);
        if (operator === 'changed') return changed(this.#measure(id, argument.get, perResult), argument.get);
        const number = numeric(argument.get);
        return delta(this.#measure(id, number, perResult), number);
      },
      ...(place === 'aggregate' && this.gatherings !== null ? { gatherings: this.gatherings } : {}),
    };
  }

  #name(head: string, place: Place): Name {
    if (RESERVED.has(head)) {
      const meaning = this.#reserved(head, place);
      return typeof meaning === 'string' ? `${meaning}. A field of the payload is payload.${head}` : meaning;
    }
    if (place === 'rule' || place === 'window' || place === 'aggregate') {
      const slot = this.lets.indexOf(head);
      if (slot !== -1 && this.resultLets.has(head))
        return this.#result(head, place, (scope) => scope.lets[slot] ?? null);
      if (slot !== -1) return dynamic((scope) => scope.lets[slot] ?? null);
      const aggregate = place === 'rule' ? this.aggregates.indexOf(head) : -1;
      if (aggregate !== -1) return this.#result(head, place, (scope) => scope.aggregates[aggregate] ?? null);
      const memory = this.memory.findIndex((entry) => entry.name === head);
      if (memory !== -1) return dynamic((scope) => scope.memory[memory] ?? null);
      const input = this.inputs.indexOf(head);
      if (input !== -1) return dynamic((scope) => scope.inputs[input] ?? null);
      if (head === 'error' && this.inError) return dynamic((scope) => scope.error);
    }
    if (place === 'message') {
      const later = this.#later(head);
      if (later !== null)
        return `\`${head}\` is in this rule's ${later}, which \`where\`, \`foreach\` and \`by\` come before`;
    }
    if (place !== 'lookup') {
      const lookup = this.lookups.get(head);
      if (lookup !== undefined) return dynamic(lookupValue(lookup));
      const capture = this.captures.indexOf(head);
      if (capture !== -1) return dynamic((scope) => scope.captures[capture] ?? null);
    }
    const unusable = this.partial.get(head);
    if (unusable !== undefined) return unusable;
    if (!Object.hasOwn(this.vars, head)) return undefined;
    const value = this.vars[head] ?? null;
    return { get: () => value, constant: true };
  }

  /** An expression that stands there reads the payload: behind the window, unless only what comes before it can. */
  #payloadIn(place: Place): void {
    if (place === 'rule' || place === 'aggregate') this.readsPayload = true;
  }

  /** A name that has a value for a result of a window only. */
  #result(head: string, place: Place, get: Expression): Name {
    if (!this.hasWindow) return `\`${head}\` has a value only in a rule with \`window\``;
    if (place !== 'rule') return `\`${head}\` is of the window's result: here names mean the message`;
    if (this.inLate) return `\`${head}\` has no value for a message that is late: its windows have closed`;
    this.usesResult = true;
    return dynamic(get);
  }

  /** What has the name that `where`, `foreach` and `by` cannot see yet. */
  #later(head: string): string | null {
    if (this.declaredLets.includes(head)) return '`let`';
    if (this.inputs.includes(head)) return 'named inputs';
    return this.memory.some((slot) => slot.name === head) ? 'memory' : null;
  }

  #reserved(head: string, place: Place): Name {
    if ((place === 'message' || place === 'lookup') && (head === 'previous' || head === 'key')) {
      return `\`${head}\` is not known yet: \`where\`, \`foreach\` and \`by\` come before the key`;
    }
    if (place === 'lookup' && head === 'rule') return '`rule` has no meaning here: rules with equal lookups share them';
    if (head === 'payload' || head === 'outer') this.#payloadIn(place);
    switch (head) {
      case 'previous':
        this.usesPrevious = true;
        return dynamic((scope) => scope.previous);
      case 'active':
      case 'held':
        if (!this.level || place !== 'rule')
          return `\`${head}\` has a value only where a rule has a level, made by for, times, until, expire, absent, repeat, end, alert or fire: rise`;
        return head === 'active' ? dynamic((scope) => scope.active) : dynamic(heldFor);
      case 'awaited':
      case 'timed_out':
        if (!this.inScript) return `\`${head}\` has a value only in the steps of \`do\`, behind a \`wait_for\``;
        return head === 'awaited' ? dynamic((scope) => scope.awaited) : dynamic((scope) => scope.timedOut);
      case 'severity':
        return this.alert && place === 'rule'
          ? dynamic((scope) => scope.severity)
          : '`severity` has a value only in a rule with `alert`';
      case 'window':
        return this.#result(head, place, (scope) => scope.window);
      case 'outer':
        return this.foreach ? dynamic((scope) => scope.message) : undefined;
      default: {
        const get = RESERVED_VALUES.get(head);
        return get === undefined ? undefined : dynamic(get); // `item`: only iterators know it.
      }
    }
  }

  /** The `let` names in the logic, as text: further up, the same words meant something else. */
  letsIn(logic: unknown): string {
    const found = headsIn(logic);
    return this.lets
      .filter((name) => found.has(name))
      .map((name) => ` let ${name}`)
      .join('');
  }

  /** Whether the logic may name what only a result of a window has. */
  #resultsIn(logic: unknown): boolean {
    const found = headsIn(logic);
    return [...this.aggregates, ...this.resultLets, 'window'].some((name) => found.has(name));
  }

  #measure(id: string, operand: Expression, perResult: boolean): number {
    const known = this.measurements.findIndex((measurement) => measurement.id === id);
    return known === -1 ? this.measurements.push({ id, operand, perResult }) - 1 : known;
  }

  #age(logic: unknown, place: Place): Expression | string {
    const name = variableName(logic);
    const input = name === null || place === 'message' || place === 'lookup' ? -1 : this.inputs.indexOf(name);
    if (input !== -1) return ageOfInput(input);
    const lookup = name === null || place === 'lookup' ? undefined : this.lookups.get(name);
    if (lookup === undefined) return '`age` takes the name of a lookup in `with`, or of a named input';
    const { from, spec } = lookup;
    return (scope) => {
      const bound = boundKey(from.map((capture) => scope.captures[capture] ?? ''));
      const at = scope.tables.get(spec.id)?.updatedAt(bound, scope.now) ?? null;
      return at === null ? null : scope.now - at;
    };
  }
}

function dynamic(get: Expression): Name {
  return { get, constant: false };
}
