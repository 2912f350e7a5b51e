import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { startEngine, type EngineOptions, type RunningEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { startTraffic } from './traffic.ts';
import { pause, until } from './until.ts';

interface Stage {
  readonly engine: RunningEngine;
  readonly url: string;
}

const stages: readonly (readonly [string, boolean, (options: EngineOptions) => Promise<Stage>])[] = [
  [
    'the embedded broker',
    true,
    async (options) => {
      const engine = await startEngine(options);
      return { engine, url: `mqtt://127.0.0.1:${engine.port}` };
    },
  ],
  [
    'mosquitto',
    needs('mosquitto'),
    async (options) => {
      const { port, stop } = await startMosquitto();
      onTestFinished(stop);
      const url = `mqtt://127.0.0.1:${port}`;
      return { engine: await startEngine({ ...options, config: { ...options.config, broker: url } }), url };
    },
  ],
];

/** The rule that every number goes through, as it is in a version. */
function main(version: number): string {
  return `id: main\non: load/in\nif: payload >= 0\npublish: { topic: load/out, payload: { n: "\${payload}", version: ${version} } }\n`;
}

const OTHER = 'id: other\non: load/in\nif: payload < 0\npublish: { topic: load/other, payload: 1 }\n';

describe.each(stages.filter(([, here]) => here))('under 1 000 messages a second on %s', (_name, _here, open) => {
  test('50 reloads in a second, of edits and on request, lose nothing and do nothing twice', async () => {
    const { engine, url } = await open({ rules: { 'main.yaml': main(0), 'other.yaml': OTHER } });
    const traffic = await startTraffic(url);
    await traffic.made(0);
    const begun = performance.now();
    for (let version = 1; version <= 50; version++) {
      writeFileSync(join(engine.folder, 'rules/main.yaml'), main(version));
      // The other edits are for the watcher to find.
      expect(await engine.reload()).toEqual({ status: 200, body: { ok: true, rules: 2, changed: true } });
      writeFileSync(join(engine.folder, 'rules/other.yaml'), `# ${version}\n${OTHER}`);
      await pause(Math.max(0, begun + version * 20 - performance.now()));
    }
    const tookMs = performance.now() - begun;
    await traffic.made(50);
    const total = await traffic.end();

    expect(total).toBeGreaterThan(1000);
    expect(tookMs).toBeLessThan(3000);
    // No older version came back.
    const versions = traffic.outputs.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    const metrics = await engine.metrics();
    expect(metrics.value('automate_config_reloads_total', { trigger: 'api', result: 'success' })).toBe(50);
    expect(metrics.value('automate_rule_fired_total', { rule: 'main' })).toBe(total);
    expect(metrics.value('automate_rule_evaluations_total', { rule: 'other', result: 'false' })).toBe(total);
    expect(await engine.ready()).toMatchObject({ status: 200, problems: [] });
  });

  test('however a file is saved, broken or taken away, what ran goes on until something good is there', async () => {
    const { engine, url } = await open({ rules: { 'main.yaml': main(0), 'other.yaml': OTHER } });
    const [file, other] = [join(engine.folder, 'rules/main.yaml'), join(engine.folder, 'rules/other.yaml')];
    const traffic = await startTraffic(url);
    await traffic.made(0);

    // As editors save: beside it, then in its place.
    writeFileSync(join(engine.folder, 'rules/.main.yaml.swp'), main(1));
    renameSync(join(engine.folder, 'rules/.main.yaml.swp'), file);
    await traffic.made(1);

    // In two pieces, by somebody slow.
    const whole = main(2);
    const cut = whole.indexOf('load/out');
    writeFileSync(file, whole.slice(0, cut));
    await isBroken(engine, 'rules/main.yaml', 4);
    writeFileSync(file, whole.slice(cut), { flag: 'a' });
    await traffic.made(2);
    await isWhole(engine);

    // Emptied.
    writeFileSync(file, '');
    await isBroken(engine, 'rules/main.yaml', 1);
    const { status, body } = await engine.reload();
    const empty: unknown = expect.objectContaining({ file: 'rules/main.yaml', code: 'empty-file' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { problems: expect.arrayContaining([empty]) as unknown },
    });
    writeFileSync(file, main(3));
    await traffic.made(3);
    await isWhole(engine);

    // Cut short where a line ends, so that what is left could be meant.
    writeFileSync(file, main(3).split('\n').slice(0, 3).join('\n'));
    await isBroken(engine, 'rules/main.yaml', 3);
    writeFileSync(file, main(3));
    await isWhole(engine);

    // Well-formed, with a mistake.
    writeFileSync(file, main(4).replace('if:', 'iff:'));
    await isBroken(engine, 'rules/main.yaml', 3);
    writeFileSync(file, main(4));
    await traffic.made(4);
    await isWhole(engine);

    // Deleted: then its rules are meant to go, and nobody else's.
    rmSync(other);
    await until(
      'one rule less',
      async () => (await engine.metrics()).value('automate_rules', { state: 'active' }) === 1,
    );
    writeFileSync(other, OTHER);
    await until(
      'one rule more',
      async () => (await engine.metrics()).value('automate_rules', { state: 'active' }) === 2,
    );

    const total = await traffic.end();
    const metrics = await engine.metrics();
    expect(metrics.value('automate_rule_fired_total', { rule: 'main' })).toBe(total);
    expect(
      metrics.value('automate_config_reloads_total', { result: 'failure', trigger: 'watch' }),
    ).toBeGreaterThanOrEqual(3);
    expect(metrics.value('automate_config_reloads_total', { result: 'failure', trigger: 'api' })).toBe(1);
    expect(metrics.by('automate_messages_dropped_total', 'reason')).toMatchObject({ inbox_full: 0, outbox_full: 0 });
  });

  test('a ConfigMap that is swapped by a link is taken as a whole', async () => {
    const folder = makeFolder();
    const rules = join(folder, 'mounted');
    configMap(rules, '..2026_11_22', { 'main.yaml': main(0), 'other.yaml': OTHER });
    symlinkSync('..data/main.yaml', join(rules, 'main.yaml'));
    symlinkSync('..data/other.yaml', join(rules, 'other.yaml'));
    const { engine, url } = await open({ config: { rules } });
    const traffic = await startTraffic(url);
    await traffic.made(0);
    for (const version of [1, 2, 3]) {
      configMap(rules, `..2026_11_22_${version}`, {
        'main.yaml': main(version),
        'other.yaml': `# ${version}\n${OTHER}`,
      });
      await traffic.made(version);
    }
    configMap(rules, '..2026_11_23', { 'main.yaml': main(4).replace('publish', 'publich'), 'other.yaml': OTHER });
    await isBroken(engine, join(rules, 'main.yaml'), 4);
    await traffic.made(3);
    configMap(rules, '..2026_11_24', { 'main.yaml': main(5), 'other.yaml': OTHER });
    await traffic.made(5);
    await isWhole(engine);
    const total = await traffic.end();
    expect((await engine.metrics()).value('automate_rule_fired_total', { rule: 'main' })).toBe(total);
  });
});

/** Everybody is told that the file is not in use as it is, and where it is wrong. */
async function isBroken(engine: RunningEngine, file: string, line: number): Promise<void> {
  const problem = await until(`${file} to be broken`, async () => {
    const { status, ready, problems } = await engine.ready();
    return !ready && status === 503 && problems.find((one) => one.file === file && one.line === line);
  });
  expect(problem).toMatchObject({ file, line, severity: 'error', column: expect.any(Number) as number });
  const metrics = await engine.metrics();
  expect(metrics.value('automate_config_last_reload_successful')).toBe(0);
  expect(metrics.by('automate_rules', 'state')).toMatchObject({ active: 2, failed: 1 });
  const { code, column } = problem;
  await until('the log to say where and why', () =>
    engine
      .log()
      .some(
        (entry) =>
          entry['code'] === code && entry['line'] === line && entry['file'] === file && entry['column'] === column,
      ),
  );
  expect(engine.log()).toContainEqual(expect.objectContaining({ level: 'error', failed: file }));
}

async function isWhole(engine: RunningEngine): Promise<void> {
  await until('every file to be in use', async () => (await engine.ready()).ready);
  const metrics = await engine.metrics();
  expect(metrics.value('automate_config_last_reload_successful')).toBe(1);
  expect(metrics.by('automate_rules', 'state')).toMatchObject({ active: 2, failed: 0 });
}

/** As the kubelet writes: a new folder, and then one link that is renamed over the old one. */
function configMap(folder: string, name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  symlinkSync(name, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}
