import { describe, expect, test } from 'vitest';
import { httpServer } from '../../../src/adapters/http/server.ts';
import { send, serving, type Question } from './ask.ts';
import { fixedApplication } from './fixed-application.ts';

const write = (headers: Record<string, string>): Question => ({ method: 'POST', headers });
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const basic = (password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}`,
});

describe('the host', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:9464',
    '[::1]:9464',
    'localhost',
    'LOCALHOST:80',
    'localhost.',
    '192.168.1.7:9464',
  ])('may be %s', async (host) => {
    const { ask } = await serving();
    expect((await ask('/healthz', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:9464',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'a b',
    '[::1',
    '@',
  ])('may not be "%s"', async (host) => {
    const { ask } = await serving();
    const { status, headers } = await ask('/healthz', { headers: { host } });
    expect([status, headers['content-type']]).toEqual([421, 'application/problem+json']);
  });

  test.each(['GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 'GET /healthz HTTP/1.0\r\n\r\n'])(
    'must be there: %j',
    async (request) => {
      const { port } = await serving();
      expect(await send(port, request)).toMatch(/^HTTP\/1\.1 421 /);
    },
  );

  test('may be a name it is told of', async () => {
    const { ask } = await serving({}, { names: ['Automate.lan'] });
    expect((await ask('/healthz', { headers: { host: 'automate.lan:9464' } })).status).toBe(200);
  });
});

describe('other web pages', () => {
  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'nonsense' },
    { origin: 'http://localhost', host: 'localhost:99999' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('may not change anything: %o', async (headers: Record<string, string>) => {
    let reloads = 0;
    const { ask } = await serving({
      reload: () => {
        reloads += 1;
        return Promise.resolve({ ok: true, rules: 0, changed: false });
      },
    });
    const { status } = await ask('/api/reload', write(headers));
    expect([status, reloads]).toEqual([403, 0]);
  });

  test('may not read anything by script, but lead a person here', async () => {
    const { ask } = await serving();
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await ask('/metrics', { headers: foreign })).status).toBe(403);
    expect((await ask('/metrics', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await ask('/', { headers: { ...foreign, 'sec-fetch-mode': 'navigate' } })).status).toBe(200);
  });

  test('are never told that they may', async () => {
    const { ask } = await serving();
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const { headers } = await ask('/api/reload', { method, headers: { origin: 'https://evil.example' } });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('its own may', async () => {
    const { ask, port } = await serving();
    const headers = { host: `localhost:${port}`, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask('/api/reload', write(headers))).status).toBe(200);
    expect((await ask('/', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });
});

describe('the token', () => {
  test('is asked for at writes, on this machine', async () => {
    const { ask } = await serving({}, { token: 'secret' });
    expect((await ask('/metrics')).status).toBe(200);
    const without = await ask('/api/reload', write({}));
    expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="automate"']);
    expect((await ask('/api/reload', write(bearer('wrong')))).status).toBe(401);
    expect((await ask('/api/reload', write(bearer('secret!')))).status).toBe(401);
    expect((await ask('/api/reload', write({ authorization: 'bearer  secret' }))).status).toBe(200);
  });

  test('is asked for at everything, when other machines can ask', async () => {
    const { ask } = await serving({}, { host: '0.0.0.0', token: 'secret' });
    for (const path of ['/', '/metrics', '/healthz', '/readyz', '/nothing']) {
      expect((await ask(path)).status).toBe(401);
      expect((await ask(path, { headers: bearer('secret') })).status).not.toBe(401);
    }
  });

  test('is taken as the password of a browser, for reading only', async () => {
    const { ask } = await serving({}, { host: '0.0.0.0', token: 'secret' });
    expect((await ask('/')).headers['www-authenticate']).toContain('Basic');
    expect((await ask('/', { headers: basic('secret') })).status).toBe(200);
    expect((await ask('/', { headers: basic('wrong') })).status).toBe(401);
    expect((await ask('/api/reload', write(basic('secret')))).status).toBe(401);
  });

  test('does not make up for a foreign page or a wrong host', async () => {
    const { ask } = await serving({}, { token: 'secret' });
    const origin = 'https://evil.example';
    expect((await ask('/api/reload', write({ ...bearer('secret'), origin }))).status).toBe(403);
    expect((await ask('/api/reload', write({ ...bearer('secret'), host: 'evil.example' }))).status).toBe(421);
  });

  test.each(['0.0.0.0', '::', '192.168.1.7', 'automate.lan', '::ffff:10.0.0.1', ''])(
    'must be there to listen on "%s"',
    (host) => {
      expect(() => httpServer({ host, port: 0 }, fixedApplication())).toThrow('needs a token');
    },
  );

  test.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])(
    'need not be there to listen on %s',
    (host) => {
      expect(() => httpServer({ host, port: 0 }, fixedApplication())).not.toThrow();
    },
  );

  test.each(['', 'two words', 'grün', 'line\n'])('is not accepted as %o', (token) => {
    expect(() => httpServer({ host: '127.0.0.1', port: 0, token }, fixedApplication())).toThrow('ASCII');
  });
});

test('every answer says that it is not to be stored, framed, sniffed or referred to', async () => {
  const { ask } = await serving();
  for (const path of ['/', '/metrics', '/healthz', '/readyz', '/nothing']) {
    const { headers } = await ask(path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  }
});
