import { expect, test } from 'vitest';
import { Inbox } from '../../../src/adapters/mqtt/inbox.ts';
import type { Delivery } from '../../../src/ports/transport.ts';

function delivery(topic: string): Delivery {
  return {
    broker: 'b',
    topic,
    payload: Buffer.from('12345'),
    qos: 1,
    retained: false,
    duplicate: false,
    properties: undefined,
  };
}

function openInbox(
  maxMessages = 100,
  maxBytes = 1_000,
): { inbox: Inbox; chunks: string[][]; acknowledge: (() => void)[]; acked: number[]; rooms: number[] } {
  const chunks: string[][] = [];
  const acknowledge: (() => void)[] = [];
  const acked: number[] = [];
  const rooms: number[] = [];
  const inbox = new Inbox(maxMessages, maxBytes, {
    deliver: (deliveries, ack) => {
      chunks.push(deliveries.map(({ topic }) => topic));
      acknowledge.push(ack);
    },
    acknowledge: (packetIds) => acked.push(...packetIds),
    onRoom: () => rooms.push(chunks.length),
  });
  return { inbox, chunks, acknowledge, acked, rooms };
}

test('makes one chunk of the messages collected', () => {
  const { inbox, chunks } = openInbox();
  inbox.add(delivery('a'), 0);
  inbox.add(delivery('b'), 1);
  inbox.handOver();
  inbox.add(delivery('c'), 2);
  inbox.handOver();
  expect(chunks).toEqual([['a', 'b'], ['c']]);
});

test('acknowledges in order of arrival, whatever the order in which it is told', () => {
  const { inbox, acknowledge, acked } = openInbox();
  for (const packetId of [7, 5, 9]) {
    inbox.add(delivery('a'), packetId);
    inbox.handOver();
  }
  inbox.skip(4);
  inbox.handOver();
  acknowledge[2]?.();
  acknowledge[1]?.();
  expect(acked).toEqual([]);
  acknowledge[0]?.();
  acknowledge[0]?.();
  expect(acked).toEqual([7, 5, 9, 4]);
});

test('says nothing on a new connection about the messages of an old one', () => {
  const { inbox, acknowledge, acked } = openInbox();
  inbox.add(delivery('a'), 1);
  inbox.handOver();
  inbox.connectionLost();
  inbox.add(delivery('b'), 1);
  inbox.handOver();
  acknowledge[0]?.();
  expect(acked).toEqual([]);
  acknowledge[1]?.();
  expect(acked).toEqual([1]);
});

test.each([
  ['messages', 4, 1_000],
  ['bytes', 100, 20],
])('is full at its mark of %s, and has room again at half of it', (_mark, maxMessages, maxBytes) => {
  const { inbox, acknowledge, rooms } = openInbox(maxMessages, maxBytes);
  for (const topic of ['a', 'b', 'c', 'd']) {
    expect(inbox.isFull).toBe(false);
    inbox.add(delivery(topic), 0);
    if (topic !== 'd') inbox.handOver();
  }
  expect(inbox.isFull).toBe(true);
  inbox.handOver();
  acknowledge[0]?.();
  expect(rooms).toEqual([]);
  acknowledge[1]?.();
  expect(rooms).toEqual([4]);
  expect(inbox.isFull).toBe(false);
});
