/** Rules that are written at once: between two parts of the answer the engine goes on. */
const RULES_AT_ONCE = 500;

/** What the rules that run can remember, and of how many keys they do. */
export interface ShownRules {
  /** Of the engine. */
  readonly version: string;
  /** All of them only evaluate and count. */
  readonly shadow: boolean;
  readonly rules: Iterable<ShownRule>;
}

/** A rule in the answer of `/api/rules`. */
export interface ShownRule {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly state: 'active' | 'shadow' | 'quarantined';
  readonly alert: boolean;
  /** Those that remember something. */
  readonly stages: readonly { readonly kind: string; readonly shape: string }[];
  /** Keys that it remembers. */
  readonly keys: number;
  /** Those of them whose level is pending, and active; of an alert, those that fire. */
  readonly pending: number;
  readonly active: number;
}

/** The answer of `/api/rules`, part by part. */
export function* rulesAsJson({ version, shadow, rules }: ShownRules): Generator<string> {
  yield `{"version":${JSON.stringify(version)},"shadow":${shadow},"rules":[`;
  let isFirst = true;
  let part: string[] = [];
  const taken = (): string => {
    const text = `${isFirst ? '' : ','}${part.join(',')}`;
    isFirst = false;
    part = [];
    return text;
  };
  for (const rule of rules) {
    part.push(JSON.stringify(rule));
    if (part.length === RULES_AT_ONCE) yield taken();
  }
  if (part.length > 0) yield taken();
  yield ']}';
}
