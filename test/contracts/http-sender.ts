import { describe, expect, test } from 'vitest';
import type { HttpSender } from '../../src/ports/http-sender.ts';
import { inShort, request, resultOf } from '../adapters/http-client/requesting.ts';

/** One sender, made for two requests on their way and three that wait, and the server it speaks to. */
export interface Side {
  readonly sender: HttpSender;
  readonly url: string;
  /** The bodies of the requests that the server has, in order. */
  received(): string[];
  /** Resolves when the server has so many. */
  receives(count: number): Promise<void>;
  /** Leave requests unanswered from now on. */
  hold(): void;
  /** Accept what is held, and whatever comes. */
  release(): void;
  /** Refuse requests from now on. */
  refuse(): void;
}

/** What every sender of requests does. */
export function httpSenderContract(name: string, make: () => Promise<Side>): void {
  describe(`${name}, as a sender of requests`, () => {
    /** Sends requests with these bodies, each of a key of its own unless told otherwise, and writes down what became of them. */
    function telling({ sender, url }: Side) {
      const told: string[] = [];
      const send = (body: string, key = body): void =>
        sender.send(request(url, { key, body }), ({ body }, outcome) => {
          told.push(`${body} ${inShort(outcome)}`);
        });
      return { told, send };
    }

    test('tells when a server has accepted a request', async () => {
      const side = await make();
      expect(await resultOf(side.sender, request(side.url, { body: 'a' }))).toBe('ok');
      expect(side.received()).toEqual(['a']);
      expect(side.sender.size).toBe(0);
    });

    test('tells when it has not, and why', async () => {
      const side = await make();
      side.refuse();
      expect(await resultOf(side.sender, request(side.url, { body: 'a' }))).toMatch(/^error: ./);
      expect(side.sender.size).toBe(0);
    });

    test('sends what one rule has for one key in order, each when the one before is done', async () => {
      const side = await make();
      const { told, send } = telling(side);
      side.hold();
      for (const [body, key] of [
        ['1', 'k'],
        ['2', 'k'],
        ['x', 'other'],
        ['3', 'k'],
      ] as const)
        send(body, key);
      await side.receives(2);
      expect(side.received().toSorted()).toEqual(['1', 'x']);
      expect(side.sender.size).toBe(4);
      side.release();
      expect(await side.sender.stop(10_000)).toBe(0);
      expect(side.received().filter((body) => body !== 'x')).toEqual(['1', '2', '3']);
      expect(told.toSorted()).toEqual(['1 ok', '2 ok', '3 ok', 'x ok']);
    });

    test('has so many on their way and so many that wait, and drops the newest at once', async () => {
      const side = await make();
      const { told, send } = telling(side);
      side.hold();
      for (const body of ['1', '2', '3', '4', '5', '6', '7']) send(body);
      expect(told).toEqual(['6 dropped: http_queue_full', '7 dropped: http_queue_full']);
      expect(side.sender.size).toBe(5);
      await side.receives(2);
      expect(side.received().toSorted()).toEqual(['1', '2']);
      side.release();
      expect(await side.sender.stop(10_000)).toBe(0);
      expect(told).toHaveLength(7);
    });

    test('waits at the end for what is there, and takes no more', async () => {
      const side = await make();
      const { told, send } = telling(side);
      side.hold();
      send('1');
      await side.receives(1);
      const stopped = side.sender.stop(10_000);
      send('2');
      expect(told).toEqual(['2 dropped: http_stopped']);
      side.release();
      expect(await stopped).toBe(0);
      expect(told).toEqual(['2 dropped: http_stopped', '1 ok']);
    });

    test('gives up what is left when its time is over, and says how much', async () => {
      const side = await make();
      const { told, send } = telling(side);
      side.hold();
      for (const body of ['1', '2', '3']) send(body);
      await side.receives(2);
      expect(await side.sender.stop(0)).toBe(3);
      expect(told.toSorted()).toEqual(['1', '2', '3'].map((body) => `${body} dropped: http_stopped`));
      expect(side.sender.size).toBe(0);
    });
  });
}
