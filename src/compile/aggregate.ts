import { AGGREGATES } from '../core/aggregates/functions.ts';
import type { GatheredOperand, Gatherings } from '../core/logic/environment.ts';
import { isList, isMapping } from '../core/logic/value.ts';
import type { Expression, Scope } from '../core/scope.ts';
import type { Stage } from '../core/stage.ts';
import { aggregates } from '../core/stages/aggregates.ts';
import type { AggregateNode, Aggregation, Operand } from '../core/window/aggregation.ts';
import { compileExpression } from './expression.ts';
import { headsIn } from './heads.ts';
import type { Names } from './names.ts';
import { checkName } from './own-name.ts';
import type { RuleSpec } from './keywords.ts';
import type { Report } from './report.ts';
import type { Path } from '../spec/document.ts';

/** Collects what the aggregating functions of a rule gather. Equal ones are gathered once. */
class Gatherer implements Gatherings<Scope>, Aggregation {
  readonly operands: Operand[] = [];
  readonly nodes: AggregateNode[] = [];
  readonly #names: Names;
  /** How often a function was used. */
  uses = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  takes(name: string, operands: number): boolean {
    const [least, most] = AGGREGATES.get(name)?.arity ?? [1, 0];
    return operands >= least && operands <= most;
  }

  /** Known when the whole rule is compiled. */
  get readsPayload(): boolean {
    return this.#names.readsPayload;
  }

  build(name: string, [operand, parameter]: readonly GatheredOperand<Scope>[]): Expression | string {
    const aggregate = AGGREGATES.get(name);
    const gathering = aggregate?.build(parameter?.value) ?? `no function is called ${name}`;
    if (aggregate === undefined || typeof gathering === 'string') return String(gathering);
    this.uses++;
    const column =
      operand === undefined
        ? -1
        : indexOf(this.operands, {
            id: `${aggregate.operand} ${JSON.stringify(operand.logic)}${this.#names.letsIn(operand.logic)}`,
            kind: aggregate.operand,
            get: operand.get,
          });
    const id = `${name}(${this.operands[column]?.id ?? ''} ${JSON.stringify(parameter?.value ?? null)})`;
    const place = indexOf(this.nodes, { id, column, gathering });
    return (scope) => scope.gathered[place] ?? null;
  }
}

/** The place of what has the same id, which is put at the end if it is new. */
function indexOf<T extends { readonly id: string }>(list: T[], one: T): number {
  const known = list.findIndex(({ id }) => id === one.id);
  return known === -1 ? list.push(one) - 1 : known;
}

/** Compile `aggregate`: what is gathered over a window, and the stage that makes the values of it. */
export function compileAggregates(
  spec: NonNullable<RuleSpec['aggregate']>,
  path: Path,
  names: Names,
  report: Report,
): { readonly aggregation: Aggregation; readonly stage: Stage | null } {
  const gatherer = new Gatherer(names);
  names.gatherings = gatherer;
  const expressions = Object.entries(spec).map(([name, value]) => {
    const place = [...path, name];
    checkName(name, place, report);
    const { uses } = gatherer;
    const { readsPayload } = names;
    const { get, logic } = compileExpression(value, place, 'aggregate', names, report);
    if (!readsMessage(besideGathered(logic, gatherer))) names.readsPayload = readsPayload; // What is gathered is read before.
    if (report.errors === 0) {
      if (gatherer.uses === uses) plain(logic, place, names, report);
      else mixed(name, logic, place, gatherer, names, report);
    }
    if (isCountOfAll(logic)) names.messageCounts.add(name);
    return get;
  });
  names.gatherings = null;
  return { aggregation: gatherer, stage: expressions.length === 0 ? null : aggregates(expressions) };
}

/** The names that no expression among them reads as a field of a message, as it does in `{ t: avg(t) }`. */
export function onlyAggregates(spec: NonNullable<RuleSpec['aggregate']>): string[] {
  const read = namesIn(Object.values(spec));
  return Object.keys(spec).filter((name) => !read.has(name));
}

/** The `let` values that `aggregate` gathers, and those that these are made of: what they are of is each message. */
export function gatheredLets({ let: values = {}, aggregate = {} }: RuleSpec): Set<string> {
  const read = namesIn(Object.values(aggregate));
  const lets = Object.entries(values).toReversed(); // Each sees the ones above it.
  for (const [name, value] of lets) if (read.has(name)) for (const inner of namesIn(value)) read.add(inner);
  return new Set(Object.keys(values).filter((name) => read.has(name)));
}

/** Words that may be names in expressions, as far as can be seen without reading them. */
export function namesIn(expressions: unknown): Set<string> {
  return new Set(JSON.stringify(expressions ?? null).match(/[\p{L}\p{N}_]+(?![\p{L}\p{N}_]*\s*\()/gu));
}

/** It gathers, and names another aggregate besides, which is a field of the message there. */
function mixed(name: string, logic: unknown, path: Path, gatherer: Gatherer, names: Names, report: Report): void {
  const heads = headsIn(besideGathered(logic, gatherer));
  const other = names.aggregates.find((one) => one !== name && heads.has(one));
  if (other === undefined) return;
  const message = `\`${other}\` is a field of the message here, not the aggregate of that name`;
  report.warning(path, 'nothing-gathered', message, 'What is worked out from aggregates stands in let:');
}

/** Whether there is something in the logic that may read the message. */
function readsMessage(logic: unknown): boolean {
  if (isList(logic)) return logic.some(readsMessage);
  return (
    isMapping(logic) && Object.entries(logic).some(([name, operands]) => READS.has(name) || readsMessage(operands))
  );
}

const READS: ReadonlySet<string> = new Set(['var', 'missing', 'missing_some']);

function isCountOfAll(logic: unknown): boolean {
  return isMapping(logic) && isList(logic['count']) && logic['count'].length === 0;
}

/** The logic without what is gathered. */
function besideGathered(logic: unknown, gatherer: Gatherer): unknown {
  if (isList(logic)) return logic.map((one) => besideGathered(one, gatherer));
  if (!isMapping(logic)) return logic;
  return Object.fromEntries(
    Object.entries(logic).map(([operator, operands]) => {
      const isGathered = gatherer.takes(operator, isList(operands) ? operands.length : 1);
      return [operator, isGathered ? null : besideGathered(operands, gatherer)];
    }),
  );
}

/** Nothing is gathered in it: it is what it is at the latest message, which is probably not meant. */
function plain(logic: unknown, path: Path, names: Names, report: Report): void {
  const heads = headsIn(logic);
  const other = names.aggregates.find((name) => heads.has(name));
  if (other === undefined) {
    const hint = 'Say how to gather it, such as last(x) or avg(x); what is worked out from the results stands in let:';
    report.warning(path, 'nothing-gathered', 'this gathers nothing: it is the value at the latest message', hint);
  } else {
    const message = `\`${other}\` is a field of the message here, not the aggregate of that name`;
    report.warning(path, 'nothing-gathered', message, 'What is worked out from aggregates stands in let:');
  }
}
