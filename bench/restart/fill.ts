import { levelStore } from '../../src/adapters/level/level-store.ts';
import { Machine } from '../../src/core/machine.ts';
import { Message } from '../../src/runtime/message.ts';
import { noPayloads } from '../../src/runtime/payload.ts';
import { programOf } from '../../src/testing/play.ts';

/** How many keys have a message before what they remember is written. */
const TOGETHER = 10_000;
const NOTHING = { effects: [], done: [], marks: [], droppedMarks: [], nextEffect: 1 };
const PAYLOAD = Buffer.from('{"temperature":31.5,"seq":1}');

/** The topic of one of many machines. */
export function topicOf(machine: number): string {
  return `plant/line-${machine % 10}/machine-${machine}`;
}

/** Let rules have one message for each of so many machines, a second ago, and keep what they remember: so many cells. */
export async function fillState(parameters: {
  readonly folder: string;
  readonly rules: string;
  readonly machines: number;
}): Promise<number> {
  const { folder, rules, machines } = parameters;
  const store = levelStore(folder, 'off');
  const { fence, position } = await store.acquire(0);
  const at = Date.now() - 1000;
  const machine = new Machine(programOf(rules), undefined, undefined, at);
  const { remembered } = machine;
  remembered.track();
  const counts = noPayloads();
  let cells = 0;
  for (let i = 0; i < machines; i++) {
    const topic = topicOf(i);
    const delivery = { broker: 'default', topic, payload: PAYLOAD, qos: 1, retained: false, duplicate: false } as const;
    machine.ingest(new Message({ ...delivery, properties: undefined }, at, counts));
    if ((i + 1) % TOGETHER !== 0 && i + 1 < machines) continue;
    machine.takeEffects();
    const changes = remembered.takeChanges() ?? remembered.noChanges();
    cells += changes.cells.length;
    await store.commit({ ...changes, ...NOTHING, fence, after: position, position });
  }
  await store.close();
  return cells;
}
