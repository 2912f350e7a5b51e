import { compileFile } from '../compile/compile-file.ts';
import { RULE_LIMITS } from '../compile/limits.ts';
import type { CompileSettings } from '../compile/rule.ts';
import type { Effect } from '../core/effect.ts';
import { zone } from '../core/logic/zone-intl.ts';
import { Machine } from '../core/machine.ts';
import { MACHINE_LIMITS, type MachineLimits } from '../core/limits.ts';
import type { Note } from '../core/note.ts';
import { Program } from '../core/program.ts';
import type { QoS } from '../core/event.ts';
import type { MessageProperties } from '../core/effect.ts';
import { Message } from '../runtime/message.ts';
import { noPayloads } from '../runtime/payload.ts';
import type { Problem } from '../spec/problem.ts';

/** A message to play. A string payload is the raw text, bytes are sent as they are, any other value as its JSON text. */
export interface PlayedMessage {
  /** Epoch milliseconds; default: the time of the message before, 0 at first. */
  readonly at?: number;
  readonly topic: string;
  readonly payload?: unknown;
  readonly retained?: boolean;
  readonly qos?: QoS;
  readonly broker?: string;
  readonly properties?: MessageProperties;
}

/** Settings under which rules are played: UTC, at no place, one broker called `default`, the usual limits. */
export const PLAY_SETTINGS: CompileSettings = {
  zone: zone('UTC'),
  location: null,
  defaultBroker: 'default',
  brokers: new Set(['default']),
  shadow: false,
  limits: RULE_LIMITS,
};

/** Rules that do not compile; `problems` says why. */
export class NotCompiled extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** The rules of a file's text, as a program. Throws NotCompiled. */
export function programOf(text: string, settings: CompileSettings = PLAY_SETTINGS): Program {
  const { rules, problems } = compileFile('rules.yaml', text, settings, {
    env: () => undefined,
    file: () => new Error('no files here'),
  });
  if (problems.some(({ severity }) => severity === 'error')) throw new NotCompiled(problems);
  return new Program(rules.map(({ rule }) => rule));
}

/** What a player is given; default: the usual settings and limits, from 0 on. */
export interface PlayerOptions {
  readonly settings?: CompileSettings;
  readonly limits?: MachineLimits;
  /** When time begins, in epoch milliseconds. */
  readonly start?: number;
}

/** Rules at work on messages, in virtual time. */
export class Player {
  readonly machine: Machine;
  readonly notes: Note[] = [];
  #now: number;

  /** `rules`: the text of a file, or a program, which any number of players may have. */
  constructor(rules: string | Program, options: PlayerOptions = {}) {
    const { settings, limits = MACHINE_LIMITS, start = 0 } = options;
    this.#now = start;
    const program = typeof rules === 'string' ? programOf(rules, settings) : rules;
    this.machine = new Machine(program, limits, (note) => this.notes.push(note), start);
    this.machine.start();
  }

  /** Let one message through, and answer what the rules did. */
  send(
    { at, topic, payload = '', retained = false, qos = 0, broker = 'default', properties }: PlayedMessage,
    retainedSince = 0,
  ): Effect[] {
    this.#now = at ?? this.#now;
    const bytes =
      payload instanceof Uint8Array
        ? payload
        : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    const delivery = { broker, topic, payload: bytes, qos, retained, duplicate: false, properties };
    this.machine.ingest(new Message(delivery, this.#now, noPayloads()), retainedSince);
    return this.machine.takeEffects();
  }

  /** Let time pass to the end of a millisecond, and answer what the rules did. */
  advance(to: number): Effect[] {
    this.#now = Math.max(this.#now, to);
    this.machine.advance(to);
    return this.machine.takeEffects();
  }

  /** Put other rules in the place of these, and answer what that did. */
  reload(rules: string | Program, settings: CompileSettings = PLAY_SETTINGS): Effect[] {
    this.machine.swap(typeof rules === 'string' ? programOf(rules, settings) : rules);
    return this.machine.takeEffects();
  }
}

/** Play messages at the rules of a text; the effects, in order. */
export function play(text: string, messages: readonly PlayedMessage[]): Effect[] {
  const player = new Player(text);
  return messages.flatMap((message) => player.send(message));
}
