import { describe, expect, test } from 'vitest';
import { Story } from './story.ts';

const rule = (levels: string, keys = '', alert = ''): string =>
  `{ id: r, on: t/+k, ${keys} alert: { levels: { ${levels} } ${alert} }, log: "acts \${severity}", end: { log: "ends \${severity}" } }`;

const FREEZER = 'warning: { if: v > 5, for: 60m }, critical: { if: v > 20, for: 20m }';

describe('levels of severity', () => {
  test('rise while the alert fires, and do not fall', () => {
    const story = new Story(rule(FREEZER));
    const lines = [
      ...story.send(0, { v: -3 }),
      ...story.send(10, { v: 8 }),
      ...story.send(20, { v: 4 }),
      ...story.send(30, { v: 9 }),
      ...story.send(60, { v: 15 }),
      ...story.send(100, { v: 22 }),
      ...story.send(130, { v: 12 }),
      ...story.send(150, { v: 3 }),
    ];
    expect(lines).toEqual([
      '1:30 firing warning since 0:30 fired 1:30',
      '1:30 acts warning',
      '2:00 firing critical since 0:30 fired 1:30',
      '2:00 acts critical',
      '2:30 resolved critical since 0:30 fired 1:30',
      '2:30 ends critical',
    ]);
  });

  test('fall where they may, and rise again', () => {
    const story = new Story(rule('low: { if: v > 1 }, mid: { if: v > 2 }, high: { if: v > 3 }', '', ', falling: true'));
    expect(story.series('4 2 3 ? 4 0').filter((line) => !line.includes('acts'))).toEqual([
      '0:00 firing high since 0:00 fired 0:00',
      '0:01 firing low since 0:00 fired 0:00',
      '0:02 firing mid since 0:00 fired 0:00',
      '0:04 firing high since 0:00 fired 0:00',
      '0:05 resolved high since 0:00 fired 0:00',
      '0:05 ends high',
    ]);
  });

  test('that hold with one message make one announcement, of the highest', () => {
    const story = new Story(rule('low: { if: v > 1 }, high: { if: v > 3 }'));
    expect(story.send(0, { v: 9 })).toEqual(['0:00 firing high since 0:00 fired 0:00', '0:00 acts high']);
  });

  test('that complete at one moment make one announcement, since the earlier of them', () => {
    const story = new Story(rule('low: { if: v > 1, for: 10m }, high: { if: v > 3, for: 5m }'));
    story.send(0, { v: 2 });
    story.send(5, { v: 4 });
    expect(story.pass(10)).toEqual(['0:10 firing high since 0:00 fired 0:10', '0:10 acts high']);
  });

  test('hold until their own until', () => {
    const story = new Story(
      rule(
        'low: { if: v > 5, until: v < 3 }, high: { if: v > 8, until: { if: v < 8, for: 5m } }',
        '',
        ', falling: true',
      ),
    );
    expect(story.series('9 7 4 4 4 4 4 2').filter((line) => !line.includes('acts'))).toEqual([
      '0:00 firing high since 0:00 fired 0:00',
      '0:06 firing low since 0:00 fired 0:00',
      '0:07 resolved low since 0:00 fired 0:00',
      '0:07 ends low',
    ]);
  });

  test('one of which is still pending when the last that held ends resolve the alert, which is pending anew', () => {
    const story = new Story(rule(FREEZER, '', ', pending: true'));
    expect([...story.send(0, { v: 25 }), ...story.send(30, { v: 10 }), ...story.pass(60)]).toEqual([
      '0:00 pending critical since 0:00',
      '0:20 firing critical since 0:00 fired 0:20',
      '0:20 acts critical',
      '0:30 resolved critical since 0:00 fired 0:20',
      '0:30 ends critical',
      '0:30 pending warning since 0:00',
      '1:00 firing warning since 0:00 fired 1:00',
      '1:00 acts warning',
    ]);
  });

  test('that are pending are told of as they change', () => {
    const story = new Story(rule(FREEZER, '', ', pending: true'));
    expect([0, 1, 2, 3, 4].flatMap((minute) => story.send(minute, { v: [8, 22, 23, 9, 2][minute] }))).toEqual([
      '0:00 pending warning since 0:00',
      '0:01 pending critical since 0:00',
      '0:03 pending warning since 0:00',
      '0:04 resolved warning since 0:00',
    ]);
  });
});

