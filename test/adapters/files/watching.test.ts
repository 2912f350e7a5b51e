import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ruleFolder } from '../../../src/adapters/files/rule-folder.ts';
import type { RuleFiles } from '../../../src/ports/rule-source.ts';
import { contents, Reports, temporaryFolder, write } from './folder.ts';

/** Told by the system, only an event makes it look again within the test; else only the clock. */
const WAYS = [
  { way: 'told by the system', pace: { scanIntervalMs: 600_000, settleMs: 30 } },
  { way: 'by looking', pace: { scanIntervalMs: 20, settleMs: 5 } },
];

/** A watched folder with one file, read once. */
async function watched(pace: {
  scanIntervalMs: number;
  settleMs: number;
}): Promise<{ folder: string; reports: Reports }> {
  const folder = join(temporaryFolder(), 'rules');
  write(folder, { 'a.yaml': 'one' });
  const source = ruleFolder(folder, pace);
  await source.read();
  nudge(folder);
  return { folder, reports: new Reports(source) };
}

/** Nothing says when the system's own watch has begun, so there are events again and again. They change no content. */
function nudge(path: string): void {
  const timer = setInterval(() => {
    if (existsSync(path)) utimesSync(path, new Date(), new Date());
  }, 100);
  onTestFinished(() => clearInterval(timer));
}

const has =
  (folder: string, expected: Record<string, string>) =>
  (files: RuleFiles): boolean => {
    const paths = Object.fromEntries(Object.entries(expected).map(([name, text]) => [join(folder, name), text]));
    return JSON.stringify(contents(files)) === JSON.stringify(paths);
  };

describe.each(WAYS)('a change is seen, $way:', ({ pace }) => {
  test('a new file, a changed one, a deleted one', async () => {
    const { folder, reports } = await watched(pace);
    write(folder, { 'b.yaml': 'b' });
    await reports.first(has(folder, { 'a.yaml': 'one', 'b.yaml': 'b' }));
    write(folder, { 'a.yaml': 'two' });
    await reports.first(has(folder, { 'a.yaml': 'two', 'b.yaml': 'b' }));
    rmSync(join(folder, 'a.yaml'));
    await reports.first(has(folder, { 'b.yaml': 'b' }));
  });

  test("an editor's atomic saves", async () => {
    const { folder, reports } = await watched(pace);
    write(folder, { '.a.yaml.swp': 'two' });
    renameSync(join(folder, '.a.yaml.swp'), join(folder, 'a.yaml'));
    await reports.first(has(folder, { 'a.yaml': 'two' }));
    renameSync(join(folder, 'a.yaml'), join(folder, 'a.yaml~'));
    write(folder, { 'a.yaml': 'three' });
    await reports.first(has(folder, { 'a.yaml': 'three' }));
    expect(reports.all).toHaveLength(2);
  });

  test('a switched ConfigMap', async () => {
    const { folder, reports } = await watched(pace);
    rmSync(join(folder, 'a.yaml'));
    write(folder, { '..1/a.yaml': 'first', '..2/a.yaml': 'second' });
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    await reports.first(has(folder, { 'a.yaml': 'first' }));
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await reports.first(has(folder, { 'a.yaml': 'second' }));
  });

  test('a truncated file', async () => {
    const { folder, reports } = await watched(pace);
    truncateSync(join(folder, 'a.yaml'));
    await reports.first(has(folder, { 'a.yaml': '' }));
  });

  test('a single file that is replaced', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'one' });
    const source = ruleFolder(join(folder, 'a.yaml'), pace);
    await source.read();
    const reports = new Reports(source);
    nudge(join(folder, 'a.yaml'));
    for (const text of ['two', 'three']) {
      write(folder, { 'a.yaml.tmp': text });
      renameSync(join(folder, 'a.yaml.tmp'), join(folder, 'a.yaml'));
      await reports.first(has(folder, { 'a.yaml': text }));
    }
  });
});

