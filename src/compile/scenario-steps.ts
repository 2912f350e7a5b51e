import type { z } from 'zod';
import { LATEST } from '../core/calendar.ts';
import { timeOf } from '../core/logic/time-of.ts';
import { isMapping } from '../core/logic/value.ts';
import type { Zone } from '../core/logic/zone.ts';
import { nearest } from '../core/nearest.ts';
import { topicFault } from '../core/topics/topic.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { checkShape } from '../spec/shape.ts';
import type { Report } from './report.ts';
import type { Step } from './scenario.ts';
import { expectShape, sendShape, silenceShape } from './scenario-shapes.ts';

/** What the steps of a test are read with. */
export interface StepSettings {
  /** Of times without a zone. */
  readonly zone: Zone;
  /** When the virtual clock begins, in epoch milliseconds; null where that has a mistake. */
  readonly start: number | null;
  /** The broker of steps that name none, and all there are. */
  readonly defaultBroker: string;
  readonly brokers: ReadonlySet<string>;
}

/** Read the steps of a test. With errors in the report the answer is not to be run. */
export function readSteps(script: readonly unknown[], path: Path, settings: StepSettings, report: Report): Step[] {
  const reader = new StepReader(settings, report);
  for (const [i, step] of script.entries()) reader.read(step, [...path, i]);
  return reader.steps;
}

class StepReader {
  readonly steps: Step[] = [];
  readonly #settings: StepSettings;
  readonly #report: Report;

  constructor(settings: StepSettings, report: Report) {
    this.#settings = settings;
    this.#report = report;
  }

  /** The key of its topic says what a step does. */
  read(step: unknown, path: Path): void {
    if (!isMapping(step)) {
      this.#shaped(step, path, expectShape); // Which says what it should be.
      return;
    }
    const sends = 'send' in step;
    if (!sends && !('expect' in step)) this.#refuse(Object.keys(step), path);
    else if (!sends && step['expect'] === 'nothing') this.#silence(step, path);
    else if (!sends) this.#expect(step, path);
    else if (!('expect' in step)) this.#send(step, path);
    else {
      const message = 'a step either sends or expects';
      this.#report.errorAtKey([...path, 'expect'], 'impossible-combination', message, 'Make two steps of it');
    }
  }

  /** Neither `send` nor `expect` is among its keys. */
  #refuse(keys: readonly string[], path: Path): void {
    for (const key of keys) {
      const meant = key === 'publish' || key === 'topic' ? 'send' : nearest(key, ['send', 'expect']);
      if (meant === undefined) continue;
      const message = `"${key}" is not a key of a step`;
      this.#report.errorAtKey([...path, key], 'unknown-key', message, `Did you mean "${meant}"?`);
      return;
    }
    const hint = 'Write { at: 0s, send: a/topic, payload: 1 } or { at: 0s, expect: a/topic }';
    this.#report.error(path, 'missing-key', 'a step needs the key "send" or "expect"', hint);
  }

  #send(step: unknown, path: Path): void {
    const spec = this.#shaped(step, path, sendShape);
    if (spec === null) return;
    const { send: topic, payload, retain = false, qos = 0, properties } = spec;
    this.#checkTopic(topic, [...path, 'send']);
    const broker = this.#broker(spec.broker, path);
    this.steps.push({
      type: 'send',
      ...this.#place(spec.at, path),
      topic,
      payload,
      retained: retain,
      qos,
      properties,
      broker,
    });
  }

  #expect(step: unknown, path: Path): void {
    const spec = this.#shaped(step, path, expectShape);
    if (spec === null) return;
    const { expect: topic, payload, contains, retain, qos, properties } = spec;
    this.#checkTopic(topic, [...path, 'expect']);
    if (payload !== undefined && contains !== undefined) {
      const message = '`contains` cannot go with `payload`, which is all of it';
      this.#report.errorAtKey([...path, 'contains'], 'impossible-combination', message, 'Take one of them out');
    }
    const placed = this.#place(spec.at, path);
    const broker = this.#broker(spec.broker, path);
    this.steps.push({ type: 'expect', ...placed, topic, payload, contains, retain, qos, properties, broker });
  }

  #silence(step: unknown, path: Path): void {
    const spec = this.#shaped(step, path, silenceShape);
    if (spec !== null) this.steps.push({ type: 'silence', ...this.#place(spec.at, path) });
  }

  #shaped<T>(step: unknown, path: Path, shape: z.ZodType<T>): T | null {
    const shaped = checkShape(this.#report.document, path, step, shape, {
      noun: 'a step',
      synonyms: SYNONYMS,
      example,
    });
    if ('value' in shaped) return shaped.value;
    this.#report.problems.push(...shaped.problems);
    return null;
  }

  #place(text: string, path: Path): { readonly at: number; readonly line: number; readonly column: number } {
    const { line, column } = this.#report.document.positionOf(path);
    const at = this.#time(text, [...path, 'at']);
    return { at, line, column };
  }

  /** Where it is no time, that of the step before. */
  #time(text: string, path: Path): number {
    const { start, zone } = this.#settings;
    const before = this.steps.at(-1);
    const since = parseDuration(text);
    const at = since === undefined ? timeOf(text, zone) : (start ?? 0) + since;
    const refuse = (code: string, message: string, hint: string): number => {
      this.#report.error(path, code, message, hint);
      return before?.at ?? start ?? 0;
    };
    if (Number.isNaN(at) || at > LATEST) {
      const hint = 'Write how long after the start, such as 5m, or a time such as 2026-11-20T10:00:00Z';
      return refuse('invalid-time', `"${text}" is not a time`, hint);
    }
    if (start !== null && at < start)
      return refuse('invalid-time', 'this is before the start of the test', 'Let the test begin sooner, with start:');
    if (before === undefined || at >= before.at || start === null) return at;
    const hint = `Steps stand in the order of time, and the one on line ${before.line} is later`;
    return refuse('decreasing-time', 'this is earlier than the step before it', hint);
  }

  #broker(name: string | undefined, path: Path): string {
    const { defaultBroker, brokers } = this.#settings;
    if (name === undefined || brokers.has(name)) return name ?? defaultBroker;
    const hint = `Brokers: ${[...brokers].join(', ')}`;
    this.#report.error([...path, 'broker'], 'unknown-broker', `there is no broker called "${name}"`, hint);
    return defaultBroker;
  }

  #checkTopic(topic: string, path: Path): void {
    const fault = topicFault(topic);
    if (fault !== null)
      this.#report.error(
        path,
        'invalid-topic',
        `this is not a topic: ${fault}`,
        'Write the whole topic of one message',
      );
  }
}

/** Words of other languages, and what they are called here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  after: 'at',
  time: 'at',
  message: 'payload',
  value: 'payload',
  includes: 'contains',
  retained: 'retain',
};

/** How the topic of a step is written, where it is not the text it should be. */
function example(path: Path): string | undefined {
  const [key] = path;
  return key === 'send' || key === 'expect' ? `{ at: 5m, ${key}: a/topic, payload: 1 }` : undefined;
}
