import { parseDocument } from '../../src/spec/document.ts';
import type { Document } from '../../src/spec/document.ts';
import { formatProblem } from '../../src/spec/frame.ts';

/** All that is wrong with a text, as a terminal shows it. */
export function explain(text: string, file = 'rules.yaml'): string {
  const parsed = parseDocument(file, text);
  if (parsed.ok) return `nothing is wrong: ${JSON.stringify(parsed.document.data)}`;
  return `\n${parsed.problems.map((problem) => formatProblem(problem, text, { color: false })).join('\n')}\n`;
}

/** A text that has to be right. */
export function read(text: string, file = 'rules.yaml'): Document {
  const parsed = parseDocument(file, text);
  if (!parsed.ok) throw new Error(explain(text, file));
  return parsed.document;
}
