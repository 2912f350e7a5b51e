import { decodePayload } from '../../src/runtime/payload.ts';
import { cpuMicroseconds } from '../cpu.ts';
import { PAYLOADS, type PayloadKind } from './payloads.ts';

export type PayloadContestant = 'JSON.parse' | 'automate';

/** Payloads to a chunk, as they come off the wire. */
const TOGETHER = 500;

/** Nanoseconds of CPU to make data of a payload of a kind, which stands among others of it in one chunk. */
export function measurePayload(parameters: {
  readonly contestant: PayloadContestant;
  readonly kind: PayloadKind;
  readonly seconds: number;
}): number {
  const { contestant, kind, seconds } = parameters;
  const payloads = Array.from({ length: TOGETHER }, (_, i) => Buffer.from(PAYLOADS[kind](i)));
  const chunk = Buffer.concat(payloads);
  let end = 0;
  const spans = payloads.map(({ length }) => ({ chunk, start: end, end: (end += length), length }));
  const read =
    contestant === 'automate'
      ? (span: (typeof spans)[number]): unknown => decodePayload(span, 'auto').value
      : ({ start, end }: (typeof spans)[number]): unknown => JSON.parse(chunk.toString('utf8', start, end)) as unknown;
  for (const [i, span] of spans.entries()) {
    const value = JSON.stringify(read(span));
    if (value !== JSON.stringify(JSON.parse(String(payloads[i])))) throw new Error(`${contestant} reads ${value}`);
  }
  const run = (microseconds: number): number => {
    let count = 0;
    let used = 0;
    for (const start = cpuMicroseconds(); used < microseconds; used = cpuMicroseconds() - start) {
      for (let round = 0; round < 20; round++) for (const span of spans) read(span);
      count += 20 * spans.length;
    }
    return (used * 1000) / count;
  };
  run(seconds * 5e5);
  return run(seconds * 1e6);
}
