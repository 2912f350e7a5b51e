import type { Environment } from './environment.ts';
import type { Getter } from './getter.ts';
import type { Finding } from './issue.ts';

/** The reach of what is the same for every message. */
export const CONSTANT = Number.POSITIVE_INFINITY;
/** The reach of what depends on the message; that of an iterator's element is the iterator's depth, from 1. */
export const MESSAGE = 0;

/** One compiled operand of an operator. */
export interface Operand {
  readonly logic: unknown;
  readonly get: Getter;
  /** The outermost thing it depends on: MESSAGE, the depth of an iterator whose element it reads, or CONSTANT. */
  readonly reach: number;
  /** The value of a constant; undefined for all else. */
  readonly value: unknown;
  /** The field of the payload, if reading that one field is all it does. */
  readonly field: string | undefined;
  /** Something in it is wrong and reported: what follows from that need not be. */
  readonly broken: boolean;
}

/** Makes the closure of one use of an operator. */
export type Build = (call: Call) => Getter;

/** Takes what is wrong with a use of an operator; `operand` is the index of the culprit, if it is one. */
export type Report = (finding: Finding, operand: number | undefined) => void;

interface Details {
  readonly operand?: number;
  readonly hint?: string;
}

/** One use of an operator while it is compiled. */
export class Call {
  readonly operator: string;
  readonly operands: readonly Operand[];
  /** How many iterators stand around it: the element of the innermost is `scope.items[depth - 1]`. */
  readonly depth: number;
  readonly environment: Environment;
  /** The outermost thing the result depends on; at first what the operands depend on. */
  reach: number;
  /** Set by an operator that reads one field of the payload and does no more: others can read it faster themselves. */
  field: string | undefined = undefined;
  readonly #report: Report;

  constructor(
    operator: string,
    operands: readonly Operand[],
    reach: number,
    depth: number,
    environment: Environment,
    report: Report,
  ) {
    this.operator = operator;
    this.operands = operands;
    this.reach = reach;
    this.depth = depth;
    this.environment = environment;
    this.#report = report;
  }

  get count(): number {
    return this.operands.length;
  }

  operand(index: number): Operand {
    const operand = this.operands[index];
    if (operand === undefined) throw new Error(`${this.operator} has no operand ${index}: its row promises too few`);
    return operand;
  }

  get(index: number): Getter {
    return this.operand(index).get;
  }

  getters(): readonly Getter[] {
    return this.operands.map((operand) => operand.get);
  }

  /** Says that the result depends on more than the operands do. */
  reads(reach: number): void {
    this.reach = Math.min(this.reach, reach);
  }

  error(code: string, message: string, details: Details = {}): void {
    this.#add('error', code, message, details);
  }

  warn(code: string, message: string, details: Details = {}): void {
    this.#add('warning', code, message, details);
  }

  #add(severity: 'error' | 'warning', code: string, message: string, { operand, hint }: Details): void {
    if (operand !== undefined && this.operand(operand).broken) return;
    this.#report({ severity, code, message, hint }, operand);
  }
}
