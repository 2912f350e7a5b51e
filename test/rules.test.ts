import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { play, PLAY_SETTINGS, type PlayedMessage } from '../src/testing/play.ts';
import { loadConfig } from '../src/app/config.ts';
import { TestSources } from '../src/app/test.ts';
import { compileFolder } from '../src/compile/folder.ts';
import { failureLines } from '../src/testing/failure-lines.ts';

/** What a rule file of the examples does with some messages: its publishes as `topic payload`. */
function publishes(file: string, messages: readonly PlayedMessage[]): string[] {
  return play(readFileSync(join('rules', file), 'utf8'), messages).flatMap((effect) =>
    effect.type === 'publish' ? [`${effect.topic} ${effect.payload}`] : [],
  );
}

/** The alerts that a rule file of the examples tells of. */
function alerts(file: string, messages: readonly PlayedMessage[]): string[] {
  return play(readFileSync(join('rules', file), 'utf8'), messages).flatMap((effect) =>
    effect.type === 'alert'
      ? [`${effect.at / MINUTE} min: ${effect.alert.state} ${effect.alert.severity}: ${effect.alert.summary}`]
      : [],
  );
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the examples in rules/', () => {
  test('compile together without a problem', () => {
    const files = readdirSync('rules', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => ({ path: join('rules', name), text: readFileSync(join('rules', name), 'utf8') }));
    const surroundings = { env: () => undefined, file: () => new Error('none') };
    const { problems, rules } = compileFolder({ files, unreadable: [] }, new Map(), PLAY_SETTINGS, surroundings);
    expect(problems).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(8);
    expect(rules[0]?.id).toBe('cool-room');
  });

  test('pass their own tests, and each has some', async () => {
    const loaded = loadConfig({ file: null, environment: {}, flags: [] });
    const { config } = loaded.ok ? loaded : expect.fail('the configuration is empty');
    const { files, problems, rules } = await new TestSources(config, ['rules']).load();
    expect(problems).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual([...new Set(rules.map(({ file }) => file))]);
    const failed = files.flatMap(({ path, tests, run }) =>
      tests.flatMap((test) =>
        failureLines(run(test, null).failures, test.start).map(([title]) => `${path}: ${title?.text}`),
      ),
    );
    expect(failed).toEqual([]);
  });

  test('cool-room acts above 30 only', () => {
    const topic = 'home/kitchen/temperature';
    expect(
      publishes('cool-room.yaml', [
        { topic, payload: { temperature: 30 } },
        { topic, payload: { temperature: 30.5 } },
        { topic, payload: { humidity: 50 } },
        { topic, payload: { temperature: 'unavailable' } },
        { topic, payload: { temperature: 35 }, retained: true },
      ]),
    ).toEqual(['home/kitchen/light/control {"state":"ON","because":"30.5 °C in kitchen"}']);
  });

  test('doorbell rings once a minute at the most', () => {
    const topic = 'home/doorbell';
    const at = [0, 10, 59.999, 60, 61].map((seconds) => ({ at: seconds * SECOND, topic, payload: 'pressed' }));
    expect(publishes('plain/doorbell.yaml', at)).toHaveLength(2);
  });

  test('house-average needs two rooms and says what changed', () => {
    expect(
      publishes('plain/house-average.yaml', [
        { topic: 'home/kitchen/temperature', payload: { temperature: 20 } },
        { topic: 'home/hall/temperature', payload: { temperature: 21 } },
        { topic: 'home/hall/temperature', payload: { temperature: 21 } },
        { topic: 'home/attic/temperature', payload: { temperature: 'nan' } },
        { topic: 'home/attic/temperature', payload: { temperature: 10 } },
      ]),
    ).toEqual(['house/temperature {"mean":20.5,"rooms":2}', 'house/temperature {"mean":17,"rooms":3}']);
  });

  test('leak-push tells of each leak once', () => {
    const effects = play(
      readFileSync('rules/plain/leak-push.yaml', 'utf8'),
      [true, true, false, true].map((leak) => ({ topic: 'zigbee2mqtt/sink', payload: { water_leak: leak } })),
    );
    const push = {
      type: 'http',
      method: 'POST',
      url: 'http://127.0.0.1:8080/home',
      headers: { Title: 'Water leak', Priority: 'urgent', 'Content-Type': 'text/plain; charset=utf-8' },
      body: 'sink reports water',
    };
    const requests = effects.filter(({ type }) => type === 'http');
    expect(requests).toMatchObject([push, push]);
    expect(requests).toHaveLength(2);
  });

  test('visitor-counter counts openings for each door and forgets after a day', () => {
    const front = 'home/front/contact';
    expect(
      publishes('plain/visitor-counter.yaml', [
        { at: 0, topic: front, payload: 'closed' },
        { at: 1, topic: front, payload: 'open' },
        { at: 2, topic: front, payload: 'open' },
        { at: 3, topic: front, payload: 'closed' },
        { at: 4, topic: front, payload: 'open' },
        { at: 5, topic: 'home/back/contact', payload: 'closed' },
        { at: 6, topic: 'home/back/contact', payload: 'open' },
        { at: 7, topic: front, payload: 'closed' },
        { at: 8 + 86_400_000, topic: front, payload: 'open' },
      ]),
    ).toEqual(['home/front/openings 1', 'home/front/openings 2', 'home/back/openings 1', 'home/front/openings 1']);
  });

  test('heavy-load is not moved by messages that do not mention the power', () => {
    const topic = 'shellies/plus1pm/events/rpc';
    const report = (values: unknown): PlayedMessage => ({
      topic,
      payload: { method: 'NotifyStatus', params: { 'switch:0': values } },
    });
    expect(
      publishes('shelly/heavy-load.yaml', [
        report({ apower: 100 }),
        report({ apower: 2500 }),
        report({ voltage: 232.7 }),
        report({ apower: 2400 }),
        { topic, payload: { method: 'NotifyFullStatus', params: { 'switch:0': { apower: 1 } } } },
        report({ apower: 90 }),
      ]),
    ).toEqual([
      'notify/phone {"title":"Heavy load","message":"plus1pm draws more than 2 kW"}',
      'notify/phone {"title":"Heavy load","message":"plus1pm is back to normal"}',
    ]);
  });

  test('meter-to-json makes JSON of a bare number', () => {
    expect(
      publishes('shelly/meter-to-json.yaml', [
        { at: 1_700_000_000_000, topic: 'shellies/em3/emeter/0/power', payload: '-0.36' },
      ]),
    ).toEqual(['energy/em3 {"phase":0,"watts":-0.36,"at":"2023-11-14T22:13:20Z"}']);
  });

  test('went-offline does not ring for the retained last will after a restart', () => {
    const topic = 'tele/attic/LWT';
    expect(
      publishes('tasmota/went-offline.yaml', [
        { topic, payload: 'Offline', retained: true },
        { topic, payload: 'Offline' },
        { topic, payload: 'Online' },
        { topic, payload: 'Offline' },
      ]),
    ).toEqual(['notify/phone {"title":"Device offline","message":"attic has left the network"}']);
  });

  test('washer-done tells the start and the end, once each', () => {
    const power = (watts: number): PlayedMessage => ({
      topic: 'tele/washer/SENSOR',
      payload: { ENERGY: { Power: watts } },
    });
    const told = publishes('tasmota/washer-done.yaml', [
      power(1),
      power(600),
      power(20),
      power(900),
      power(2),
      power(1),
    ]);
    expect(told.filter((line) => line.startsWith('notify'))).toEqual([
      'notify/phone Laundry started',
      'notify/phone Laundry is done',
    ]);
    expect(told.filter((line) => line.startsWith('laundry'))).toEqual([
      'laundry/washer idle',
      'laundry/washer running',
      'laundry/washer idle',
    ]);
  });

  test('low-battery tells once while it is low', () => {
    const topic = 'zigbee2mqtt/door';
    expect(
      publishes('zigbee2mqtt/low-battery.yaml', [
        { topic, payload: { battery: 19 } },
        { topic, payload: { contact: true } },
        { topic, payload: { battery: 18 } },
        { topic, payload: { battery: 100 } },
        { topic, payload: { battery: 15 } },
      ]),
    ).toEqual([
      'notify/phone {"title":"Low battery","message":"door is at 19 %"}',
      'notify/phone {"title":"Low battery","message":"door is at 15 %"}',
    ]);
  });

  test('motion-light looks at the light and at the clock', () => {
    const motion = (at: number): PlayedMessage => ({
      at,
      topic: 'zigbee2mqtt/hall/motion',
      payload: { occupancy: true },
    });
    expect(
      publishes('zigbee2mqtt/motion-light.yaml', [
        motion(20 * HOUR),
        { topic: 'zigbee2mqtt/hall/lux', payload: { illuminance: 300 } },
        motion(20.5 * HOUR),
        motion(23 * HOUR), // The reading is older than its ttl.
      ]),
    ).toEqual([
      'zigbee2mqtt/hall/light/set {"state":"ON","brightness":254}',
      'zigbee2mqtt/hall/light/set {"state":"ON","brightness":40}',
    ]);
  });

  test('remote maps actions to commands for the lights of the room', () => {
    expect(
      publishes('zigbee2mqtt/remote.yaml', [
        { topic: 'zigbee2mqtt/switch/kitchen/1/action', payload: 'on-press' },
        { topic: 'zigbee2mqtt/switch/kitchen/1/action', payload: 'on-press-release' },
        { topic: 'zigbee2mqtt/switch/bedroom/2/action', payload: 'up-hold' },
        { topic: 'zigbee2mqtt/switch/kitchen/1/action', payload: 'off-press' },
      ]),
    ).toEqual([
      'zigbee2mqtt/light/kitchen/set {"state":"ON","brightness":255}',
      'zigbee2mqtt/light/bedroom/set {"brightness_step":20}',
      'zigbee2mqtt/light/kitchen/set {"state":"OFF"}',
    ]);
  });

  test('freezer warns after an hour, rises after 20 minutes far too warm, and is resolved when it is cold again', () => {
    const at = (hours: number, temperature: number): PlayedMessage => ({
      at: hours * HOUR,
      topic: 'zigbee2mqtt/freezer/cellar',
      payload: { temperature },
    });
    expect(
      alerts('zigbee2mqtt/freezer.yaml', [at(0, 8), at(0.5, 5), at(1, 9), at(2.25, 30), at(3, 12), at(3.5, 5)]),
    ).toEqual([
      '120 min: firing warning: The cellar freezer is at 9 °F',
      '155 min: firing critical: The cellar freezer is at 30 °F',
      '210 min: resolved critical: The cellar freezer is at 5 °F',
    ]);
  });

  test('sensor-silent tells of a device that says nothing for an hour, until it does', () => {
    const silent = (hours: number): PlayedMessage => ({ at: hours * HOUR, topic: 'tele/attic/SENSOR' });
    expect(alerts('tasmota/sensor-silent.yaml', [silent(0), silent(0.75), silent(2)])).toEqual([
      '105 min: firing warning: attic has been silent for 60 minutes',
      '120 min: resolved warning: attic has been silent for 75 minutes',
    ]);
  });
});
