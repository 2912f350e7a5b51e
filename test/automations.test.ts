import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { zone } from '../src/core/logic/zone-intl.ts';
import { Player, PLAY_SETTINGS } from '../src/testing/play.ts';

const FOLDER = join(import.meta.dirname, 'automations');

interface Line {
  readonly at: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly retain?: boolean;
}

/** What goes in between `start` and `until`, and all that comes out. */
interface Automation {
  readonly description: string;
  readonly timezone: string;
  readonly start: string;
  readonly until: string;
  readonly input: readonly Line[];
  readonly expect: readonly Line[];
}

/** Automations that people run: beside each description stands the rule file that does it. */
describe('the automation', () => {
  const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));

  test.each(names)('%s publishes exactly what it should', (name) => {
    const told = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Automation; // As the interface says.
    const settings = { ...PLAY_SETTINGS, zone: zone(told.timezone) };
    const player = new Player(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'), {
      settings,
      start: Date.parse(told.start),
    });
    const effects = told.input.flatMap(({ at, topic, payload, retain = false }) =>
      player.send({ at: Date.parse(at), topic, payload, retained: retain }),
    );
    effects.push(...player.advance(Date.parse(told.until)));
    const published = effects.flatMap((effect) =>
      effect.type === 'publish'
        ? [{ at: effect.at, topic: effect.topic, payload: value(effect.payload), retain: effect.retain }]
        : [],
    );
    expect(published).toEqual(told.expect.map((line) => ({ retain: false, ...line, at: Date.parse(line.at) })));
    expect(player.notes).toEqual([]);
  });
});

function value(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
