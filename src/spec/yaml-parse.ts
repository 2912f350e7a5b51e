import { Composer, CST, Lexer, Parser } from 'yaml';
import type { Document as YamlDocument, YAMLError } from 'yaml';

/** What the YAML library made of a text; nothing in it is trusted yet. */
export interface ParsedYaml {
  readonly documents: readonly YamlDocument.Parsed[];
  readonly tokens: readonly CST.Token[];
  /** Errors and warnings in the order of their places. */
  readonly errors: readonly YAMLError[];
}

/** Levels of nesting, as the parser counts them. A JSON-logic expression takes two for each operator. */
const MAX_NESTING = 200;
/** Words, marks and gaps in a text. 10 000 rules have half of that; four megabytes of commas have too many. */
const MAX_LEXEMES = 1_500_000;
/** Words that the parser could not place; it is lost long before. */
const MAX_ERRORS = 100;

/**
 * Parses a text as YAML 1.2, or says at which offset it becomes too much. The limits are watched while parsing:
 * the step after it recurses, and a megabyte of brackets would cost a gigabyte of tokens.
 */
export function parseYaml(text: string): ParsedYaml | { readonly limit: 'depth' | 'size'; readonly offset: number } {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let offset = 0;
  let lexemes = 0;
  let lost = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') lost += 1;
    }
    if (lost > MAX_ERRORS) break;
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) return { limit: 'size', offset };
    if (parser.stack.length > MAX_NESTING) return { limit: 'depth', offset };
    if (!isMarker(lexeme)) offset += lexeme.length;
  }
  for (const token of parser.end()) tokens.push(token);
  // Duplicate keys are looked for elsewhere: here that would take the square of the number of keys.
  const composer = new Composer({ version: '1.2', uniqueKeys: false, resolveKnownTags: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  return { documents, tokens, errors: errors.sort((a, b) => a.pos[0] - b.pos[0]) };
}

/** The lexer's own marks, which are not part of the text. */
function isMarker(lexeme: string): boolean {
  return lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR;
}
