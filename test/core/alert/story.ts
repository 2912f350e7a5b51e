import { expect } from 'vitest';
import type { Alert, Effect } from '../../../src/core/effect.ts';
import { Player, PLAY_SETTINGS, type PlayedMessage } from '../../../src/testing/play.ts';

const MINUTE = 60_000;

/** `1:05` is an hour and five minutes after the beginning, `1:05:30.5` half a minute and a half second more. */
function clock(at: number): string {
  const seconds = at / 1000;
  const [hour, minute, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hour}:${String(minute).padStart(2, '0')}${rest === 0 ? '' : `:${rest < 10 ? '0' : ''}${rest}`}`;
}

/** What is told of an alert, in short. */
function told({ state, severity, acknowledged, since, firedAt }: Alert): string {
  const from = `since ${clock(Date.parse(since))}`;
  const fired = firedAt === undefined ? '' : ` fired ${clock(Date.parse(firedAt))}`;
  return [state, severity, acknowledged ? 'acknowledged' : undefined, from + fired].filter((word) => word).join(' ');
}

/** Effects in short, each with its time; that an alert is published as it is told is looked at in passing. */
function brief(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect, i) => {
    const at = clock(effect.at);
    if (effect.type === 'log') return [`${at} ${effect.message}`];
    if (effect.type === 'alert') {
      const before = effects[i - 1];
      if (effect.topic === null) return [`${at} ${told(effect.alert)} (not published)`];
      expect(before).toMatchObject({ type: 'publish', topic: effect.topic, qos: 1, retain: true, at: effect.at });
      expect(before?.type === 'publish' && before.payload).toBe(JSON.stringify(effect.alert));
      return [`${at} ${told(effect.alert)}`];
    }
    if (effect.type === 'http') return [`${at} ${effect.method} ${effect.url}`];
    const next = effects[i + 1];
    const isAlert = next?.type === 'alert' && next.topic === effect.topic;
    return isAlert ? [] : [`${at} ${effect.topic} ${effect.payload}`];
  });
}

/** Alert rules at work from 1970 on, and what they do in short. */
export class Story {
  readonly player: Player;
  readonly effects: Effect[] = [];

  constructor(rules: string, settings = PLAY_SETTINGS) {
    this.player = new Player(rules, { settings });
  }

  /** Send a payload on `t/a`, or another topic, so many minutes after the beginning. */
  send(minutes: number, payload: unknown, more: Partial<PlayedMessage> = {}): string[] {
    return this.#note(this.player.send({ topic: 't/a', at: minutes * MINUTE, payload, ...more }));
  }

  /** Let time pass to so many minutes after the beginning. */
  pass(minutes: number): string[] {
    return this.#note(this.player.advance(minutes * MINUTE));
  }

  reload(rules: string, settings = PLAY_SETTINGS): string[] {
    return this.#note(this.player.reload(rules, settings));
  }

  /** Send one payload each minute from the beginning: a number, `?` for one without a value, `.` for none. */
  series(values: string): string[] {
    return values.split(' ').flatMap((value, minute) => {
      if (value === '.') return this.pass(minute);
      return this.send(minute, value === '?' ? {} : { v: Number(value) });
    });
  }

  /** Write what is remembered as JSON, and read it again. */
  save(): void {
    for (const { cells } of this.player.machine.running) {
      for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
    }
  }

  /** The alerts told of so far, in full. */
  get alerts(): Alert[] {
    return this.effects.flatMap((effect) => (effect.type === 'alert' ? [effect.alert] : []));
  }

  get last(): Alert {
    return this.alerts.at(-1) as Alert; // The test has seen one.
  }

  #note(effects: readonly Effect[]): string[] {
    this.effects.push(...effects);
    return brief(effects);
  }
}
