/** What is wrong, or looks wrong, with a piece of JSON-logic. Found when it is compiled; collected, never thrown. */
export interface LogicIssue {
  /** The way from the root of the logic: `['and', 1, '>', 0]`. */
  readonly path: readonly (string | number)[];
  /** The mapping or list that is at fault, or that holds the literal which is; the root where the literal is all. */
  readonly node: unknown;
  /** Stable and kebab-case: `unknown-operator`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** With an error the expression is unknown always; a warning changes nothing. */
  readonly severity: 'error' | 'warning';
}

/** What is found, without where. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Collects issues on a walk through logic, and knows where the walk is. */
export class IssueLog {
  readonly issues: LogicIssue[] = [];
  readonly #path: (string | number)[] = [];
  /** The lists and mappings along the path, the root first. */
  readonly #holders: unknown[];

  constructor(root: unknown) {
    this.#holders = [root];
  }

  /** Walks into what stands at a key or index. */
  at<T>(key: string | number, walk: () => T): T {
    this.enter(key);
    const result = walk();
    this.leave();
    return result;
  }

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** Walks into a list or mapping. */
  inside<T>(holder: object, walk: () => T): T {
    this.#holders.push(holder);
    const result = walk();
    this.#holders.pop();
    return result;
  }

  /** Something about where the walk is. */
  add({ hint, ...finding }: Finding): void {
    const node = this.#holders.at(-1);
    this.issues.push({ path: [...this.#path], node, ...finding, ...(hint === undefined ? {} : { hint }) });
  }
}

/** A value as it may stand in a message: JSON, and not too much of it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  return shortened(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

const LONGEST_SHOWN = 60;
