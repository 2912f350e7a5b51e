import { MAX_PATH_LENGTH, MAX_PATH_STEPS } from './budget.ts';
import { type Call, CONSTANT, MESSAGE } from './call.ts';
import type { Getter } from './getter.ts';
import {
  descend,
  descendComputed,
  elementField,
  elementField2,
  isInherited,
  known,
  payloadField,
  payloadField2,
  splitPath,
} from './path.ts';
import { constant } from './strict.ts';

/** Reads a name, a field, or a path of them: `{"var": "room"}`, `{"var": ["a.b", "default"]}`, `{"var": ""}`. */
export function buildVar(call: Call): Getter {
  const otherwise = call.count === 2 ? call.get(1) : UNKNOWN;
  if (call.count === 0) return readWhole(call);
  const { logic, broken } = call.operand(0);
  if (broken) return UNKNOWN;
  if (typeof logic === 'object' && logic !== null) return descendComputed(readWhole(call), call.get(0), otherwise);
  const reading = readPath(logic === null ? '' : String(logic), call, otherwise);
  call.field = reading.field;
  return reading.get;
}

/** A path, resolved. */
interface Reading {
  readonly get: Getter;
  /** The field of the payload, if that is all it reads. */
  readonly field?: string;
}

/** The getter of a path that is written down: its first step may be a name, `item` or `outer`. */
export function readPath(path: string, call: Call, otherwise: Getter): Reading {
  const steps = path === '' ? [] : splitPath(path);
  if (steps === undefined) {
    call.error('path-too-long', `a path has at most ${MAX_PATH_STEPS} steps and ${MAX_PATH_LENGTH} characters`);
    return { get: UNKNOWN };
  }
  let depth = call.depth;
  let next = 0;
  for (; depth > 0 && steps[next] === 'outer'; next++) depth--;
  const rest = steps.slice(next);
  return depth === 0 ? readMessage(rest, call, otherwise) : { get: readElement(rest, depth, call, otherwise) };
}

/** The getter of the data that plain names are fields of: the payload, or the element. Computed paths start here. */
export function readWhole(call: Call): Getter {
  call.reads(call.depth);
  if (call.depth > 0) return element(call.depth - 1);
  call.environment.readsPayload?.();
  return PAYLOAD;
}

/** The getter of what is never known. */
export const UNKNOWN: Getter = constant(null);

const PAYLOAD: Getter = (scope) => known(scope.payload);

function element(index: number): Getter {
  return (scope) => known(scope.items[index]);
}

function readElement(steps: readonly string[], depth: number, call: Call, otherwise: Getter): Getter {
  call.reads(depth);
  const index = depth - 1;
  const fields = steps[0] === 'item' ? steps.slice(1) : steps;
  const [field, next] = fields;
  if (field === undefined) return element(index);
  const isPlain = otherwise === UNKNOWN && !fields.some(isInherited);
  if (isPlain && next === undefined) return elementField(index, field);
  if (isPlain && next !== undefined && fields.length === 2) return elementField2(index, field, next);
  return descend(element(index), fields, otherwise);
}

function readMessage(steps: readonly string[], call: Call, otherwise: Getter): Reading {
  const [head, second] = steps;
  const name = head === undefined ? undefined : call.environment.name(head);
  if (typeof name === 'string') {
    call.error('no-meaning', name);
    return { get: UNKNOWN };
  }
  if (name !== undefined) {
    call.reads(name.constant ? CONSTANT : MESSAGE);
    return { get: steps.length === 1 ? name.get : descend(name.get, steps.slice(1), otherwise) };
  }
  call.reads(MESSAGE);
  call.environment.readsPayload?.();
  if (head === undefined) return { get: PAYLOAD };
  if (head === 'item' || head === 'outer') {
    const hint =
      head === 'item'
        ? 'item is the element inside map, filter, reduce, all, some, none and sort'
        : 'outer leads out of an iterator, one step for each';
    call.error('outside-iterator', `"${head}" has no meaning outside an iterator`, { hint });
    return { get: UNKNOWN };
  }
  const isPlain = otherwise === UNKNOWN && !steps.some(isInherited);
  if (isPlain && second === undefined) return { get: payloadField(head), field: head };
  if (isPlain && second !== undefined && steps.length === 2) return { get: payloadField2(head, second) };
  return { get: descend(PAYLOAD, steps, otherwise) };
}
