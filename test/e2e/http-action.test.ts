import { createServer as createSecureServer } from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { accept, answering, WebServer } from '../adapters/http-client/web-server.ts';
import { makeCertificates } from '../peers/certificates.ts';
import { needs } from '../peers/needs.ts';
import { connectClient } from './client.ts';
import { startEngine } from './engine.ts';
import { until } from './until.ts';

const rules = (port: number, more: string): string => `
vars: { token: "\${env:PUSH_TOKEN}", server: "http://127.0.0.1:${port}/\${env:PUSH_TOKEN}" }
rules:
  - id: push
    on: home/+room/temperature
    if: temperature > 30
    http:
      url: \${server}/\${room}?key=\${token}
      headers: { Authorization: "Bearer \${token}", Title: "\${room} ist zu heiß" }
      body: { room: "\${room}", temperature: "\${temperature}" }
      ${more}
`;

test('a rule sends a request for a message, and what became of it is counted and told without its secrets', async () => {
  const server = await WebServer.start();
  const engine = await startEngine({
    rules: { 'push.yaml': rules(server.port, 'retry: 1') },
    variables: { PUSH_TOKEN: 'tk_0123456789' },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`);
  await client.publish('home/küche/temperature', '{"temperature": 31}');
  const { method, path, headers, body } = await server.hears(1);
  expect({ method, path, body: JSON.parse(body) as unknown }).toEqual({
    method: 'POST',
    path: '/tk_0123456789/k%C3%BCche?key=tk_0123456789',
    body: { room: 'küche', temperature: 31 },
  });
  expect(headers).toMatchObject({ authorization: 'Bearer tk_0123456789', 'content-type': 'application/json' });
  expect(headers['user-agent']).toMatch(/^automate\/\d/);

  server.answer = answering(503, 404);
  await client.publish('home/attic/temperature', '{"temperature": 32}');
  const failed = await until('a line about it', () => engine.log().find(({ level }) => level === 'error'));
  expect(failed).toMatchObject({
    msg: 'a request failed: the server answered 404 Not Found (2 attempts)',
    rule: 'push',
    key: 'attic',
    method: 'POST',
    url: '${server}/${room}',
  });
  const { text, ...metrics } = await engine.metrics();
  const count = (result: string): number | undefined =>
    metrics.value('automate_actions_total', { rule: 'push', type: 'http', result });
  expect([count('ok'), count('error'), count('dropped')]).toEqual([1, 1, 0]);
  expect(text + JSON.stringify(engine.log()) + engine.stderr()).not.toContain('tk_0123456789');
});

test('a request that failed in all its attempts is told to `on_error`', async () => {
  const server = await WebServer.start();
  server.answer = answering(503, 404);
  const more = 'retry: 1\n    on_error: { publish: { topic: "failed/${room}", payload: "${temperature} ${error}" } }';
  const engine = await startEngine({
    rules: { 'push.yaml': rules(server.port, more) },
    variables: { PUSH_TOKEN: 'tk_0123456789' },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'failed/#' });
  await client.publish('home/attic/temperature', '{"temperature": 32}');
  expect((await client.first('failed/attic')).text).toBe(
    '32 a request failed: the server answered 404 Not Found (2 attempts)',
  );
});

test('requests without an answer do not keep the engine from ending', async () => {
  const server = await WebServer.start();
  server.answer = () => {};
  const engine = await startEngine({
    rules: { 'push.yaml': rules(server.port, 'timeout: 60s') },
    variables: { PUSH_TOKEN: 'x' },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`);
  for (const room of ['a', 'b']) await client.publish(`home/${room}/temperature`, '{"temperature": 31}');
  await server.hears(2);
  const { code, ms } = await engine.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5000);
  expect(engine.log()).toContainEqual(
    expect.objectContaining({ msg: 'stopped before every request was answered', requests: 2 }),
  );
});

test.skipIf(!needs('openssl'))('a server is trusted by an authority that Node is told of', async () => {
  const certificates = makeCertificates();
  onTestFinished(() => certificates.remove());
  const options = { cert: certificates.read('server.crt'), key: certificates.read('server.key') };
  const server = await WebServer.start(createSecureServer(options));
  server.answer = accept;
  const engine = await startEngine({
    rules: { 'push.yaml': `id: push\non: in\nhttp: { url: "https://localhost:${server.port}/x", body: hello }\n` },
    variables: { NODE_EXTRA_CA_CERTS: certificates.path('ca.crt') },
  });
  const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`);
  await client.publish('in', 'x');
  expect(await server.hears(1)).toMatchObject({ method: 'POST', path: '/x', body: 'hello' });
});
