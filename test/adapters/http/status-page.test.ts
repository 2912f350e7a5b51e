import { describe, expect, test } from 'vitest';
import { html } from '../../../src/adapters/http/html.ts';
import { statusPage } from '../../../src/adapters/http/status-page.ts';
import { duration } from '../../../src/adapters/http/words.ts';
import { BUSY, PROBLEM, rule } from './fixed-application.ts';

/** What a person reads, without the looks: a line for each block. */
function text(page: string): string {
  const body = page
    .slice(page.indexOf('<body>'))
    .replace(/\s+/g, ' ')
    .replace(/<\/(?:header|div|h2|p|li|tr)>/g, '\n');
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_match, code) => String.fromCharCode(Number(code)))
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '))
    .filter((line) => line !== '')
    .join('\n');
}

describe('the status page', () => {
  test('says what runs, what does not, and where the mistake is', () => {
    expect(text(statusPage(BUSY, false))).toMatchInlineSnapshot(`
      "automate main Not ready
      Rules 6
      Messages received 1,238,663
      Rules fired 99,533
      Errors 104
      Up for 2 d 3 h
      Problems 1 error, 1 warning
      error rules/heat.yaml:12:9 unknown-key
      "hold" is not a key of a rule. Did you mean "for"?
      warning rules/lights.yaml:3:11 cycle
      What this rule publishes can reach it again.
      Brokers
      connected default embedded, 127.0.0.1:1883 1,234,567 messages
      connected plant mqtts://broker.plant.example:8883 4,096 messages
      Refuses secret/# : not authorized
      not connected cloud wss://cloud.example/mqtt 0 messages
      Rules loaded 2 min 30 s ago · last reload failed
      Rule Listens to True False Unknown Fired Errors State
      heat rules/heat.yaml:12 a/b 0 0 0 0 0 failed
      chatty rules/chatty.yaml:1 a/b 99,120 4 0 99,120 100 quarantined
      door-left-open rules/house/doors-and-windows.yaml:24 zigbee2mqtt/+/+ tasmota/+/stat/RESULT shellies/shelly-door-window-2-of-the-back-door/sensor/state 12 8,812 3,001 12 4 active
      cool-room rules/cool-room.yaml:1 home/+/temperature 412 120,345 17 398 0 active
      new-thermostat rules/new-thermostat.yaml:1 a/b 3 88 0 3 0 shadow
      holiday-lights rules/holiday-lights.yaml:1 a/b 0 0 0 0 0 disabled
      Metrics Readiness Health
      automate 1.2.3 · 2026-11-20 10:00:00 UTC"
    `);
  });

  test('says so when all is well', () => {
    const page = statusPage({ ...BUSY, problems: [], rules: [], reload: { successful: true, successAt: 0 } }, true);
    expect(text(page)).toContain('Rules never loaded\nThere are no rules yet.');
    expect(text(page)).toContain('automate main Ready');
    expect(page).not.toContain('Problems');
  });

  test('asks again by itself, and runs and loads nothing', () => {
    const page = statusPage(BUSY, true);
    expect(page).toContain('<meta http-equiv="refresh" content="5" />');
    expect(page).not.toMatch(/<script|<link[^>]+href="(?!data:)|<img|\son\w+=|style="/);
  });

  test('stays readable with 10 000 rules: those that need somebody come first', () => {
    const rules = Array.from({ length: 10_000 }, (_, n) => rule(`rule-${n}`));
    rules[9_000] = rule('broken', { state: 'failed' });
    rules[9_001] = rule('faulty', { errors: 1 });
    const page = statusPage({ ...BUSY, rules }, true);
    const ids = [...page.matchAll(/<strong>([^<]*)<\/strong><span/g)].map(([, id]) => id);
    expect(ids.slice(0, 3)).toEqual(['broken', 'faulty', 'rule-0']);
    expect(ids).toHaveLength(500);
    expect(text(page)).toContain('… and 9,500 more');
    expect(page.length).toBeLessThan(500_000);
  });

  test('takes nothing that it shows for HTML', () => {
    const evil = `"'><script>alert(1)</script>&amp;`;
    const page = statusPage(
      {
        ...BUSY,
        instance: evil,
        version: evil,
        brokers: [
          { name: evil, address: evil, connected: true, received: 0, refused: [{ filter: evil, reason: evil }] },
        ],
        rules: [rule(evil, { file: evil, on: [evil] })],
        problems: [{ ...PROBLEM, file: evil, code: evil, message: evil, hint: evil }],
      },
      true,
    );
    expect(page).not.toContain('<script');
    expect(text(page).split(evil)).toHaveLength(1 + 13);
  });
});

test('only what is HTML already stands as it is', () => {
  expect(html`<b title="${`"&'`}">${['<', html`<i>${1}</i>`, undefined]}</b>`.text).toBe(
    '<b title="&#34;&#38;&#39;">&#60;<i>1</i></b>',
  );
});

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [3_600_000 + 5_000, '1 h'],
  [86_400_000 * 3 + 3_600_000 * 4, '3 d 4 h'],
])('%d ms are %s', (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});
