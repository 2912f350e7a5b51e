import { expect, test } from 'vitest';
import { PacketIds } from '../../../src/adapters/mqtt/packet-ids.ts';

test('no id is given twice until it is given back, whoever asks', () => {
  const ids = new PacketIds();
  const all = new Set<number | null>();
  for (let i = 0; i < 65_535; i++) all.add(i % 2 === 0 ? ids.allocate() : ids.takeForLane());
  expect([all.size, all.has(null), all.has(0)]).toEqual([65_535, false, false]);
  expect([ids.allocate(), ids.takeForLane()]).toEqual([null, null]);
  ids.deallocate(7);
  ids.giveBack(7); // Whichever of the two it was of.
  expect([ids.takeForLane(), ids.allocate()]).toEqual([7, null]);
});

test('the longest unused comes first', () => {
  const ids = new PacketIds();
  expect([ids.takeForLane(), ids.takeForLane()]).toEqual([1, 2]);
  ids.giveBack(1);
  expect([ids.takeForLane(), ids.allocate()]).toEqual([3, 4]);
});

test('at a new connection MQTT.js gives all of its own back and takes some again, and those of the lane stay', () => {
  const ids = new PacketIds();
  const [own, lane] = [ids.allocate() ?? 0, ids.takeForLane() ?? 0];
  ids.clear();
  expect([ids.register(own), ids.register(own), ids.register(lane)]).toEqual([true, false, false]);
  ids.deallocate(lane);
  expect(ids.register(lane)).toBe(false);
});
