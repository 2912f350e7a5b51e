import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version that is measured. */
const NODE_RED = 'node-red@4.1.15';

/** The reference job as people draw it in Node-RED: a JSON message in, a switch, a function, a message out. */
function flows(qos: 0 | 1): unknown[] {
  const broker = { broker: '127.0.0.1', port: '${MQTT_PORT}', protocolVersion: '4', keepalive: '60' };
  return [
    { id: 'job-tab', type: 'tab', label: 'job' },
    { id: 'job-broker', type: 'mqtt-broker', clientid: '', usetls: false, cleansession: true, ...broker },
    {
      id: 'job-in',
      type: 'mqtt in',
      z: 'job-tab',
      x: 0,
      y: 0,
      topic: 'sensors/+/temperature',
      qos: String(qos),
      datatype: 'json',
      broker: 'job-broker',
      wires: [['job-switch']],
    },
    {
      id: 'job-switch',
      type: 'switch',
      z: 'job-tab',
      x: 0,
      y: 0,
      property: 'payload.temperature',
      propertyType: 'msg',
      rules: [{ t: 'gt', v: '30', vt: 'num' }],
      checkall: 'true',
      outputs: 1,
      wires: [['job-function']],
    },
    {
      id: 'job-function',
      type: 'function',
      z: 'job-tab',
      x: 0,
      y: 0,
      func: "const { temperature, seq } = msg.payload;\nconst id = msg.topic.split('/')[1];\nreturn { topic: `actuators/${id}/control`, payload: { cmd: 'cool', temperature, seq } };",
      outputs: 1,
      wires: [['job-out']],
    },
    {
      id: 'job-out',
      type: 'mqtt out',
      z: 'job-tab',
      x: 0,
      y: 0,
      topic: '',
      qos: String(qos),
      retain: 'false',
      broker: 'job-broker',
      wires: [],
    },
  ];
}

const SETTINGS = `module.exports = { uiPort: 0, uiHost: '127.0.0.1', httpAdminRoot: false, httpNodeRoot: false,
  logging: { console: { level: 'error' } }, telemetry: { enabled: false } };\n`;

/** The command that does the reference job with Node-RED, which is installed below `cache` the first time; `{port}` in it is the broker's. */
export function nodeRedCommand(cache: string, home: string, qos: 0 | 1): string[] {
  const program = installed(cache);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'settings.js'), SETTINGS);
  writeFileSync(join(home, 'flows.json'), JSON.stringify(flows(qos)));
  const words = ['--userDir', home, '--settings', join(home, 'settings.js'), join(home, 'flows.json')];
  return ['env', 'MQTT_PORT={port}', process.execPath, program, ...words];
}

function installed(folder: string): string {
  const home = join(folder, 'node-red');
  const program = join(home, 'node_modules', 'node-red', 'red.js');
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', NODE_RED], { cwd: home, stdio: 'ignore' });
  return program;
}
