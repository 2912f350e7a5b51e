import { DASH, SPACE, UNCOMMON, YamlCursor } from './yaml-cursor.ts';

/** Levels of nesting, and values, up to which a text counts as common: far below what the library allows. */
const MAX_DEPTH = 50;
const MAX_VALUES = 150_000;

/** What was read, and the offset in the text at which each mapping begins. */
export interface CommonYaml {
  readonly data: unknown;
  readonly starts: ReadonlyMap<unknown, number>;
}

/**
 * Reads the part of YAML that nearly all rule files keep to, at a tenth of the library's cost: mappings and lists by
 * indentation or in brackets, texts of one line with or without quotes, numbers, `true`, `false`, `null`, comments.
 * Undefined for every other text, be it right or wrong: the library reads those. What it answers is what the library
 * would have, and that without a word of complaint.
 */
export function readCommonYaml(text: string, isJson: boolean): CommonYaml | undefined {
  if (/[\t\r\uFEFF]/.test(text)) return undefined;
  try {
    const reader = new CommonReader(text, isJson);
    return { data: reader.read(), starts: reader.starts };
  } catch (error) {
    if (error === UNCOMMON) return undefined;
    throw error;
  }
}

const SINGLE_QUOTE = 39;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAPPING = 123;
const CLOSE_MAPPING = 125;

