/** What the reference job looks like as a script: `node script.mjs <url> <qos>`. */
import mqtt from 'mqtt';
import jsonLogic from 'json-logic-js';

const [url, qosText] = process.argv.slice(2);
const qos = Number(qosText);
const condition = { '>': [{ var: 'temperature' }, 30] };

const client = mqtt.connect(url);
client.on('connect', () => client.subscribe('sensors/+/temperature', { qos }));
client.on('message', (topic, payload) => {
  const data = JSON.parse(payload.toString());
  if (!jsonLogic.apply(condition, data)) return;
  const [, id] = topic.split('/');
  const command = { cmd: 'cool', temperature: data.temperature, seq: data.seq };
  client.publish(`actuators/${id}/control`, JSON.stringify(command), { qos });
});
