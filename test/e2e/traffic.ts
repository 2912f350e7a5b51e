import { expect, onTestFinished } from 'vitest';
import { connectClient } from './client.ts';
import { pause, until } from './until.ts';

const PER_SECOND = 1000;

/** What came out for a number that went in. */
export interface Output {
  readonly n: number;
  readonly version: number;
}

/** Numbers to `load/in` at 1 000 a second, QoS 1, and what comes of them on `load/out`. */
export interface Traffic {
  readonly outputs: readonly Output[];
  /** Resolves when something comes out that a rule of this version made. */
  made(version: number): Promise<void>;
  /** Send no more, and check that everything that was sent came out, once and in order. Resolves with how much it was. */
  end(): Promise<number>;
}

/** Begin sending, and go on until `end`. */
export async function startTraffic(url: string): Promise<Traffic> {
  const outputs: Output[] = [];
  const listener = await connectClient(url, { subscribe: 'load/out' });
  const publisher = await connectClient(url);
  const acknowledged: Promise<void>[] = [];
  const failures: unknown[] = [];
  const send = (): void => {
    const published = publisher.publish('load/in', String(acknowledged.length));
    acknowledged.push(published.catch((error: unknown) => void failures.push(error)));
  };
  let sending = true;
  // A test that has failed does not wait for the end.
  onTestFinished(() => void (sending = false));
  const sent = (async () => {
    const begun = performance.now();
    while (sending) {
      const due = ((performance.now() - begun) / 1000) * PER_SECOND;
      while (acknowledged.length < due) send();
      await pause(5);
    }
  })();
  const read = (): readonly Output[] => {
    for (const { text } of listener.received.slice(outputs.length)) outputs.push(JSON.parse(text) as Output);
    return outputs;
  };
  return {
    get outputs() {
      return read();
    },
    made: async (version) => {
      await until(`something made by version ${version}`, () => read().at(-1)?.version === version);
    },
    end: async () => {
      sending = false;
      await sent;
      send();
      await Promise.all(acknowledged);
      expect(failures).toEqual([]);
      // Messages of one topic stay in order: when the last one has come, so has every copy of the others.
      await until('the last number', () => read().some(({ n }) => n === acknowledged.length - 1), 30_000);
      expect(outputs.map(({ n }) => n)).toEqual(Array.from(acknowledged, (_, n) => n));
      return acknowledged.length;
    },
  };
}
