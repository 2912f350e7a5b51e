import { describe, expect, test } from 'vitest';
import { PLAY_SETTINGS } from '../../../src/testing/play.ts';
import { Stage } from './acting.ts';

describe('the order of work', () => {
  test('is that of the rules, whatever filters lead to them', () => {
    const stage = new Stage(`
      - { id: one, on: "#", log: one }
      - { id: two, on: a/b, log: two }
      - { id: three, on: +x/b, log: three }
      - { id: four, on: a/#, log: four }
      - { id: five, on: [x/y, a/+y], log: five }`);
    expect(stage.send('a/b')).toEqual(['info: one', 'info: two', 'info: three', 'info: four', 'info: five']);
  });

  test('lets a rule act once for a message, by the first of its filters that matches', () => {
    const stage = new Stage(`
      - id: r
        on: [a/+x/c, "+x/b/c"]
        log: "\${key}"`);
    expect(stage.send('a/b/c')).toEqual(['info: b']);
    expect(stage.send('z/b/c')).toEqual(['info: z']);
    expect(stage.tally().evaluations.true).toBe(2);
  });

  test('updates every lookup before any rule sees the message', () => {
    const stage = new Stage(`
      - { id: r, on: a, with: { a: a, b: b }, log: "\${a} \${b ?? 0}" }
      - { id: s, on: b, with: { a: a }, log: "\${a} \${payload}" }`);
    expect(stage.send('a', 1)).toEqual(['info: 1 0']);
    expect(stage.send('b', 2)).toEqual(['info: 1 2']);
    expect(stage.send('a', 3)).toEqual(['info: 3 2']);
  });

  test('keeps rules of other brokers apart', () => {
    const settings = { ...PLAY_SETTINGS, brokers: new Set(['default', 'plant']) };
    const rules = '[{ id: r, on: a, log: here }, { id: s, on: { topic: a, broker: plant }, log: there }]';
    const stage = new Stage(rules, { settings });
    expect(stage.send('a')).toEqual(['info: here']);
    expect(stage.send('a', '', { broker: 'plant' })).toEqual(['info: there']);
    expect(stage.send('a', '', { broker: 'unknown' })).toEqual([]);
    expect(stage.player.machine.unmatched).toBe(1);
  });

  test('counts messages that nothing asked for, and only those', () => {
    const stage = new Stage('{ id: r, on: a, with: { b: b }, log: x }');
    for (const topic of ['a', 'b', 'c', '$SYS/a']) stage.send(topic);
    expect(stage.player.machine.unmatched).toBe(2);
  });
});
