import type { Node } from 'yaml';
import { readCommonYaml, type CommonYaml } from './common-yaml.ts';
import { DocumentPlaces } from './document-places.ts';
import type { Path } from './document-places.ts';
import { sortProblems } from './frame.ts';
import type { Position, Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { TextLines } from './text-lines.ts';
import { readData } from './yaml-data.ts';
import { parseYaml } from './yaml-parse.ts';
import type { ParsedYaml } from './yaml-parse.ts';
import { isAboutUnclosed, syntaxProblems } from './yaml-syntax.ts';
import { readTokens } from './yaml-tokens.ts';
import { coverTraps, findTraps, trapProblem } from './yaml-traps.ts';
import { valueAt } from './value-at.ts';

export type { Path } from './document-places.ts';

/** A file that was read: its data, and where each piece of it stands. */
export interface Document {
  readonly file: string;
  /** The text without a byte order mark. */
  readonly text: string;
  /** Plain JSON data. Mappings have no prototype, so a key like `__proto__` is harmless; aliases share their data. */
  readonly data: unknown;
  /** The place of the value at a path; of its key if it is empty; of the nearest thing around it if it does not exist. */
  positionOf(path: Path): Position;
  /** The place of the key at the end of a path; of the item for an index; as `positionOf` if it does not exist. */
  keyPositionOf(path: Path): Position;
  /** The place where the value at a path begins, without its length: for most texts this takes no second reading. */
  startOf(path: Path): { readonly line: number; readonly column: number };
  /** The place of `length` characters (default 1) from `offset` on in the text at a path. */
  positionIn(path: Path, offset: number, length?: number): Position;
}

/** A file that was read, or why it cannot be. */
export type ParsedDocument =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Characters in a file. */
const MAX_LENGTH = 4 * 1024 * 1024;
/** Problems shown of one file. */
const MAX_PROBLEMS = 100;
/** A trap may hide others behind it, so the text is parsed again with the found ones covered; so often at most. */
const MAX_ROUNDS = 4;

/** Reads a YAML 1.2 or JSON text (by the name of its file), or says all that is wrong with it. */
export function parseDocument(file: string, text: string): ParsedDocument {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (source.length > MAX_LENGTH) {
    const message = `the file has ${source.length} characters; at most ${MAX_LENGTH} are read`;
    const at = { line: 1, column: 1, length: 1 };
    return { ok: false, problems: [problemAt(file, at, 'file-too-large', message, 'Split it into several files')] };
  }
  // Most files can be read much faster than the library does, which is then needed only to find places in them.
  const common = hasControlCharacter(source) ? undefined : readCommonYaml(source, isJson(file));
  if (common !== undefined) return { ok: true, document: documentOf(file, source, common) };
  const read = readWithPlaces(file, source);
  return 'problems' in read ? failed(read.problems) : { ok: true, document: documentOf(file, source, read) };
}

interface Placed {
  readonly data: unknown;
  readonly places: DocumentPlaces;
}

/** The document of a text without mistakes. Where its values stand is looked for when somebody asks. */
function documentOf(file: string, text: string, read: Placed | CommonYaml): Document {
  const { data } = read;
  let known = 'places' in read ? read.places : undefined;
  const places = (): DocumentPlaces => (known ??= placesIn(file, text));
  const starts = 'starts' in read ? read.starts : undefined;
  let lines: TextLines | undefined;
  return {
    file,
    text,
    data,
    startOf: (path) => {
      const start = starts?.get(valueAt(data, path));
      return start === undefined ? places().positionOf(path) : (lines ??= new TextLines(text)).position(start);
    },
    positionOf: (path) => places().positionOf(path),
    keyPositionOf: (path) => places().keyPositionOf(path),
    positionIn: (path, offset, length = 1) => places().positionIn(path, offset, length),
  };
}

function placesIn(file: string, text: string): DocumentPlaces {
  const read = readWithPlaces(file, text);
  // The library finds no mistakes in what is common. If it did, everything would be said of the beginning of the file.
  return 'problems' in read ? new DocumentPlaces(text, new TextLines(text), null, new Map()) : read.places;
}

/** Reads any text: its data, and where they stand, or all that is wrong with it. */
function readWithPlaces(file: string, source: string): Placed | { readonly problems: readonly Problem[] } {
  const lines = new TextLines(source);
  const controls = controlCharacters(file, source, lines);
  if (isBlank(source)) return { problems: [emptyFile(file, source)] };
  const { problems: found, parsed } = parseCovered(file, source.replace(controlCharacter, '?'), lines);
  const problems = [...controls, ...found];
  const [content, second] = parsed?.documents ?? [];
  if (parsed === undefined || content === undefined) return { problems };
  if (second !== undefined) problems.push(severalDocuments(file, lines, parsed));
  if (content.directives.yaml.explicit === true) problems.push(...otherVersion(file, lines, parsed));

  const root: Node | null = content.contents;
  const { data, targets, problems: ofData } = readData(file, source, lines, root, isJson(file));
  if (problems.length + ofData.length > 0) return { problems: [...problems, ...ofData] };
  return { data, places: new DocumentPlaces(source, lines, root, targets) };
}

function isJson(file: string): boolean {
  return file.toLowerCase().endsWith('.json');
}

/**
 * Parses, and again with the traps covered, until no new ones come to light. Gives what was parsed unless mistakes of
 * syntax are left: then nothing that is read of it can be relied on.
 */
function parseCovered(file: string, source: string, lines: TextLines): { problems: Problem[]; parsed?: ParsedYaml } {
  const problems: Problem[] = [];
  let text = source;
  for (let round = 1; ; round += 1) {
    const parsed = parseYaml(text);
    if ('limit' in parsed) return { problems: [...problems, limitProblem(file, lines, parsed)] };
    const facts = readTokens(parsed.tokens);
    const traps = parsed.errors.length === 0 ? [] : findTraps(text, lines, whereToLook(parsed, facts.brackets));
    if (traps.length === 0 || round === MAX_ROUNDS || problems.length > MAX_PROBLEMS) {
      const mistakes = syntaxProblems(file, text, lines, parsed.errors, facts);
      return mistakes.length === 0 ? { problems, parsed } : { problems: [...problems, ...mistakes] };
    }
    problems.push(...traps.map((trap) => trapProblem(file, source, lines, trap)));
    text = coverTraps(text, traps);
  }
}

function limitProblem(
  file: string,
  lines: TextLines,
  { limit, offset }: { limit: 'depth' | 'size'; offset: number },
): Problem {
  const at = lines.position(offset);
  return limit === 'depth'
    ? problemAt(
        file,
        at,
        'too-deep',
        'this is nested too deeply',
        'Split it up. Is a bracket missing somewhere before this?',
      )
    : problemAt(
        file,
        at,
        'file-too-large',
        'up to here the file already holds too many values',
        'Split it into several files',
      );
}

/** The lines of the errors, and of the brackets that the errors may stand in. */
function whereToLook({ errors }: ParsedYaml, brackets: readonly number[]): number[] {
  const places = new Set<number>();
  let next = 0;
  for (const error of errors.slice(0, MAX_PROBLEMS)) {
    if (error.code === 'BAD_DIRECTIVE' || isAboutUnclosed(error)) continue;
    places.add(error.pos[0]);
    while ((brackets[next] ?? Infinity) <= error.pos[0]) next += 1;
    const bracket = brackets[next - 1];
    if (bracket !== undefined) places.add(bracket);
  }
  return [...places];
}

const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\r(?!\n)/g;

function hasControlCharacter(text: string): boolean {
  return text.search(controlCharacter) !== -1;
}

function controlCharacters(file: string, text: string, lines: TextLines): Problem[] {
  const problems: Problem[] = [];
  for (const match of text.matchAll(controlCharacter)) {
    const name = `U+${match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    const hint = 'Remove it, or write it as an escape in double quotes. Is this a text file?';
    problems.push(
      problemAt(file, lines.position(match.index), 'control-character', `here is the control character ${name}`, hint),
    );
    if (problems.length > MAX_PROBLEMS) break;
  }
  return problems;
}

function severalDocuments(file: string, lines: TextLines, { tokens }: ParsedYaml): Problem {
  const second = tokens.filter((token) => token.type === 'document')[1];
  const hint = 'Remove the line "---" and write the rules as one list, or use a file for each';
  return problemAt(
    file,
    lines.position(second?.offset ?? 0, 3),
    'several-documents',
    'a second YAML document begins here',
    hint,
  );
}

/** YAML 1.1 reads `yes` and `on` as true. */
function otherVersion(file: string, lines: TextLines, { tokens }: ParsedYaml): Problem[] {
  return tokens.flatMap((token) => {
    if (token.type !== 'directive' || /^%YAML\s+1\.2/.test(token.source) || !token.source.startsWith('%YAML'))
      return [];
    const at = lines.position(token.offset, token.source.length);
    return [problemAt(file, at, 'yaml-version', 'only YAML 1.2 is read', 'Remove this line')];
  });
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*|---\s*|\.\.\.\s*)?$/.test(line));
}

function emptyFile(file: string, text: string): Problem {
  const message = text.trim() === '' ? 'the file is empty' : 'the file holds nothing but comments';
  const hint =
    'Write a rule, or remove the file: an empty file may be one that was cut short, so it does not mean "no rules"';
  return problemAt(file, { line: 1, column: 1, length: 1 }, 'empty-file', message, hint);
}

function failed(problems: readonly Problem[]): ParsedDocument {
  const sorted = sortProblems(problems);
  const rest = sorted.slice(MAX_PROBLEMS);
  const first = rest[0];
  if (first === undefined) return { ok: false, problems: sorted };
  const more: Problem = {
    ...first,
    code: 'more-problems',
    message: `and ${rest.length} more mistakes from here on`,
    hint: 'Mend those above first',
  };
  return { ok: false, problems: [...sorted.slice(0, MAX_PROBLEMS), more] };
}
