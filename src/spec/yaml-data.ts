import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Alias, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { bareMark, splitCalls, swallowedByComment } from './yaml-silent-traps.ts';
import type { Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { shorten } from './shorten.ts';
import type { TextLines } from './text-lines.ts';
import { trapProblem } from './yaml-traps.ts';
import type { Trap } from './yaml-traps.ts';
import { quoteForYaml } from './yaml-quote.ts';

/** Values that all aliases of a file together may stand for. */
const MAX_ALIASED = 100_000;
/** Keys that stand twice are told up to here: each costs a search for the first one. */
const MAX_PROBLEMS = 1_000;

/** Plain data out of YAML's nodes. */
export interface ReadData {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

/**
 * Turns YAML's nodes into plain data and reports what YAML allows and a rule file does not: a key twice, keys that are no
 * text, `<<`, numbers that JSON does not have, and aliases that grow without end. In a JSON file a text needs its quotes.
 * Every mapping has no prototype, so that a key like `__proto__` is a key like any other.
 */
export function readData(file: string, text: string, lines: TextLines, root: Node | null, isJson: boolean): ReadData {
  const reader = new DataReader(file, text, lines, isJson);
  const data = reader.read(root, undefined);
  return { data, problems: reader.problems, targets: reader.targets };
}

interface Anchored {
  readonly node: Node;
  /** Filled when the node has been read; an alias before that is inside what it stands for. */
  read?: { readonly data: unknown; readonly size: number };
}

class DataReader {
  readonly problems: Problem[] = [];
  readonly targets = new Map<Alias, Node>();
  readonly #file: string;
  readonly #text: string;
  readonly #lines: TextLines;
  readonly #isJson: boolean;
  readonly #anchors = new Map<string, Anchored>();
  /** Values read so far, those behind aliases counted each time. */
  #size = 0;
  #aliased = 0;

  constructor(file: string, text: string, lines: TextLines, isJson: boolean) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
    this.#isJson = isJson;
  }

  read(node: unknown, key: string | undefined): unknown {
    if (isAlias(node)) return this.#readAlias(node, key);
    const before = this.#size;
    this.#size += 1;
    const anchored = this.#anchor(node);
    this.#trap(bareMark(this.#text, this.#lines, node, key));
    const data = this.#readContent(node);
    if (anchored !== undefined) anchored.read = { data, size: this.#size - before };
    return data;
  }

  #readContent(node: unknown): unknown {
    if (isMap(node)) return this.#readMap(node);
    if (isSeq(node)) return this.#readList(node);
    return isScalar(node) ? this.#readScalar(node) : null;
  }

  #readMap(map: YAMLMap): unknown {
    // Typed by hand: `Object.create` gives `any`.
    const data: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const split = splitCalls(this.#text, map);
    for (const pair of map.items) {
      const key = this.#readKey(pair);
      const value = this.read(pair.value, key);
      if (key === undefined) continue;
      if (key in data) this.#reportTwice(map, pair, key);
      data[key] = value;
      if (split.parts.has(pair)) continue;
      if (pair.value === null && map.flow === true) this.#reportNoValue(pair, key);
      else if (value === null) this.#trap(swallowedByComment(this.#text, this.#lines, pair, key));
    }
    split.traps.forEach((trap) => this.#trap(trap));
    return data;
  }

  #readList(list: YAMLSeq): unknown {
    const split = splitCalls(this.#text, list);
    const data = list.items.map((item) => {
      const value = this.read(item, undefined);
      if (value === null) this.#trap(swallowedByComment(this.#text, this.#lines, item, undefined));
      return value;
    });
    split.traps.forEach((trap) => this.#trap(trap));
    return data;
  }

  #readScalar(node: Scalar): unknown {
    const { value } = node;
    const written = shorten(node.source ?? '');
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.#report(
          node,
          'not-finite',
          `${written} is not a number that JSON has`,
          `Quote it if it is a text: ${quoteForYaml(written)}`,
        );
      } else if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?[0-9]+$/.test(node.source ?? '')) {
        this.#report(
          node,
          'inexact-number',
          `${written} has too many digits to be kept exactly`,
          `Quote it if it names something: ${quoteForYaml(written)}`,
        );
      }
    } else if (this.#isJson && node.type === Scalar.PLAIN && !/^(?:null|true|false)$/.test(node.source ?? '')) {
      const hint = `Write ${JSON.stringify(written)}. A comma missing before it looks like this too`;
      this.#report(node, 'invalid-json', 'a text in a JSON file stands in double quotes', hint);
    }
    return value;
  }

  #readKey({ key }: Pair): string | undefined {
    if (!isScalar(key)) {
      this.#report(
        key,
        'complex-key',
        'a key must be a text, not a list, a mapping or an alias',
        'Quote the key if it is a text',
      );
      return undefined;
    }
    const text = typeof key.value === 'string' ? key.value : (key.source ?? '');
    this.#anchor(key);
    if (key.value === null) {
      const hint = text === '' ? 'Write a key before the ":"' : `Quote it if it is a text: ${quoteForYaml(text)}`;
      this.#report(key, 'null-key', 'this key is nothing', hint);
      return undefined;
    }
    if (text === '<<' && key.type === Scalar.PLAIN) {
      this.#report(
        key,
        'merge-key',
        '"<<" does not merge: YAML 1.2 has no merge keys',
        'Put what several rules share under `defaults:`',
      );
      return undefined;
    }
    return text;
  }

  #anchor(node: unknown): Anchored | undefined {
    if (!(isMap(node) || isSeq(node) || isScalar(node)) || node.anchor === undefined) return undefined;
    const anchored: Anchored = { node };
    this.#anchors.set(node.anchor, anchored);
    return anchored;
  }

  #readAlias(alias: Alias, key: string | undefined): unknown {
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) {
      const written = `*${alias.source}`;
      const expression = `${key === undefined ? '' : `${key}: `}${quoteForYaml(shorten(written))}`;
      const message = `YAML reads ${JSON.stringify(shorten(written))} as an alias, and no "&${shorten(alias.source)}" comes before it`;
      this.#report(alias, 'unknown-alias', message, `Quote the expression: ${expression}`);
      return null;
    }
    if (anchored.read === undefined) {
      this.#report(
        alias,
        'endless-alias',
        `"*${shorten(alias.source)}" stands inside the value that it stands for`,
        'Write the value out',
      );
      return null;
    }
    this.#size += anchored.read.size;
    const before = this.#aliased;
    this.#aliased += anchored.read.size;
    if (this.#aliased > MAX_ALIASED) {
      if (before <= MAX_ALIASED) {
        const message = `the aliases of this file stand for more than ${MAX_ALIASED} values`;
        this.#report(alias, 'too-many-aliases', message, 'Use fewer aliases of aliases');
      }
      return null;
    }
    this.targets.set(alias, anchored.node);
    return anchored.read.data;
  }

  #reportTwice(map: YAMLMap, pair: Pair, key: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const first = map.items.find(
      (earlier) => isScalar(earlier.key) && isScalar(pair.key) && earlier.key.source === pair.key.source,
    );
    const at = isScalar(first?.key) ? this.#lines.position(first.key.range?.[0] ?? 0) : undefined;
    const where = at === undefined ? '' : ` on line ${at.line}`;
    this.#report(
      pair.key,
      'duplicate-key',
      `the key "${shorten(key)}" is there already${where}`,
      'Keep one of the two',
    );
  }

  #reportNoValue(pair: Pair, key: string): void {
    const hint = 'Inside { … } write "key: value", and quote a text that has a comma in it';
    this.#report(pair.key, 'missing-value', `"${shorten(key)}" has no value`, hint);
  }

  #trap(trap: Trap | undefined): void {
    if (trap !== undefined) this.problems.push(trapProblem(this.#file, this.#text, this.#lines, trap));
  }

  #report(node: unknown, code: string, message: string, hint: string): void {
    const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    const [start, end] = range ?? [0, 0];
    this.problems.push(problemAt(this.#file, this.#lines.position(start, end - start), code, message, hint));
  }
}
