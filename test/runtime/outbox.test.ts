import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PublishEffect } from '../../src/core/effect.ts';
import type { QoS } from '../../src/core/event.ts';
import { Outbox, type OutboxLimits } from '../../src/runtime/outbox.ts';
import { MemoryBroker, MemoryTransport } from '../../src/testing/memory-transport.ts';
import { Listening } from '../peers/listening.ts';
import { runs } from '../property-runs.ts';

const LIMITS: OutboxLimits = { messages: 10, bytes: 100_000, inFlight: 3 };

function effect(payload: string, qos: QoS = 1, more: Partial<PublishEffect> = {}): PublishEffect {
  const base = {
    type: 'publish',
    rule: 'r',
    key: '-',
    at: 0,
    broker: 'default',
    topic: 't',
    retain: false,
    hops: 1,
    properties: undefined,
  } as const;
  return { ...base, payload, qos, ...more };
}

/** An outbox to a broker in memory, connected, whose answers are held back. */
async function outbox(limits: Partial<OutboxLimits> = {}) {
  const broker = new MemoryBroker();
  const transport = new MemoryTransport(broker);
  await transport.start(new Listening());
  transport.holding = true;
  const settled: string[] = [];
  const box = new Outbox(transport, { ...LIMITS, ...limits }, ({ payload }, outcome) => {
    settled.push(`${payload} ${outcome.type === 'ok' ? 'ok' : `${outcome.type}: ${outcome.reason}`}`);
  });
  return { broker, transport, box, settled, sent: () => broker.published.map(({ payload }) => payload) };
}

