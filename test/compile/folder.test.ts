import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFolder, type CompiledFolder, type FolderInput } from '../../src/compile/folder.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

const BROKEN = 'id: [';

/** A rule folder that changes; `''` deletes a file and `null` makes it unreadable. */
class Folder {
  readonly env: Record<string, string> = {};
  #files: Record<string, string | null> = {};
  #unreadableFolders: string[] = [];
  last: CompiledFolder | null = null;

  load(change: Record<string, string | null> = {}, unreadableFolders: string[] = []): this {
    this.#files = { ...this.#files, ...change };
    this.#unreadableFolders = unreadableFolders;
    const paths = Object.keys(this.#files).sort();
    const input: FolderInput = {
      files: paths.flatMap((path) => {
        const text = this.#files[path];
        const lost = this.#unreadableFolders.some((folder) => path.startsWith(`${folder}/`));
        return typeof text === 'string' && text !== '' && !lost ? [{ path, text }] : [];
      }),
      unreadable: [...paths.filter((path) => this.#files[path] === null), ...this.#unreadableFolders].map((path) => ({
        path,
        reason: 'permission denied',
      })),
    };
    this.last = compileFolder(input, this.last?.running ?? new Map(), PLAY_SETTINGS, {
      env: (name) => this.env[name],
      file: () => new Error('none'),
    });
    return this;
  }

  /** What runs: `file:id topic`, by the topic each rule listens to. */
  get running(): string[] {
    return [...(this.last?.running.values() ?? [])]
      .flatMap(({ path, rules }) => rules.map(({ rule }) => `${path}:${rule.id} ${rule.inputs[0]?.filter.text}`))
      .sort();
  }

  get order(): string[] | undefined {
    return this.last?.rules.map(({ id }) => id);
  }

  get problems(): string[] {
    return (
      this.last?.problems.map(
        ({ file, line, column, code, message }) => `${file}:${line}:${column} ${code}: ${message}`,
      ) ?? []
    );
  }
}

const rules = (...all: string[]): string =>
  all.map((one) => `- { id: ${one.split(' ')[0]}, on: ${one.split(' ')[1] ?? 'a'}, log: x }\n`).join('');

describe('a folder of rule files', () => {
  test('runs rules in the order of path, then position', () => {
    const folder = new Folder().load({
      'b.yaml': rules('one', 'two'),
      'a/z.yaml': rules('three'),
      'a.yaml': rules('four'),
      'B.yaml': rules('five'),
    });
    expect(folder.order).toEqual(['five', 'four', 'three', 'one', 'two']);
  });

  test('shows all mistakes of all files at once, in order', () => {
    const folder = new Folder().load({
      'b.yaml': '- { id: b, on: a, log: x, hold: 5m }\n- { on: "a/#/b", if: "1 +", log: x }\n',
      'a.yaml': '{ id: a, on: a, publish: { topic: "a/+" }, if: { foo: 1 } }\n',
    });
    expect(folder.problems).toMatchInlineSnapshot(`
      [
        "a.yaml:1:35 invalid-topic: this topic cannot be published to: it has a wildcard (+ or #)",
        "a.yaml:1:48 unknown-operator: no operator is called "foo"",
        "b.yaml:1:27 unknown-key: "hold" is not a key of a rule",
        "b.yaml:2:3 missing-key: this rule has no \`id\`",
        "b.yaml:2:12 invalid-filter: \`#\` matches all the rest, so it can only be the last level",
        "b.yaml:2:25 expected-value: expected a value after "+"",
      ]
    `);
    expect(folder.running).toEqual([]);
    expect(folder.last?.failed).toEqual(['a.yaml', 'b.yaml']);
  });

  test.each([
    ['broken', BROKEN],
    ['with one mistake in one of its rules', rules('one a', 'two b').replace('log: x', 'lag: x')],
    ['truncated to nothing', ' \n'],
    ['with nothing but comments', '# later\n'],
    ['unreadable', null],
  ])('keeps the last good version of a file that is %s', (_, text) => {
    const folder = new Folder().load({ 'a.yaml': rules('one a', 'two b'), 'b.yaml': rules('three') });
    folder.load({ 'a.yaml': text, 'b.yaml': rules('three c') });
    expect(folder.running).toEqual(['a.yaml:one a', 'a.yaml:two b', 'b.yaml:three c']);
    expect(folder.last?.failed).toEqual(['a.yaml']);
    folder.load();
    expect(folder.running).toEqual(['a.yaml:one a', 'a.yaml:two b', 'b.yaml:three c']);
    folder.load({ 'a.yaml': rules('two d') });
    expect(folder.running).toEqual(['a.yaml:two d', 'b.yaml:three c']);
    expect(folder.last?.failed).toEqual([]);
  });

  test('runs nothing of a file that was never good, and drops a deleted one', () => {
    const folder = new Folder().load({ 'a.yaml': BROKEN, 'b.yaml': rules('b') });
    expect(folder.running).toEqual(['b.yaml:b a']);
    expect(folder.load({ 'b.yaml': '' }).running).toEqual([]);
  });

  test('goes on as it was while it cannot be read', () => {
    const folder = new Folder().load({
      'rules/a.yaml': rules('one'),
      'rules/in/b.yaml': rules('two'),
      'rules/inner.yaml': rules('three'),
    });
    folder.load({}, ['rules/in']);
    expect(folder.order).toEqual(['one', 'two', 'three']);
    folder.load({}, ['rules']);
    expect(folder.order).toEqual(['one', 'two', 'three']);
    expect(folder.last?.failed).toEqual(['rules']);
  });

  test('gives the very same rules again where the text is the same', () => {
    const folder = new Folder().load({ 'a.yaml': rules('one'), 'b.yaml': rules('two') });
    const [one, two] = folder.last?.rules ?? [];
    folder.load({ 'b.yaml': rules('two b') });
    expect(folder.last?.rules[0]).toBe(one);
    expect(folder.last?.rules[1]).not.toBe(two);
  });

  test('fills in the environment each time', () => {
    const folder = new Folder();
    folder.env['ROOM'] = 'bath';
    const text = "vars: { room: '${env:ROOM}' }\nrules: [{ id: r, on: a, publish: { topic: 'x/${room}' } }]\n";
    const output = (): string | undefined => folder.last?.running.get('a.yaml')?.rules[0]?.outputs[0]?.filter;
    folder.load({ 'a.yaml': text });
    expect(output()).toBe('x/bath');
    const before = folder.last?.rules[0];
    expect(folder.load().last?.rules[0]).toBe(before);
    folder.env['ROOM'] = 'hall';
    folder.load();
    expect(output()).toBe('x/hall');
  });

  test('counts what is disabled', () => {
    const folder = new Folder().load({ 'a.yaml': `${rules('one')}- { id: two, enabled: false, on: a, log: x }\n` });
    expect([folder.last?.disabled, folder.order]).toEqual([1, ['one']]);
  });
});

