import { Machine } from '../../src/core/machine.ts';
import { Program } from '../../src/core/program.ts';
import type { Delivery } from '../../src/ports/transport.ts';
import { Message } from '../../src/runtime/message.ts';
import { noPayloads } from '../../src/runtime/payload.ts';
import { cpuMicroseconds } from '../cpu.ts';
import { rulesByLine, topicOf } from './rules.ts';

/** What is done with a message: look up its rules; decode it and find the condition false; find it true and publish. */
export const WORK = ['match', 'quiet', 'firing'] as const;
export type Work = (typeof WORK)[number];

export interface MatchingMeasurement {
  readonly topics: number;
  readonly work: Work;
  readonly nanoseconds: number;
}

/** Messages whose topics are made ready at a time; that is not measured. */
const BATCH = 500;

/** Nanoseconds of CPU for a message, for each number of topics and each kind of work, among so many rules. */
export function measureMatching(parameters: {
  readonly rules: number;
  readonly topics: readonly number[];
  readonly seconds: number;
}): MatchingMeasurement[] {
  const rules = rulesByLine(parameters.rules);
  return parameters.topics.flatMap((topics) => {
    const program = new Program(rules);
    const machine = new Machine(program);
    const next = topicsAsFromTheWire(topics, rules.length);
    return WORK.map((work) => {
      const handle = handler(work, program, machine);
      // Every topic twice, so that the cache of matches holds what it can, and long enough for the compiler.
      for (let i = 0; i < Math.max(2 * topics, 100_000); i += BATCH) handle(next(BATCH));
      return { topics, work, nanoseconds: time(() => next(BATCH), handle, parameters.seconds) };
    });
  });
}

function handler(work: Work, program: Program, machine: Machine): (topics: readonly string[]) => void {
  if (work === 'match') {
    return (topics) => {
      for (const topic of topics)
        if (program.match('default', topic)?.next !== null) throw new Error(`${topic} should reach one rule`);
    };
  }
  const payload = Buffer.from(
    JSON.stringify({ temperature: work === 'firing' ? 35.5 : 21.5, humidity: 40, seq: 123_456 }),
  );
  const counts = noPayloads();
  return (topics) => {
    for (const topic of topics) {
      const delivery: Delivery = {
        broker: 'default',
        topic,
        payload,
        qos: 0,
        retained: false,
        duplicate: false,
        properties: undefined,
      };
      machine.ingest(new Message(delivery, 1, counts));
    }
    const effects = machine.takeEffects();
    if (effects.length !== (work === 'firing' ? topics.length : 0))
      throw new Error(`${effects.length} effects of ${topics.length} messages`);
  };
}

function time<T>(prepare: () => T, handle: (batch: T) => void, seconds: number): number {
  let used = 0;
  let count = 0;
  while (used < seconds * 1e6) {
    const batches = Array.from({ length: 8 }, prepare);
    const start = cpuMicroseconds();
    for (const batch of batches) handle(batch);
    used += cpuMicroseconds() - start;
    count += 8 * BATCH;
  }
  return (used * 1000) / count;
}

/** Topics in an order that jumps about, each made anew out of bytes: a new string has no hash yet. */
function topicsAsFromTheWire(topics: number, rules: number): (count: number) => string[] {
  const texts = Array.from({ length: topics }, (_, j) => topicOf(j, topics, rules));
  const bytes = Buffer.from(texts.join(''), 'latin1');
  const starts = [0];
  for (const text of texts) starts.push((starts.at(-1) ?? 0) + text.length);
  let place = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      place = (place + 61_813) % topics; // A prime that divides no power of ten: every topic gets its turn.
      return bytes.toString('latin1', starts[place], starts[place + 1]);
    });
}