describe('what is reported', () => {
  const pace = { scanIntervalMs: 10, settleMs: 5 };

  test('the first state, when nothing was read before', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'one' });
    const reports = new Reports(ruleFolder(folder, pace));
    await reports.first(has(folder, { 'a.yaml': 'one' }));
  });

  test('nothing, when only times change or a file is written with the same content', async () => {
    const { folder, reports } = await watched(pace);
    utimesSync(join(folder, 'a.yaml'), 1, 1);
    write(folder, { 'a.yaml': 'one', 'notes.md': 'x', '.hidden.yaml': 'x' });
    await scans(folder, reports);
    expect(reports.all).toHaveLength(1);
  });

  test('nothing that a read has handed over in the meantime', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'one' });
    const source = ruleFolder(folder, { scanIntervalMs: 10, settleMs: 300 });
    await source.read();
    const reports = new Reports(source);
    write(folder, { 'a.yaml': 'two' });
    await source.read();
    await scans(folder, reports);
    expect(reports.all).toHaveLength(1);
  });

  test('an edit of the same length that keeps the modification time', async () => {
    const { folder, reports } = await watched(pace);
    utimesSync(join(folder, 'a.yaml'), 1_000_000, 1_000_000);
    write(folder, { 'a.yaml': 'two' });
    utimesSync(join(folder, 'a.yaml'), 1_000_000, 1_000_000);
    await reports.first(has(folder, { 'a.yaml': 'two' }));
  });

  test('a file that is written slowly, only when it is whole', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'one' });
    const source = ruleFolder(folder, { scanIntervalMs: 10, settleMs: 400 });
    await source.read();
    const reports = new Reports(source);
    const file = openSync(join(folder, 'a.yaml'), 'w');
    for (let line = 0; line < 30; line += 1) {
      writeSync(file, `line ${line}\n`);
      await sleep(20); // The writer is what is slow here.
    }
    closeSync(file);
    const whole = readFileSync(join(folder, 'a.yaml'), 'utf8');
    await reports.first(has(folder, { 'a.yaml': whole }));
    expect(reports.all).toHaveLength(1);
  });

  test('a folder that vanishes, and comes back', async () => {
    const { folder, reports } = await watched(pace);
    renameSync(folder, `${folder}.away`);
    const gone = await reports.first((files) => files.files.length === 0);
    expect(gone.unreadable).toEqual([{ path: folder, reason: 'does not exist' }]);
    mkdirSync(folder);
    await reports.first((files) => files.files.length === 0 && files.unreadable.length === 0);
    write(folder, { 'b.yaml': 'back' });
    await reports.first(has(folder, { 'b.yaml': 'back' }));
    expect(reports.errors).toEqual([]);
  });

  test('a file that cannot be read, and that it can again', async () => {
    const { folder, reports } = await watched(pace);
    rmSync(join(folder, 'a.yaml'));
    mkdirSync(join(folder, 'a.yaml'));
    symlinkSync('nowhere', join(folder, 'b.yaml'));
    const broken = await reports.first((files) => files.unreadable.length === 1);
    expect(broken.unreadable[0]?.path).toBe(join(folder, 'b.yaml'));
    write(folder, { nowhere: 'now here' });
    await reports.first(has(folder, { 'b.yaml': 'now here' }));
  });

  test('nothing after it was cancelled', async () => {
    const folder = temporaryFolder();
    const source = ruleFolder(folder, pace);
    await source.read();
    const seen: RuleFiles[] = [];
    const cancel = source.watch(
      (files) => seen.push(files),
      () => {},
    );
    cancel();
    cancel();
    const reports = new Reports(source);
    write(folder, { 'a.yaml': 'one' });
    await reports.first(has(folder, { 'a.yaml': 'one' }));
    expect(seen).toEqual([]);
  });

  test('what the listener throws, as an error, and it goes on', async () => {
    const folder = temporaryFolder();
    const source = ruleFolder(folder, pace);
    await source.read();
    const errors: Error[] = [];
    const cancel = source.watch(
      () => {
        throw new Error('a mistake');
      },
      (error) => {
        errors.push(error);
        if (errors.length === 1) write(folder, { 'a.yaml': 'two' });
      },
    );
    onTestFinished(cancel);
    write(folder, { 'a.yaml': 'one' });
    await expect.poll(() => errors.map(({ message }) => message)).toEqual(['a mistake', 'a mistake']);
  });
});

test('10 000 files are scanned without holding up anything else', async () => {
  const folder = temporaryFolder();
  for (let n = 0; n < 10_000; n += 1) write(folder, { [`${n % 100}/${n}.yaml`]: `id: rule-${n}\n` });
  const source = ruleFolder(folder, { scanIntervalMs: 50, settleMs: 20 });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  expect((await source.read()).files).toHaveLength(10_000);
  const reports = new Reports(source);
  write(folder, { '50/5050.yaml': 'id: changed\n' });
  const changed = await reports.first(() => true);
  delay.disable();
  expect(changed.files.find(({ text }) => text === 'id: changed\n')?.path).toBe(join(folder, '50/5050.yaml'));
  expect(delay.percentile(95) / 1e6).toBeLessThan(50);
}, 30_000);

/** Lets at least one change through that comes after everything so far, so that all of it has been looked at. */
async function scans(folder: string, reports: Reports): Promise<void> {
  write(folder, { 'last.yaml': 'last' });
  await reports.first((files) => files.files.some(({ text }) => text === 'last'));
}
