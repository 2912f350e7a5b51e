import type { CST } from 'yaml';

/** A bracket or a quote that nothing closes. */
export interface Unclosed {
  readonly offset: number;
  readonly mark: string;
}

/** What an explanation needs to know of the tokens behind a text that YAML refused. */
export interface TokenFacts {
  readonly unclosed: readonly Unclosed[];
  /** Where brackets open that stand in no other brackets, in order. */
  readonly brackets: readonly number[];
  /** Where mappings without brackets of their own begin inside brackets. */
  readonly mapsInBrackets: ReadonlySet<number>;
  /** Quoted texts of several lines, by the offset behind their closing quote. */
  readonly longQuotes: ReadonlyMap<number, number>;
}

/** Collects the facts from all tokens of a text. */
export function readTokens(tokens: readonly CST.Token[]): TokenFacts {
  const unclosed: Unclosed[] = [];
  const brackets: number[] = [];
  const mapsInBrackets = new Set<number>();
  const longQuotes = new Map<number, number>();
  const visit = (token: CST.Token | null | undefined, inFlow: boolean): void => {
    switch (token?.type) {
      case 'document':
        return visit(token.value, false);
      case 'flow-collection': {
        const mark = token.start.source;
        if (!inFlow) brackets.push(token.offset);
        if (token.end[0]?.source !== (mark === '{' ? '}' : ']')) unclosed.push({ offset: token.offset, mark });
        return visitItems(token.items, true);
      }
      case 'block-map':
      case 'block-seq':
        if (inFlow) mapsInBrackets.add(token.offset);
        return visitItems(token.items, inFlow);
      case 'single-quoted-scalar':
      case 'double-quoted-scalar': {
        const mark = token.source[0] ?? '';
        if (!isClosed(token.source)) unclosed.push({ offset: token.offset, mark });
        else if (token.source.includes('\n')) longQuotes.set(token.offset + token.source.length, token.offset);
        return;
      }
      default:
        return;
    }
  };
  const visitItems = (items: readonly CST.CollectionItem[], inFlow: boolean): void => {
    for (const item of items) {
      visit(item.key, inFlow);
      visit(item.value, inFlow);
    }
  };
  for (const token of tokens) visit(token, false);
  return { unclosed, brackets, mapsInBrackets, longQuotes };
}

/** Whether a quoted text has its last quote. At the end of a file the library takes an escaped one for it. */
function isClosed(source: string): boolean {
  const quote = source.charAt(0);
  const escape = quote === '"' ? '\\' : "'";
  const last = source.length - 1;
  let escapes = 0;
  while (last - escapes > 1 && source[last - escapes - 1] === escape) escapes += 1;
  return last > 0 && source[last] === quote && escapes % 2 === 0;
}