/** What no unquoted text begins with, here or at all. */
const NOT_PLAIN = new Set(Array.from(',[]{}#&*!|>\'"%@`?:', (mark) => mark.charCodeAt(0)));
const plainKey = /[A-Za-z_][\w.$/-]{0,200}(?=:)/y;
const quotedText = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\n]|'')*'/y;
const plainInBrackets = /[^,[\]{}\n]+/y;
const mayBeNumber = /^[-+.0-9]/;
const commonNumber = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$/;
const otherNumber =
  /^(?:[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.inf|\.nan)$/i;
const otherWord = /^(?:null|true|false|~)$/i;

class CommonReader extends YamlCursor {
  readonly starts = new Map<unknown, number>();
  readonly #isJson: boolean;
  #depth = 0;
  #values = 0;

  constructor(text: string, isJson: boolean) {
    super(text);
    this.#isJson = isJson;
  }

  read(): unknown {
    this.toContent();
    const data = this.#block(-1);
    if (this.column !== -1) throw UNCOMMON;
    return data;
  }

  /** A value that begins a line of its own, deeper than `indent`. */
  #block(indent: number): unknown {
    if (this.isItem()) return this.#list(this.column);
    if (this.#isKey()) return this.#mapping(this.column);
    const isRoot = indent === -1;
    const code = this.code();
    if (isRoot && (code === OPEN_LIST || code === OPEN_MAPPING)) return this.#inline(indent);
    throw UNCOMMON;
  }

  #mapping(column: number): unknown {
    this.#enter();
    const data = this.#newMapping();
    do {
      const key = this.#key(data, false);
      data[key] = this.#value(column, true);
    } while (this.column === column);
    if (this.column > column) throw UNCOMMON;
    this.#depth -= 1;
    return data;
  }

  #list(column: number): unknown {
    this.#enter();
    const items: unknown[] = [];
    while (this.column === column && this.isItem()) {
      this.at += 1;
      items.push(this.#value(column, false));
    }
    if (this.column > column) throw UNCOMMON;
    this.#depth -= 1;
    return items;
  }

  /** What stands behind `key:` or `-` at this column: on the same line, or on the lines below. */
  #value(column: number, isEntry: boolean): unknown {
    this.skipSpaces();
    if (this.isLineEnd()) {
      this.nextLine();
      if (this.column > column) return this.#block(column);
      if (isEntry && this.column === column && this.isItem()) return this.#list(column);
      throw UNCOMMON;
    }
    if (isEntry) return this.#inline(column);
    this.beginHere();
    if (this.isItem()) return this.#list(this.column);
    if (this.#isKey()) return this.#mapping(this.column);
    return this.#inline(column);
  }

  /** A value on one line, or in brackets, and nothing after it that could belong to it. */
  #inline(indent: number): unknown {
    const code = this.code();
    const value = code === OPEN_LIST || code === OPEN_MAPPING ? this.#inBrackets(indent) : this.#scalar(false);
    this.skipSpaces();
    if (!this.isLineEnd()) throw UNCOMMON;
    this.nextLine();
    if (this.column > indent) throw UNCOMMON;
    return value;
  }

  #inBrackets(indent: number): unknown {
    this.#enter();
    const isMapping = this.code() === OPEN_MAPPING;
    const data = isMapping ? this.#mappingInBrackets(indent) : this.#listInBrackets(indent);
    this.#depth -= 1;
    return data;
  }

  #mappingInBrackets(indent: number): unknown {
    const data = this.#newMapping();
    for (let more = this.#opens(CLOSE_MAPPING, indent); more; more = this.#goesOn(CLOSE_MAPPING, indent)) {
      const key = this.#key(data, true);
      this.gap(indent);
      data[key] = this.#entryInBrackets(indent);
    }
    return data;
  }

  #listInBrackets(indent: number): unknown {
    const items: unknown[] = [];
    for (let more = this.#opens(CLOSE_LIST, indent); more; more = this.#goesOn(CLOSE_LIST, indent)) {
      items.push(this.#entryInBrackets(indent));
    }
    return items;
  }

  /** Past the opening bracket: whether there is anything before `close`. */
  #opens(close: number, indent: number): boolean {
    this.at += 1;
    this.gap(indent);
    if (this.code() !== close) return true;
    this.at += 1;
    return false;
  }

  /** Past a comma, or past `close`: whether it was a comma. */
  #goesOn(close: number, indent: number): boolean {
    this.gap(indent);
    const code = this.code();
    this.at += 1;
    if (code === close) return false;
    if (code !== COMMA) throw UNCOMMON;
    this.gap(indent);
    return true;
  }

  #entryInBrackets(indent: number): unknown {
    const code = this.code();
    return code === OPEN_LIST || code === OPEN_MAPPING ? this.#inBrackets(indent) : this.#scalar(true);
  }

  /** A key that is not there yet, and its colon. */
  #key(data: Readonly<Record<string, unknown>>, inBrackets: boolean): string {
    const quoted = this.take(quotedText);
    const key = quoted === undefined ? this.take(plainKey) : unquoted(quoted);
    if (key === undefined || key in data || (quoted === undefined && otherWord.test(key))) throw UNCOMMON;
    if (this.code() !== COLON || key.length > 200) throw UNCOMMON;
    this.at += 1;
    // Behind a quoted key in brackets, as JSON has it, no space is needed.
    if (!this.isGap() && !(inBrackets && quoted !== undefined)) throw UNCOMMON;
    return key;
  }

  /** Whether here begin a key and its colon. */
  #isKey(): boolean {
    const from = this.at;
    const isFound = this.take(plainKey) !== undefined || this.take(quotedText) !== undefined;
    const isKey = isFound && this.code() === COLON && this.isGap(this.at + 1);
    this.at = from;
    return isKey;
  }

  #scalar(inBrackets: boolean): unknown {
    this.#count();
    const quoted = this.take(quotedText);
    if (quoted !== undefined) return unquoted(quoted);
    const written = inBrackets ? this.#plainInBrackets() : this.#plain();
    const first = written.charCodeAt(0);
    if (written === '' || NOT_PLAIN.has(first)) throw UNCOMMON;
    if (first === DASH && (written.length === 1 || written.charCodeAt(1) === SPACE)) throw UNCOMMON;
    if (written.includes(': ') || written.endsWith(':')) throw UNCOMMON;
    return this.#meant(written);
  }

  #plain(): string {
    const lineEnd = this.text.indexOf('\n', this.at);
    const end = lineEnd === -1 ? this.text.length : lineEnd;
    const comment = this.text.slice(this.at, end).indexOf(' #');
    return this.upTo(comment === -1 ? end : this.at + comment);
  }

  #plainInBrackets(): string {
    const from = this.at;
    const taken = this.take(plainInBrackets) ?? '';
    this.at = from;
    // A call that a comma cut in pieces, and a comment, are for others to explain.
    if (taken.split('(').length > taken.split(')').length || taken.includes('#')) throw UNCOMMON;
    return this.upTo(from + taken.length);
  }

  /** What an unquoted text means. */
  #meant(written: string): unknown {
    if (mayBeNumber.test(written)) {
      if (commonNumber.test(written)) return Number(written);
      if (otherNumber.test(written)) throw UNCOMMON;
    } else if (written === 'true') return true;
    else if (written === 'false') return false;
    else if (written === 'null') return null;
    else if (otherWord.test(written)) throw UNCOMMON;
    if (this.#isJson) throw UNCOMMON;
    return written;
  }

  #enter(): void {
    this.#count();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw UNCOMMON;
  }

  /** Without a prototype, so that a key like `__proto__` is a key like any other. */
  #newMapping(): Record<string, unknown> {
    const data = Object.create(null) as Record<string, unknown>; // Typed as any.
    this.starts.set(data, this.at);
    return data;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw UNCOMMON;
  }
}

/** A quoted text without its quotes; escapes that JSON does not have are uncommon. */
function unquoted(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (quoted.charCodeAt(0) === SINGLE_QUOTE) return inner.includes("''") ? inner.replaceAll("''", "'") : inner;
  if (!inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw UNCOMMON;
  }
}
