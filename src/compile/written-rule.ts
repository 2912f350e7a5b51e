import type { Path } from '../spec/document.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';

/** One rule as it was written, with where each of its keys stands (some may come from `defaults`). */
export interface WrittenRule {
  readonly id: string;
  readonly spec: RuleSpec;
  readonly path: Path;
  readonly pathOf: (key: KeywordName) => Path;
  readonly vars: Readonly<Record<string, unknown>>;
}
