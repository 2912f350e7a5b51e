import { describe, expect, test } from 'vitest';
import { Story } from './story.ts';

/** A rule about values above 5. */
const rule = (keys: string): string => `{ id: r, on: t/+k, if: v > 5, ${keys} }`;

interface Scenario {
  readonly name: string;
  readonly keys: string;
  /** One value a minute; `?` is unknown, `.` is no message. */
  readonly series: string;
  readonly expected: readonly string[];
}

describe('what Prometheus and these alerts have in common', () => {
  test.each<Scenario>([
    {
      name: 'without a duration an alert fires at once, and is resolved at once',
      keys: 'alert: {}',
      series: '1 6 7 5 6',
      expected: [
        '0:01 firing since 0:01 fired 0:01',
        '0:03 resolved since 0:01 fired 0:01',
        '0:04 firing since 0:04 fired 0:04',
      ],
    },
    {
      name: 'an alert fires when its duration is over, and is since its first true sample',
      keys: 'for: 5m, alert: {}',
      series: '1 6 6 6 6 6 6 6',
      expected: ['0:06 firing since 0:01 fired 0:06'],
    },
    {
      name: 'one false sample discards a pending alert',
      keys: 'for: 3m, alert: {}',
      series: '6 6 6 5 6 6 6 6',
      expected: ['0:07 firing since 0:04 fired 0:07'],
    },
    {
      name: 'a false sample at the very end of the duration is seen first',
      keys: 'for: 3m, alert: {}',
      series: '6 6 6 5 1',
      expected: [],
    },
    {
      name: 'a pending alert is told of where that is wanted, and resolved without having fired',
      keys: 'for: 3m, alert: { pending: true }',
      series: '6 5 6 6 6 6 5',
      expected: [
        '0:00 pending since 0:00',
        '0:01 resolved since 0:00',
        '0:02 pending since 0:02',
        '0:05 firing since 0:02 fired 0:05',
        '0:06 resolved since 0:02 fired 0:05',
      ],
    },
    {
      name: 'keeping it firing begins with the first false sample',
      keys: 'until: { for: 3m }, alert: {}',
      series: '6 5 5 . 5 5',
      expected: ['0:00 firing since 0:00 fired 0:00', '0:04 resolved since 0:00 fired 0:00'],
    },
    {
      name: 'a true sample while it is kept firing continues it, and keeping begins anew',
      keys: 'until: { for: 3m }, alert: {}',
      series: '6 5 5 6 5 5 5 5',
      expected: ['0:00 firing since 0:00 fired 0:00', '0:07 resolved since 0:00 fired 0:00'],
    },
    {
      name: 'a pending alert is not kept',
      keys: 'for: 2m, until: { for: 5m }, alert: { pending: true }',
      series: '6 5 6 6 6',
      expected: [
        '0:00 pending since 0:00',
        '0:01 resolved since 0:00',
        '0:02 pending since 0:02',
        '0:04 firing since 0:02 fired 0:04',
      ],
    },
    {
      name: 'a sample that says nothing changes nothing',
      keys: 'for: 2m, until: { for: 2m }, alert: {}',
      series: '6 ? ? ? 5 ? ?',
      expected: ['0:02 firing since 0:00 fired 0:02', '0:06 resolved since 0:00 fired 0:02'],
    },
  ])('$name', ({ keys, series, expected }) => {
    const story = new Story(rule(keys));
    expect([...story.series(series), ...story.pass(series.split(' ').length - 1)]).toEqual(expected);
  });

  test('an alert that fires goes on firing when its rule gets a longer duration', () => {
    const story = new Story(rule('for: 2m, alert: {}'));
    expect([...story.series('6 6 6'), ...story.pass(2)]).toEqual(['0:02 firing since 0:00 fired 0:02']);
    expect(story.reload(rule('for: 1h, alert: {}'))).toEqual([]);
    expect([...story.send(3, { v: 7 }), ...story.send(4, { v: 5 })]).toEqual(['0:04 resolved since 0:00 fired 0:02']);
  });

  test('an alert that is pending waits for the longer duration, and fires at once for a shorter one', () => {
    const story = new Story(rule('for: 2m, alert: {}'));
    story.send(0, { v: 6 });
    story.reload(rule('for: 10m, alert: {}'));
    expect(story.pass(9)).toEqual([]);
    expect(story.reload(rule('for: 5m, alert: {}'))).toEqual([]);
    expect(story.pass(9)).toEqual(['0:09 firing since 0:00 fired 0:09']);
  });

  test.each([1, 2, 3, 4, 5])('what is remembered is plain JSON, after %i minutes too', (minutes) => {
    const run = (save: boolean): string[] => {
      const story = new Story(
        rule('for: 2m, until: { for: 2m }, repeat: 30s, log: acts, end: { log: ends }, alert: {}'),
      );
      const series = '6 6 6 5 6 5 5 5 1 6'.split(' ');
      const lines = story.series(series.slice(0, minutes).join(' '));
      if (save) story.save();
      lines.push(...series.slice(minutes).flatMap((value, i) => story.send(minutes + i, { v: Number(value) })));
      return [...lines, ...story.pass(20)];
    };
    expect(run(true)).toEqual(run(false));
    expect(run(false).length).toBeGreaterThan(5);
  });
});
