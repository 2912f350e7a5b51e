/** What any program does to a recording before it can do anything else: read its lines, one after the other, as JSON. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

let warm = 0;
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const { topic, payload, at } = JSON.parse(line);
  if (Date.parse(at) > 0 && topic.length > 0 && payload.temperature > 30) warm++;
}
console.log(warm);
