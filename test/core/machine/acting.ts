import { expect } from 'vitest';
import type { Effect } from '../../../src/core/effect.ts';
import { Player, type PlayedMessage } from '../../../src/testing/play.ts';

/** An effect in short: `topic payload`, `METHOD url body`, or `level: message` for the log. */
function brief(effect: Effect): string {
  switch (effect.type) {
    case 'publish':
      return `${effect.topic} ${effect.payload}`;
    case 'alert':
      return `alert: ${effect.alert.state}`;
    case 'http':
      return `${effect.method} ${effect.url} ${effect.body ?? ''}`.trimEnd();
    case 'log':
      return `${effect.level}: ${effect.message}`;
  }
}

/** Rules, and a short way of asking what they do. */
export class Stage {
  readonly player: Player;

  constructor(rules: string, options: ConstructorParameters<typeof Player>[1] = {}) {
    this.player = new Player(rules, options);
  }

  /** What the rules do with a message. */
  send(topic: string, payload: unknown = '', more: Omit<PlayedMessage, 'topic' | 'payload'> = {}): string[] {
    return this.player.send({ topic, payload, ...more }).map(brief);
  }

  /** What the rules do with each of these payloads on one topic. */
  sendAll(topic: string, payloads: readonly unknown[]): string[] {
    return payloads.flatMap((payload) => this.send(topic, payload));
  }

  tally(rule = 'r'): NonNullable<ReturnType<Player['machine']['tallyOf']>> {
    const tally = this.player.machine.tallyOf(rule);
    expect(tally).toBeDefined();
    return tally as NonNullable<typeof tally>; // Just looked.
  }

  /** The keys of a rule's cells. */
  keys(rule = 'r'): string[] {
    const running = this.player.machine.running.find((one) => one.rule.id === rule);
    return [...(running?.cells.keys() ?? [])];
  }
}