/** Until all that is due in this turn has been done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the outbox', () => {
  test('sends in order, no more at a time than its window, and the next ones as they are answered', async () => {
    const { box, transport, sent, settled } = await outbox();
    box.send(['1', '2', '3', '4', '5'].map((payload) => effect(payload)));
    expect(sent()).toEqual(['1', '2', '3']);
    expect(box.size).toBe(5);
    transport.answer(1);
    await turn();
    expect(sent()).toEqual(['1', '2', '3', '4']);
    transport.answer();
    await turn();
    expect(sent()).toEqual(['1', '2', '3', '4', '5']);
    transport.answer();
    expect(settled).toEqual(['1 ok', '2 ok', '3 ok', '4 ok', '5 ok']);
    expect(box.size).toBe(0);
  });

  test('lets nothing overtake what waits, QoS 0 neither', async () => {
    const { box, transport, sent } = await outbox({ inFlight: 1 });
    box.send([effect('1'), effect('2'), effect('3', 0)]);
    expect(sent()).toEqual(['1']);
    transport.answer();
    await turn();
    expect(sent()).toEqual(['1', '2', '3']);
  });

  test('keeps QoS 1 and 2 while the broker is away, and drops QoS 0', async () => {
    const { box, transport, sent, settled } = await outbox();
    transport.cut();
    box.send([effect('1'), effect('2', 0), effect('3', 2)]);
    expect(settled).toEqual(['2 dropped: offline']);
    transport.mend();
    box.flush();
    expect(sent()).toEqual(['1', '3']);
  });

  test('drops the QoS 0 that waited when the connection goes', async () => {
    const { box, transport, sent, settled } = await outbox({ inFlight: 1 });
    box.send([effect('1'), effect('2'), effect('3', 0), effect('4')]);
    transport.cut();
    box.disconnected();
    expect(settled).toEqual(['3 dropped: offline']);
    transport.answer();
    await turn();
    expect(sent()).toEqual(['1']);
    transport.mend();
    box.flush();
    expect(sent()).toEqual(['1', '2']);
  });

  test('is bounded in messages: the newest are dropped', async () => {
    const { box, transport, settled } = await outbox({ messages: 2 });
    transport.cut();
    box.send(['1', '2', '3'].map((payload) => effect(payload)));
    expect(settled).toEqual(['3 dropped: outbox_full']);
    expect(box.size).toBe(2);
  });

  test('is bounded in bytes', async () => {
    const { box, transport, settled } = await outbox({ bytes: 1000 });
    transport.cut();
    box.send([effect('x'.repeat(800)), effect('y'.repeat(800)), effect('z', 1, { topic: 'u' }), effect('')]);
    expect(settled.map((line) => line.replace(/^y+/, 'y…'))).toEqual([
      'y… dropped: outbox_full',
      'z dropped: outbox_full',
      ' dropped: outbox_full',
    ]);
    expect(box.size).toBe(1);
  });

  test('takes answers that come while it sends', async () => {
    const { box, transport, sent, settled } = await outbox({ inFlight: 2 });
    transport.holding = false;
    box.send(['1', '2', '3', '4', '5'].map((payload) => effect(payload)));
    await turn();
    expect(sent()).toEqual(['1', '2', '3', '4', '5']);
    expect(settled).toHaveLength(5);
    expect(box.size).toBe(0);
  });

  test('tells when everything is out', async () => {
    const { box, transport } = await outbox();
    await box.drained();
    box.send([effect('1'), effect('2')]);
    let drained = false;
    const waiting = box.drained().then(() => (drained = true));
    transport.answer(1);
    await turn();
    expect(drained).toBe(false);
    transport.answer();
    await waiting;
    expect(drained).toBe(true);
  });

  test('counts the hops, beside the properties there are', async () => {
    const { box, broker } = await outbox();
    const user = Object.assign(Object.create(null) as Record<string, string>, {
      site: 'north',
      'automate-hops': 'mine',
    });
    box.send([effect('1', 1, { hops: 3, properties: { messageExpiry: 5, user } }), effect('2', 1, { hops: 20 })]);
    expect(broker.published.map(({ properties }) => ({ ...properties, user: { ...properties?.user } }))).toEqual([
      { messageExpiry: 5, user: { site: 'north', 'automate-hops': '3' } },
      { user: { 'automate-hops': '20' } },
    ]);
    expect(user['automate-hops']).toBe('mine');
  });

  test('counts properties to the bytes that wait', async () => {
    const { box, transport, settled } = await outbox({ bytes: 2000 });
    transport.cut();
    const properties = { user: { name: ['x'.repeat(500), 'y'.repeat(500)] }, contentType: 'z'.repeat(500) };
    box.send([effect('1', 1, { properties }), effect('2', 1, { properties }), effect('3')]);
    expect(settled).toEqual(['2 dropped: outbox_full']);
    transport.mend();
    box.flush();
    transport.answer();
    expect(settled).toEqual(['2 dropped: outbox_full', '1 ok', '3 ok']);
  });

  test('settles every message once, and sends in order, whatever happens in between', async () => {
    const step = fc.oneof(
      fc.record({ send: fc.array(fc.constantFrom<QoS>(0, 1, 2), { maxLength: 6 }) }),
      fc.record({ answer: fc.nat(4) }),
      fc.constantFrom('cut' as const, 'mend' as const, 'turn' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { box, transport, sent, settled } = await outbox();
        let count = 0;
        for (const step of steps) {
          if (step === 'cut') {
            transport.cut();
            box.disconnected();
          } else if (step === 'mend') {
            transport.mend();
            box.flush();
          } else if (step === 'turn') await turn();
          else if ('answer' in step) transport.answer(step.answer);
          else box.send(step.send.map((qos) => effect(String(count++), qos)));
        }
        transport.mend();
        box.flush();
        while (box.size > 0) {
          transport.answer();
          await turn();
        }
        const numbers = settled.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b);
        expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(sent()).toEqual([...sent()].sort((a, b) => Number(a) - Number(b)));
        expect(settled.filter((line) => line.endsWith(' ok'))).toHaveLength(sent().length);
      }),
      { numRuns: runs(150) },
    );
  });
});
