import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readEngineRules, rulesOfEngine } from '../../src/app/engine-rules.ts';

const RULE = {
  id: 'hot',
  file: 'rules/hot.yaml',
  line: 2,
  column: 3,
  state: 'active',
  alert: true,
  stages: [{ kind: 'alert', shape: 'alert/3' }],
  keys: 12,
  pending: 1,
  active: 2,
};

const ANSWER = { version: '1.2.3', shadow: false, rules: [RULE] };

test('what an engine says of its rules is read, though another version says more', () => {
  const answer = {
    ...ANSWER,
    more: 1,
    rules: [
      { ...RULE, more: 1 },
      { ...RULE, state: 'shadow' },
    ],
  };
  const hot = {
    id: 'hot',
    file: 'http://e:1 rules/hot.yaml',
    line: 2,
    column: 3,
    stages: RULE.stages,
    alert: true,
    keys: { all: 12, pending: 1, active: 2 },
  };
  expect(readEngineRules(answer, 'http://e:1')).toEqual({
    version: '1.2.3',
    shadow: false,
    rules: [hot, { ...hot, alert: false }],
  });
});

test.each([
  ['nothing', null, ''],
  ['a text', 'hello', ''],
  ['a list', [], ''],
  ['another answer', { status: 'ok' }, ' (version)'],
  ['no rules', { ...ANSWER, rules: 7 }, ' (rules)'],
  ['a rule that is none', { ...ANSWER, rules: [RULE, null] }, ' (rules.1)'],
  ['an id that is none', { ...ANSWER, rules: [{ ...RULE, id: 7 }] }, ' (rules.0.id)'],
  ['no place', { ...ANSWER, rules: [{ ...RULE, line: 0 }] }, ' (rules.0.line)'],
  ['a count below 0', { ...ANSWER, rules: [{ ...RULE, keys: -1 }] }, ' (rules.0.keys)'],
  ['a count that is none', { ...ANSWER, rules: [{ ...RULE, active: '2' }] }, ' (rules.0.active)'],
  ['stages without shapes', { ...ANSWER, rules: [{ ...RULE, stages: ['alert'] }] }, ' (rules.0.stages.0)'],
])('an answer that is %s is refused', (_, answer, where) => {
  expect(readEngineRules(answer, 'http://e:1')).toBe(`its answer is not what an engine says of its rules${where}`);
});

/** The address of a server that answers in this way. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return `http://127.0.0.1:${port}`;
}

const head = (status: number, headers = {}): RequestListener => {
  return (_request, response) => void response.writeHead(status, headers).end('{}');
};

test.each<[string, RequestListener, string | RegExp]>([
  ['not there', head(404), 'it answers 404 Not Found: it is no engine, or one of an older version'],
  ['for others', head(401), /^it answers 401 Unauthorized: its token is wanted/],
  ['elsewhere', head(302, { location: '/elsewhere' }), 'it answers 302 Found'],
  ['no JSON', (_request, response) => void response.end('<html>'), 'its answer is no JSON: it is no engine'],
  [
    'cut short',
    (_request, response) => void response.end(JSON.stringify(ANSWER).slice(0, -9)),
    /^its answer is no JSON/,
  ],
  [
    'broken off',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.destroy());
    },
    /Is it running\? \(automate start\)$/,
  ],
])('an answer that is %s is a reason', async (_, listener, reason) => {
  expect(await rulesOfEngine({ url: await answering(listener), token: undefined })).toEqual(
    typeof reason === 'string' ? reason : expect.stringMatching(reason),
  );
});

test('an engine is asked with its token', async () => {
  const asked: unknown[] = [];
  const url = await answering(({ url: path, headers }, response) => {
    asked.push([path, headers.authorization]);
    response.end(JSON.stringify(ANSWER));
  });
  expect(await rulesOfEngine({ url: `${url}/automate`, token: 'secret' })).toMatchObject({ version: '1.2.3' });
  expect(asked).toEqual([['/automate/api/rules', 'Bearer secret']]);
});
