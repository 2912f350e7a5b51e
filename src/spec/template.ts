import { parseExpression, type Expression } from './expression/parse.ts';
import { problemAt, type ExpressionProblem } from './expression/problem.ts';
import { endOfText, unterminatedText } from './expression/text.ts';

/** A piece of a template: what is printed as it stands, or what is evaluated. */
export type TemplatePart = TemplateText | TemplateExpression;

/** Text that is printed as it stands. */
export interface TemplateText {
  readonly text: string;
}

/** An expression in a template, whose value is printed. */
export interface TemplateExpression {
  /** For `${x ?? omit}` this is `x` alone. */
  readonly expression: Expression;
  /** What stands between the braces. Offsets of `expression` count from its beginning. */
  readonly source: string;
  /** Where `source` begins in the template. */
  readonly offset: number;
  /** The template is exactly `${x ?? omit}`: when `x` is unknown, the entry or item that holds it is left out. */
  readonly orOmit: boolean;
  /** The template is exactly `${x ?? null}`: when `x` is unknown, the entry or item that holds it is null. */
  readonly orNull: boolean;
}

/** The pieces of a template in order, or the first thing that is wrong with it. */
export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly problem: ExpressionProblem };

/** Reads a text with `${expression}` in it; `$${` stands for a literal `${`. Never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let literal = '';
  for (let offset = 0; offset < text.length;) {
    if (text.startsWith('$${', offset)) {
      literal += '${';
      offset += 3;
    } else if (text.startsWith('${', offset)) {
      const end = endOfExpression(text, offset);
      if (typeof end !== 'number') return { ok: false, problem: end };
      const isWhole = offset === 0 && end === text.length - 1;
      const part = expressionBetween(text, offset + 2, end, isWhole);
      if ('code' in part) return { ok: false, problem: part };
      if (literal !== '') parts.push({ text: literal });
      literal = '';
      parts.push(part);
      offset = end + 1;
    } else {
      const next = text.indexOf('$', offset + 1);
      const end = next === -1 ? text.length : next;
      literal += text.slice(offset, end);
      offset = end;
    }
  }
  if (literal !== '') parts.push({ text: literal });
  return { ok: true, parts };
}

/** Where the `}` stands that closes the `${` at `start`: braces inside quotes do not count, others come in pairs. */
function endOfExpression(text: string, start: number): number | ExpressionProblem {
  let open = 0;
  for (let offset = start + 1; offset < text.length; offset++) {
    const character = text[offset];
    if (character === '{') open++;
    else if (character === '}' && --open === 0) return offset;
    else if (character === '"' || character === "'") {
      const end = endOfText(text, offset);
      if (end === undefined) return unterminatedText(text, offset).problem;
      offset = end - 1;
    }
  }
  const hint = 'Add a }, or write $${ for a literal ${';
  return problemAt('not-closed', { offset: start, length: 2 }, '"${" has no "}"', hint);
}

function expressionBetween(
  text: string,
  offset: number,
  end: number,
  isWhole: boolean,
): TemplateExpression | ExpressionProblem {
  const source = text.slice(offset, end);
  const [setting] = /^\s*(?:env|file):/.exec(source) ?? [];
  if (setting !== undefined) {
    const place = { offset: offset - 2, length: source.length + 3 };
    const hint = 'Give it a name in vars, and use the name here';
    return problemAt(
      'setting-in-template',
      place,
      `\${${setting.trim()}…} stands only in vars and in the configuration`,
      hint,
    );
  }

  const expression = parseExpression(source);
  if (!expression.ok) return within(text, offset, expression.problem);
  const omission = omissionOf(expression);
  if (omission === undefined) {
    const orNull = isWhole && otherwiseOf(expression)?.last === null;
    return { expression, source, offset, orOmit: false, orNull };
  }
  if (isWhole) return { expression: omission.otherwise, source, offset, orOmit: true, orNull: false };
  const place = { offset: offset + omission.offset, length: 'omit'.length };
  const hint = 'Give another text: ${x ?? ""}';
  return problemAt('misplaced-omit', place, 'only an entry or item that is exactly ${… ?? omit} can be left out', hint);
}

/** The expression without its `?? omit`, and where `omit` stands; undefined if it does not end so. */
function omissionOf(expression: Expression): { otherwise: Expression; offset: number } | undefined {
  const { value, last } = otherwiseOf(expression) ?? {};
  if (typeof last !== 'object' || last === null || !('var' in last) || last.var !== 'omit') return undefined;
  return { otherwise: { ...expression, logic: value }, offset: expression.offsetOf(last) ?? 0 };
}

/** The two sides of the expression's outermost `??`; undefined if there is none. */
function otherwiseOf({ logic }: Expression): { readonly value: unknown; readonly last: unknown } | undefined {
  if (typeof logic !== 'object' || logic === null || !('??' in logic) || !Array.isArray(logic['??'])) return undefined;
  const operands: readonly unknown[] = logic['??'];
  const [value, last] = operands;
  return { value, last };
}

/** A problem of an expression as one of the template around it. An empty expression is shown with its braces. */
function within(text: string, offset: number, problem: ExpressionProblem): ExpressionProblem {
  if (problem.code !== 'empty-expression') return { ...problem, offset: problem.offset + offset };
  return { ...problem, offset: offset - 2, length: text.indexOf('}', offset) + 3 - offset };
}
