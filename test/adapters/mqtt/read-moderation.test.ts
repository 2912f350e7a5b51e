import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PublishLane } from '../../../src/adapters/mqtt/publish-lane.ts';
import { TopicNames } from '../../../src/adapters/mqtt/wire/topic-names.ts';
import { ReadModeration } from '../../../src/adapters/mqtt/read-moderation.ts';
import { idleOwner } from './idle-owner.ts';

let server: Server;
let near: Socket;
let far: Socket;
/** What the near end has read. */
let came: string;
let moderation: ReadModeration;

beforeEach(async () => {
  server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [far] = await accepted;
  came = '';
  near.on('data', (chunk: Buffer) => (came += chunk.toString()));
  await arrived('!'); // It is connected, and read from.
  moderation = new ReadModeration(near);
});

afterEach(async () => {
  moderation.end();
  near.destroy();
  far.destroy();
  server.close();
  await once(server, 'close');
});

/** Send a text, and wait until all of it is there. */
async function arrived(text: string): Promise<void> {
  came = '';
  for (const character of text) far.write(character);
  while (came !== text) await once(near, 'data');
}

/** Whether the system is asked for what has come. */
function isRead(socket: Socket): boolean {
  return (socket as Socket & { readonly _handle: { readonly reading: boolean } })._handle.reading;
}

/** As many reads, each of so much, as are many within any span of time that a loop may take. */
function readOften(bytes: number): void {
  for (let i = 0; i < 1_000; i++) moderation.afterRead(bytes, 8);
}

/** What a stream does in its next ticks has been done, and timers have not had their turn. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(() => queueMicrotask(resolve)));
}

describe('the moderation of reads', () => {
  test('has the next read wait where many bring little, and then bring all', async () => {
    expect(isRead(near)).toBe(true);
    readOften(60);
    await microtasks();
    expect(isRead(near)).toBe(false);
    await arrived('one and two');
    expect(isRead(near)).toBe(true);
  });

  test.each([
    ['a few reads', 3, 60],
    ['reads that bring much', 1_000, 65_536],
  ])('lets %s be', async (_, reads, bytes) => {
    for (let i = 0; i < reads; i++) moderation.afterRead(bytes, 1_000);
    await microtasks();
    expect(isRead(near)).toBe(true);
  });

  test('ends where it is in vain', async () => {
    readOften(60);
    await microtasks();
    expect(isRead(near)).toBe(false);
    await arrived('.');
    for (let i = 0; i < 4; i++) moderation.afterRead(60, 7);
    await arrived('..');
    moderation.afterRead(60, 1);
    await microtasks();
    expect(isRead(near)).toBe(true);
  });

  test.each([
    ['has reads wait where nothing is held up', false, false],
    ['reads at once what the broker answers, where messages wait for that', true, true],
  ])('in a lane, %s', async (_, isHeldUp, isReading) => {
    const lane = new PublishLane(
      near,
      idleOwner({ isHeldUp: () => isHeldUp }),
      { broker: 'b', version: 4, topics: new TopicNames() },
      1000,
    );
    lane.resume();
    const puback = Buffer.from([0x40, 2, 0, 1]);
    for (let i = 0; i < 1_000; i++) near.emit('data', puback);
    await microtasks();
    expect(isRead(near)).toBe(isReading);
    lane.destroy();
  });

  test('sees the end of a connection that comes while it waits', async () => {
    const ended = once(near, 'end');
    readOften(60);
    await microtasks();
    far.end();
    await ended;
  });

  test('is nothing to a socket that is destroyed while it waits, nor to a stream that is no socket', async () => {
    readOften(60);
    await microtasks();
    near.destroy();
    await once(near, 'close');
    const stream = new PassThrough();
    const other = new ReadModeration(stream);
    for (let i = 0; i < 1_000; i++) other.afterRead(60, 1);
    await microtasks();
    stream.write('here');
    expect(String((await once(stream, 'data'))[0])).toBe('here');
  });
});