describe('levels that expire', () => {
  test('do so each in its time, never before its own min', () => {
    const story = new Story(rule('low: { if: u > 5, until: { min: 20m } }', 'expire: 9m,'));
    story.send(0, { u: 6 });
    expect(story.pass(19)).toEqual([]);
    expect(story.pass(20)).toEqual(['0:20 resolved low since 0:00 fired 0:00', '0:20 ends low']);
  });

  test('do so after what completes at the same millisecond', () => {
    const story = new Story(rule('low: { if: v > 2 }, high: { if: v > 8, for: 9m }', 'expire: 9m,'));
    story.send(0, { v: 9 });
    expect(story.pass(9)).toEqual([
      '0:09 firing high since 0:00 fired 0:00',
      '0:09 acts high',
      '0:09 resolved high since 0:00 fired 0:00',
      '0:09 ends high',
    ]);
  });

  test('resolve the alert once', () => {
    const levels = 'low: { if: v > 2 }, high: { if: u > 5, for: 10m, until: { min: 8m } }';
    const story = new Story(rule(levels, 'expire: 9m,', ', pending: true'));
    const sent = [...story.send(0, { u: 6 }), ...story.send(2, { u: 7 }), ...story.send(4, { v: 8 })];
    expect([...sent, ...story.pass(60)].filter((line) => !/acts|ends/.test(line))).toEqual([
      '0:00 pending high since 0:00',
      '0:04 firing low since 0:04 fired 0:04',
      '0:10 firing high since 0:04 fired 0:04',
      '0:18 resolved high since 0:04 fired 0:04',
    ]);
  });
});

describe('when a timer acts', () => {
  test('names mean the latest message that said something about the level that acts', () => {
    const story = new Story(
      '{ id: r, on: t/+k, repeat: 30m, alert: { levels: { warm: { if: temperature > 5, for: 1h }, flat: { if: battery < 10 } } },' +
        " log: \"${severity} ${temperature ?? '?'} ${battery ?? '?'}\" }",
    );
    story.send(0, { temperature: 9 });
    story.send(10, { battery: 80 });
    expect(story.pass(90).filter((line) => !line.includes('firing'))).toEqual(['1:00 warm 9 ?', '1:30 warm 9 ?']);
    story.send(100, { battery: 5 });
    expect(story.pass(130).filter((line) => !line.includes('firing'))).toEqual(['2:10 flat ? 5']);
  });

  test('names mean that also while a higher level is pending, and when time resolves the alert', () => {
    const levels = 'levels: { warm: { if: temperature > 5, for: 1h }, flat: { if: battery < 10, for: 1d } }';
    const text = '${severity} ${temperature ?? "?"} ${battery ?? "?"}';
    const story = new Story(
      `{ id: r, on: t/+k, until: { if: off, for: 10m }, alert: { ${levels} }, log: '${text}', end: { log: 'over: ${text}' } }`,
    );
    const logged = (lines: readonly string[]): string[] => lines.filter((line) => !/firing|resolved/u.test(line));
    story.send(0, { temperature: 9 });
    story.send(10, { battery: 5 });
    expect(logged(story.pass(90))).toEqual(['1:00 warm 9 ?']);
    story.send(100, { temperature: 3, off: true });
    story.send(101, { battery: 4 });
    expect(logged(story.pass(130))).toEqual(['1:50 over: warm 3 ?']);
  });

  test('names mean that also where one ends by time and another is still pending', () => {
    const story = new Story(
      '{ id: r, on: t/+k, expire: 10m, alert: { pending: true, levels: { warm: { if: temperature > 5 }, flat: { if: battery < 10, for: 1d } },' +
        ' summary: "${temperature} ${battery}" }, end: { log: "over: ${temperature ?? \'?\'} ${battery ?? \'?\'}" } }',
    );
    story.send(0, { temperature: 9 });
    story.send(5, { battery: 5 });
    expect(story.pass(12)).toContain('0:10 over: 9 ?');
    expect(story.last).toMatchObject({ state: 'pending', severity: 'flat', summary: '? 5' });
  });

  test('and a window ends, names mean its result where that resolves one level and lets another wait', () => {
    const story = new Story(
      '{ id: r, on: t/+k, window: { tumbling: 10m }, aggregate: { hot: max(v) }, alert: { pending: true, summary: "${hot} ${v}",' +
        ' levels: { warm: { if: hot > 5 }, cold: { if: hot < 3, for: 1d } } }, log: acts }',
    );
    story.send(1, { v: 9 });
    story.send(11, { v: 2 });
    story.pass(25);
    expect(story.last).toMatchObject({ state: 'pending', severity: 'cold', summary: '2 2' });
  });
});

