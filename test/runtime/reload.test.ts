import { describe, expect, test } from 'vitest';
import type { Cancel } from '../../src/ports/clock.ts';
import type { RuleFile, RuleFiles, RuleSource } from '../../src/ports/rule-source.ts';
import type { Rule } from '../../src/core/rule.ts';
import { Reload } from '../../src/runtime/reload.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { MemoryLog } from '../../src/testing/memory-log.ts';
import { programOf } from '../../src/testing/play.ts';

/** Files that a test changes; reading waits for `go` while it is held. */
class Source implements RuleSource {
  files: RuleFile[] = [];
  reads = 0;
  held: Promise<void> = Promise.resolve();
  changed: (files: RuleFiles) => void = () => {};
  failed: (error: Error) => void = () => {};
  watching = false;

  /** Make the next reads wait; the answer lets them go on. */
  hold(): () => void {
    let release = (): void => {};
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  async read(): Promise<RuleFiles> {
    this.reads++;
    const files = [...this.files];
    await this.held;
    return { files, unreadable: [] };
  }

  watch(changed: (files: RuleFiles) => void, failed: (error: Error) => void): Cancel {
    this.watching = true;
    this.changed = changed;
    this.failed = failed;
    return () => {
      this.watching = false;
    };
  }
}

/** A reload of files whose texts are rules, or `broken`. */
function setUp() {
  const source = new Source();
  const loaded: string[][] = [];
  const log = new MemoryLog();
  const clock = new ManualClock(1000);
  const told: string[] = [];
  const known = new Map<string, Rule>();
  const compile = ({ files }: RuleFiles) => {
    const failed = files.filter(({ text }) => text === 'broken').map(({ path }) => path);
    const rules = files.flatMap(({ path, text }) => {
      if (text !== 'broken') {
        const rule = known.get(text) ?? programOf(`{ id: ${text}, on: a, log: x }`).rules[0];
        if (rule !== undefined) known.set(text, rule).set(path, rule);
      }
      return known.get(path) ?? [];
    });
    return { rules, disabled: 0, failed, problems: failed.map((path) => `${path} is broken`) };
  };
  const sink = {
    load: async (rules: readonly Rule[]) => {
      loaded.push(rules.map(({ id }) => id));
    },
  };
  const reload = new Reload(source, compile, sink, clock, log, (problem) => told.push(problem));
  const write = (...texts: string[]): void => {
    source.files = texts.map((text, i) => ({ path: `${i}.yaml`, text }));
  };
  const counts = (): string[] =>
    reload
      .reading()
      .counts.filter(({ count }) => count > 0)
      .map(({ result, trigger, count }) => `${trigger} ${result} ${count}`);
  return { source, reload, loaded, log, clock, told, write, counts };
}

describe('a reload', () => {
  test('puts what it reads to work, and says what it came to', async () => {
    const { reload, loaded, write, counts, clock } = setUp();
    write('one', 'two');
    expect(await reload.now('start')).toEqual({ ok: true, rules: 2, changed: true, problems: [] });
    clock.advance(5000);
    write('one', 'three');
    expect(await reload.now('api')).toMatchObject({ ok: true, rules: 2, changed: true });
    expect(loaded).toEqual([
      ['one', 'two'],
      ['one', 'three'],
    ]);
    expect(counts()).toEqual(['start success 1', 'api success 1']);
    expect(reload.reading()).toMatchObject({ successful: true, successAt: 5000 });
  });

  test('with a mistake keeps the last good rules, and tells', async () => {
    const { reload, loaded, write, counts, told, log, clock } = setUp();
    write('one', 'two');
    await reload.now('start');
    clock.advance(5000);
    write('broken', 'three');
    expect(await reload.now('api')).toEqual({ ok: false, rules: 2, changed: true, problems: ['0.yaml is broken'] });
    expect(loaded.at(-1)).toEqual(['one', 'three']);
    expect(counts()).toEqual(['start success 1', 'api failure 1']);
    expect(reload.reading()).toMatchObject({ successful: false, successAt: 1000 });
    expect(told).toEqual(['0.yaml is broken']);
    expect(log.lines).toEqual(['error: rules reloaded, but some files have errors and keep their last good rules']);
  });

  test('that is asked for is done though nothing changed; one that is only seen is not', async () => {
    const { reload, loaded, write, source, counts } = setUp();
    write('one');
    await reload.now('start');
    reload.watch();
    expect(await reload.now('api')).toMatchObject({ changed: false });
    expect(loaded).toEqual([['one'], ['one']]);
    source.changed(await source.read());
    await reload.stop();
    expect(loaded).toHaveLength(2);
    expect(counts()).toEqual(['start success 1', 'watch success 1', 'api success 1']);
  });

  test('asked for while another waits is that one', async () => {
    const { reload, source, write } = setUp();
    write('one');
    const release = source.hold();
    const first = reload.now('start');
    await Promise.resolve(); // It has begun to read.
    write('two');
    const others = [reload.now('api'), reload.now('signal'), reload.now('api')];
    release();
    expect((await first).changed).toBe(true);
    expect(new Set(await Promise.all(others)).size).toBe(1);
    expect(source.reads).toBe(2);
    expect(reload.last.rules.map(({ id }) => id)).toEqual(['two']);
  });

  test('never overtakes another, and never brings back what was there before', async () => {
    const { reload, loaded, source, write } = setUp();
    write('one');
    await reload.now('start');
    reload.watch();
    const release = source.hold();
    const asked = reload.now('api');
    write('old');
    source.changed({ files: [...source.files], unreadable: [] });
    write('new');
    release();
    await asked;
    await reload.stop();
    expect(loaded.at(-1)).toEqual(['new']);
  });

  test('follows the files while it watches, and survives the watcher', async () => {
    const { reload, loaded, source, write, log } = setUp();
    write('one');
    await reload.now('start');
    reload.watch();
    write('two');
    source.changed(await source.read());
    source.failed(new Error('too many files'));
    await reload.stop();
    expect(loaded).toEqual([['one'], ['two']]);
    expect(log.lines).toEqual(['warn: watching the rules: too many files', 'info: rules reloaded']);
    expect(source.watching).toBe(false);
  });

  test('that fails altogether is told to who asked, and the next one works', async () => {
    const { reload, source, write } = setUp();
    source.held = Promise.reject(new Error('disk gone'));
    source.held.catch(() => {});
    await expect(reload.now('start')).rejects.toThrow('disk gone');
    source.held = Promise.resolve();
    write('one');
    expect(await reload.now('api')).toMatchObject({ ok: true, rules: 1 });
  });

  test('asked for after the end, or waiting its turn then, does nothing', async () => {
    const { reload, loaded, source, write } = setUp();
    write('one');
    await reload.now('start');
    const release = source.hold();
    const first = reload.now('api');
    await Promise.resolve(); // It has begun to read.
    write('two');
    const waiting = reload.now('signal');
    const stopped = reload.stop();
    release();
    await Promise.all([first, stopped]);
    const nothing = { ok: true, rules: 1, changed: false, problems: [] };
    expect([await waiting, await reload.now('signal')]).toEqual([nothing, nothing]);
    expect([source.reads, loaded]).toEqual([2, [['one'], ['one']]]);
  });
});
