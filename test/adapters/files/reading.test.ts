import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ruleFolder } from '../../../src/adapters/files/rule-folder.ts';
import type { RuleFiles } from '../../../src/ports/rule-source.ts';
import { contents, temporaryFolder, write } from './folder.ts';

const read = (path: string): Promise<RuleFiles> => ruleFolder(path).read();

/** Paths below the folder. */
function names(folder: string, files: RuleFiles): { read: string[]; unreadable: Record<string, string> } {
  const short = (path: string): string => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path);
  return {
    read: files.files.map(({ path }) => short(path)),
    unreadable: Object.fromEntries(files.unreadable.map(({ path, reason }) => [short(path), reason])),
  };
}

describe('what is read', () => {
  test('rule files at every depth, and nothing else', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'a.yaml': 'a',
      'b.yml': 'b',
      'deep/er/c.json': 'c',
      'named.yaml/d.yaml': 'd',
      'notes.md': '',
      'e.yaml.bak': '',
      'f.YAML~': '',
      '.hidden.yaml': '',
      '.git/g.yaml': '',
      'deep/.h/i.yaml': '',
    });
    expect(names(folder, await read(folder))).toEqual({
      read: ['a.yaml', 'b.yml', 'deep/er/c.json', 'named.yaml/d.yaml'],
      unreadable: {},
    });
  });

  test('in order of the bytes of the path', async () => {
    const folder = temporaryFolder();
    const ordered = [
      'B.yaml',
      'a-b.yaml',
      'a.yaml',
      'a/b.yaml',
      'a0.yaml',
      'b.yaml',
      'ä.yaml',
      '\uFF5E.yaml',
      '🔥.yaml',
    ];
    write(folder, Object.fromEntries(ordered.toReversed().map((name) => [name, ''])));
    expect(names(folder, await read(folder)).read).toEqual(ordered);
  });

  test('paths are the given one joined with the rest', async () => {
    const folder = temporaryFolder();
    write(folder, { 'rules/heat/a.yaml': 'a' });
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    expect(contents(await read('rules'))).toEqual({ 'rules/heat/a.yaml': 'a' });
    expect(contents(await read('./rules/'))).toEqual({ 'rules/heat/a.yaml': 'a' });
    expect(contents(await read('.'))).toEqual({ 'rules/heat/a.yaml': 'a' });
    expect(contents(await read('rules/heat/a.yaml'))).toEqual({ 'rules/heat/a.yaml': 'a' });
  });

  test('a single file, whatever its name', async () => {
    const folder = temporaryFolder();
    write(folder, { '.rules': 'hello' });
    expect(contents(await read(join(folder, '.rules')))).toEqual({ [join(folder, '.rules')]: 'hello' });
  });

  test('the byte order mark is not part of the text', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': '\uFEFFid: ü' });
    expect(contents(await read(folder))).toEqual({ [join(folder, 'a.yaml')]: 'id: ü' });
  });

  test('what was replaced at once, with the same length and times', async () => {
    const folder = temporaryFolder();
    const source = ruleFolder(folder);
    for (let n = 100; n < 200; n += 1) {
      write(folder, { 'a.yaml': String(n) });
      expect(contents(await source.read())).toEqual({ [join(folder, 'a.yaml')]: String(n) });
    }
  });
});

describe('links', () => {
  test('a mounted ConfigMap is read through its links, once', async () => {
    const folder = temporaryFolder();
    write(folder, { '..2026_01/a.yaml': 'one' });
    symlinkSync('..2026_01', join(folder, '..data'));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    expect(contents(await read(folder))).toEqual({ [join(folder, 'a.yaml')]: 'one' });
  });

  test('cycles end, and no folder is entered twice', async () => {
    const folder = temporaryFolder();
    write(folder, { 'real/a.yaml': '' });
    for (const name of ['l1', 'l2', 'l3']) {
      symlinkSync('..', join(folder, 'real', name));
      symlinkSync('real', join(folder, name));
    }
    symlinkSync('self.yaml', join(folder, 'self.yaml'));
    symlinkSync('gone', join(folder, 'gone.yaml'));
    expect(names(folder, await read(folder))).toEqual({
      read: ['real/a.yaml'],
      unreadable: {
        'gone.yaml': 'is a link to something that does not exist',
        'self.yaml': 'is a link that leads back to itself',
      },
    });
  });

  test('a linked folder is read', async () => {
    const folder = temporaryFolder();
    write(folder, { 'elsewhere/a.yaml': 'a', 'rules/b.yaml': 'b' });
    symlinkSync('../elsewhere', join(folder, 'rules/more'));
    expect(names(join(folder, 'rules'), await read(join(folder, 'rules'))).read).toEqual(['b.yaml', 'more/a.yaml']);
  });
});

