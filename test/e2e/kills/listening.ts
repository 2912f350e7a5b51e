import { connectAsync } from 'mqtt';
import { onTestFinished } from 'vitest';

/** A message that an engine has published. */
export interface Told {
  readonly topic: string;
  readonly text: string;
  readonly id: unknown;
  readonly at: number;
}

/** Everything that comes to topics below `out`, in a session that outlives its connections. */
export async function listen(url: string): Promise<Told[]> {
  const told: Told[] = [];
  const properties = { sessionExpiryInterval: 3600 };
  const client = await connectAsync(url, {
    protocolVersion: 5,
    clientId: 'listener',
    clean: false,
    reconnectPeriod: 100,
    properties,
  });
  onTestFinished(() => client.endAsync(true));
  client.on('message', (topic, payload, { properties }) => {
    const id = properties?.userProperties?.['automate-id'];
    told.push({ topic, text: payload.toString(), id, at: Date.now() });
  });
  await client.subscribeAsync('out/#', { qos: 1 });
  return told;
}

/** How often each text was told, and whether all that were told again have the id they had. */
export function repeats(told: readonly Told[]): { readonly texts: ReadonlySet<string>; readonly isSameId: boolean } {
  const ids = new Map<string, unknown>();
  let isSameId = true;
  for (const { topic, text, id } of told) {
    const name = `${topic} ${text}`;
    if (ids.has(name) && ids.get(name) !== id) isSameId = false;
    ids.set(name, id);
  }
  return { texts: new Set(ids.keys()), isSameId };
}
