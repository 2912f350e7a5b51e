import type { Program } from '../../../src/core/program.ts';
import { Player, type PlayedMessage, type PlayerOptions } from '../../../src/testing/play.ts';

/** A result of a window, as a rule publishes it. */
export type Published = Readonly<Record<string, unknown>>;

/** 2026-11-20T10:00:00Z: a round time in UTC. */
export const START = 1_795_168_800_000;

/** Milliseconds after START. */
export function at(seconds: number): number {
  return START + Math.round(seconds * 1000);
}

/** A rule with a window on `in/+k`, which publishes each result: its bounds, relative to START in seconds, and more. */
export function ruleWith(window: string, aggregate: Readonly<Record<string, string>>, more = ''): string {
  const names = Object.keys(aggregate);
  return [
    '- id: r',
    '  on: in/+k',
    `  window: ${window}`,
    ...(names.length === 0 ? [] : [`  aggregate: ${JSON.stringify(aggregate)}`]),
    '  publish:',
    '    topic: out/${k}',
    '    payload:',
    `      start: "\${(window.start - ${START}) / 1000}"`,
    `      end: "\${(window.end - ${START}) / 1000}"`,
    '      n: "${window.count}"',
    ...names.map((name) => `      ${name}: "\${${name} ?? '?'}"`),
    ...more.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

/** A rule at work in virtual time. */
export class Playing {
  readonly player: Player;
  readonly results: Published[] = [];

  constructor(rules: string | Program, options: PlayerOptions = {}) {
    this.player = new Player(rules, { start: START, ...options });
  }

  /** Send a message to `in/a`, so many seconds after START. */
  send(seconds: number, payload: unknown, more: Partial<PlayedMessage> = {}): Published[] {
    return this.#take(this.player.send({ topic: 'in/a', payload, at: at(seconds), ...more }));
  }

  advance(seconds: number): Published[] {
    return this.#take(this.player.advance(at(seconds)));
  }

  errors(reason: keyof NonNullable<ReturnType<Player['machine']['tallyOf']>>['errors'], rule = 'r'): number {
    return this.player.machine.tallyOf(rule)?.errors[reason] ?? Number.NaN;
  }

  /** The state of all keys, through JSON and back. */
  saveAndRestore(): void {
    for (const { cells, ownCell } of this.player.machine.running) {
      const all = ownCell === null ? [...cells.values()] : [...cells.values(), ownCell];
      for (const cell of all) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
    }
  }

  #take(effects: ReturnType<Player['send']>): Published[] {
    const results = effects.map((effect) => {
      if (effect.type !== 'publish') return { log: effect.type === 'log' ? effect.message : effect.type };
      const key = effect.topic.slice('out/'.length);
      return {
        at: (effect.at - START) / 1000,
        ...(key === 'a' ? {} : { key }),
        ...(JSON.parse(effect.payload) as Published),
      };
    });
    this.results.push(...results);
    return results;
  }
}