describe('what cannot be read is named, and the rest is read', () => {
  test('a path that does not exist', async () => {
    const path = join(temporaryFolder(), 'rules');
    expect(await read(path)).toEqual({ files: [], unreadable: [{ path, reason: 'does not exist' }] });
  });

  test('pipes, sockets, devices and files that never end', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'a' });
    execFileSync('mkfifo', [join(folder, 'pipe.yaml'), join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket.yaml'));
    onTestFinished(() => void server.close());
    symlinkSync('/dev/zero', join(folder, 'zero.yaml'));
    expect(names(folder, await read(folder))).toEqual({
      read: ['a.yaml'],
      unreadable: {
        'pipe.yaml': 'is a named pipe, not a file',
        'socket.yaml': 'is a socket, not a file',
        'zero.yaml': 'is a device, not a file',
      },
    });
  });

  test('files over 4 MiB, however long the system says they are', async () => {
    const folder = temporaryFolder();
    write(folder, { 'fits.yaml': 'x'.repeat(4 * 1024 * 1024), 'large.yaml': 'x'.repeat(4 * 1024 * 1024 + 1) });
    writeFileSync(join(folder, 'huge.yaml'), '');
    truncateSync(join(folder, 'huge.yaml'), 2 ** 40); // Sparse.
    symlinkSync('/proc/self/status', join(folder, 'status.yaml')); // Says 0, holds a little.
    const reason = 'is larger than 4 MiB, the most a rule file may be: split it';
    expect(names(folder, await read(folder))).toEqual({
      read: ['fits.yaml', 'status.yaml'],
      unreadable: { 'huge.yaml': reason, 'large.yaml': reason },
    });
  });

  test('text that is not UTF-8, and names that are not', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'latin1.yaml': Buffer.from('grün', 'latin1'),
      'utf16.yaml': Buffer.from('\uFEFFid: a', 'utf16le'),
    });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/gr`), Buffer.from([0xfc]), Buffer.from('n.yaml')]), 'id: a');
    expect(names(folder, await read(folder))).toEqual({
      read: [],
      unreadable: {
        'gr\uFFFDn.yaml': 'its name is not UTF-8',
        'latin1.yaml': 'is not UTF-8 text',
        'utf16.yaml': 'is not UTF-8 text',
      },
    });
  });

  test('files and folders without permission', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'a', 'secret.yaml': '', 'closed/b.yaml': '' });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'secret.yaml'), 0);
    chmodSync(join(folder, 'closed'), 0);
    const files = await asOrdinaryUser(() => read(folder));
    chmodSync(join(folder, 'closed'), 0o755);
    expect(names(folder, files)).toEqual({
      read: ['a.yaml'],
      unreadable: { closed: 'permission denied', 'secret.yaml': 'permission denied' },
    });
  });

  test('a file that disappears meanwhile is not there, and nothing breaks', async () => {
    const folder = temporaryFolder();
    const source = ruleFolder(folder);
    for (let round = 0; round < 20; round += 1) {
      write(folder, Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`sub/${n}.yaml`, `${n}`])));
      const reading = source.read();
      if (round % 2 === 0) rmSync(join(folder, 'sub'), { recursive: true });
      else renameSync(join(folder, 'sub'), join(folder, `moved${round}`));
      await reading;
      for (const { reason } of (await source.read()).unreadable) expect(reason).toBe('');
    }
  });
});

/** Root may read everything, so it must not be root that tries. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('a folder that is empty has no files and nothing unreadable', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'empty'));
  expect(await read(folder)).toEqual({ files: [], unreadable: [] });
});