describe('an until of the rule', () => {
  const LEVELS = 'low: { if: v > 5 }, high: { if: v > 8 }';

  test('keeps the alert firing though no level holds, and ends it', () => {
    const story = new Story(rule(LEVELS, 'until: v < 2,'));
    expect(story.series('6 9 4 3 1').filter((line) => !line.includes('acts'))).toEqual([
      '0:00 firing low since 0:00 fired 0:00',
      '0:01 firing high since 0:00 fired 0:00',
      '0:04 resolved high since 0:00 fired 0:00',
      '0:04 ends high',
    ]);
  });

  test('sends all levels back to idle: they begin anew when it is over', () => {
    const story = new Story(rule('low: { if: v > 5, for: 2m }', 'until: stop == true,'));
    story.send(0, { v: 6 });
    expect(story.pass(2)).toHaveLength(2);
    expect(story.send(3, { v: 6, stop: true })).toContain('0:03 resolved low since 0:00 fired 0:02');
    expect(story.send(4, { v: 6, stop: true })).toEqual([]);
    expect(story.pass(9)).toEqual([]);
    expect(story.send(10, { stop: false })).toEqual([]);
    story.send(11, { v: 6 });
    expect(story.pass(13)).toContain('0:13 firing low since 0:11 fired 0:13');
  });

  test('holds back what is pending: it completes when that is over, and nothing begins meanwhile', () => {
    const story = new Story(rule('low: { if: v > 5, for: 2m }, high: { if: v > 8, for: 2m }', 'until: stop == true,'));
    story.send(0, { v: 6 });
    story.send(1, { stop: true });
    story.send(2, { v: 9 });
    expect(story.pass(8)).toEqual([]);
    expect(story.send(9, { stop: false })).toContain('0:09 firing low since 0:00 fired 0:09');
    expect(story.pass(20)).toEqual([]);
  });

  test('that is true for a while does not let a level fire after its condition is over', () => {
    const story = new Story(rule('low: { if: v > 5, until: { for: 1m } }', 'until: mute,'));
    story.send(0, { v: 6, mute: true });
    story.send(10, { v: 1 });
    expect(story.send(20, { v: 1, mute: false })).toEqual([]);
  });

  test('holds back an alert that does not fire, and not a rise of one that does', () => {
    const story = new Story(rule(LEVELS, 'until: { if: stop == true, for: 10m },'));
    expect(story.send(0, { v: 6, stop: true })).toEqual([]);
    expect(story.send(1, { stop: false })).toEqual([]);
    expect(story.send(1, { v: 6 })).toContain('0:01 firing low since 0:01 fired 0:01');
    story.send(2, { stop: true });
    expect(story.send(3, { v: 9 })).toContain('0:03 firing high since 0:01 fired 0:01');
    expect(story.pass(12)).toEqual(['0:12 resolved high since 0:01 fired 0:01', '0:12 ends high']);
  });

  test('with only a duration keeps it firing for so long after no level holds', () => {
    const story = new Story(rule(LEVELS, 'until: { for: 3m },'));
    expect([...story.series('6 4 4 7 4 4 4 4'), ...story.pass(7)].filter((line) => !line.includes('acts'))).toEqual([
      '0:00 firing low since 0:00 fired 0:00',
      '0:07 resolved low since 0:00 fired 0:00',
      '0:07 ends low',
    ]);
  });

  test('with a minimum ends it no sooner', () => {
    const story = new Story(rule(LEVELS, 'until: { min: 5m },'));
    expect([...story.series('6 4'), ...story.pass(10)].filter((line) => !line.includes('acts'))).toEqual([
      '0:00 firing low since 0:00 fired 0:00',
      '0:05 resolved low since 0:00 fired 0:00',
      '0:05 ends low',
    ]);
  });
});

test('expire resolves an alert when no level was true for so long', () => {
  const story = new Story(rule('low: { if: v > 5, until: v < 3 }, high: { if: v > 8 }', 'expire: 10m,'));
  story.send(0, { v: 6 });
  story.send(5, { v: 4 });
  expect(story.pass(30)).toEqual(['0:10 resolved low since 0:00 fired 0:00', '0:10 ends low']);
});

test('what leaves a sliding window does not put that off', () => {
  const story = new Story(
    '{ id: r, on: t/+k, window: { sliding: 10m }, aggregate: { n: count() }, expire: 12m, until: { for: 1h },' +
      ' alert: { levels: { low: { if: n >= 1 } } } }',
  );
  story.send(0, {});
  story.send(3, {});
  expect(story.pass(60)).toEqual(['0:15 resolved low since 0:00 fired 0:00']);
});

test('one message is one evaluation, true if a level is', () => {
  const story = new Story(rule('low: { if: v > 1 }, high: { if: w > 3 }'));
  for (const payload of [{ v: 2 }, { v: 0 }, { v: 0, w: 1 }, {}, { w: 9 }]) story.send(0, payload);
  expect(story.player.machine.tallyOf('r')?.evaluations).toEqual({ true: 2, false: 1, unknown: 2 });
});