describe('an id that two files claim', () => {
  test('is that of the first where neither ran before', () => {
    const folder = new Folder().load({ 'b.yaml': rules('x b'), 'a.yaml': rules('x a', 'y a') });
    expect(folder.running).toEqual(['a.yaml:x a', 'a.yaml:y a']);
    expect(folder.problems).toEqual(['b.yaml:1:3 duplicate-id: the id "x" is taken by a rule in a.yaml:1']);
    expect(folder.last?.failed).toEqual(['b.yaml']);
  });

  test('stays with the file that ran with it', () => {
    const folder = new Folder().load({ 'b.yaml': rules('x b') });
    folder.load({ 'a.yaml': rules('x a') });
    expect(folder.running).toEqual(['b.yaml:x b']);
    expect(folder.last?.failed).toEqual(['a.yaml']);
  });

  test('stays with the file that ran with it, though that one changes in the same moment', () => {
    const folder = new Folder().load({ 'b.yaml': rules('x b'), 'c.yaml': rules('c') });
    folder.load({ 'a.yaml': rules('x a'), 'b.yaml': rules('x changed'), 'c.yaml': rules('c', 'x c') });
    expect(folder.running).toEqual(['b.yaml:x changed', 'c.yaml:c a']);
    expect(folder.last?.failed).toEqual(['a.yaml', 'c.yaml']);
  });

  test('stays with the file that ran with it, though that one breaks in the same moment', () => {
    const folder = new Folder().load({ 'b.yaml': rules('x b', 'y b') });
    folder.load({ 'a.yaml': rules('x a'), 'b.yaml': BROKEN });
    expect(folder.running).toEqual(['b.yaml:x b', 'b.yaml:y b']);
    expect(folder.last?.failed).toEqual(['b.yaml', 'a.yaml']);
  });

  test('goes over when the file that had it lets it go or is deleted', () => {
    const folder = new Folder().load({ 'b.yaml': rules('x b', 'y b') });
    folder.load({ 'a.yaml': rules('x a'), 'b.yaml': rules('y b') });
    expect(folder.running).toEqual(['a.yaml:x a', 'b.yaml:y b']);
    folder.load({ 'a.yaml': '', 'c.yaml': rules('x c') });
    expect(folder.running).toEqual(['b.yaml:y b', 'c.yaml:x c']);
  });

  test('may be swapped for another by two files at once', () => {
    const folder = new Folder().load({ 'a.yaml': rules('x a'), 'b.yaml': rules('y b') });
    folder.load({ 'a.yaml': rules('y a'), 'b.yaml': rules('x b') });
    expect(folder.running).toEqual(['a.yaml:y a', 'b.yaml:x b']);
    expect(folder.last?.failed).toEqual([]);
  });

  test('twice in one file is a mistake, also of a rule that is disabled', () => {
    const folder = new Folder().load({ 'a.yaml': rules('x', 'x') });
    expect(folder.problems).toEqual(['a.yaml:2:9 duplicate-id: the id "x" is taken by the rule on line 1']);
  });

  test('is free where the other is disabled', () => {
    const folder = new Folder().load({ 'a.yaml': '{ id: x, enabled: false, on: a, log: x }', 'b.yaml': rules('x') });
    expect(folder.order).toEqual(['x']);
  });

  test('never runs twice, and no rule stops by somebody else’s mistake, whatever changes', () => {
    const text = fc.oneof(
      fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }).map((ids) => rules(...ids)),
      fc.constantFrom<string | null>(BROKEN, null, ''),
    );
    const changes = fc.array(fc.dictionary(fc.constantFrom('a.yaml', 'b.yaml', 'c.yaml'), text), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, (changes) => {
        const folder = new Folder();
        let held = new Map<string, string>();
        const contents: Record<string, string | null> = {};
        for (const change of changes) {
          folder.load(change);
          Object.assign(contents, change);
          const now = new Map(folder.running.map((line) => [line.split(/[: ]/)[1] ?? '', line.split(':')[0] ?? '']));
          expect(now.size).toBe(folder.running.length);
          for (const [id, file] of held) {
            // It stays where it ran unless its file was deleted, or was saved without it.
            const content = contents[file];
            const letGo =
              content === '' || (typeof content === 'string' && content !== BROKEN && !content.includes(`id: ${id},`));
            if (!letGo && folder.last?.failed.includes(file) === false) expect(now.get(id)).toBe(file);
            if (content === BROKEN || content === null) expect(now.get(id)).toBe(file);
          }
          held = now;
        }
      }),
      { numRuns: runs(300) },
    );
  });
});
