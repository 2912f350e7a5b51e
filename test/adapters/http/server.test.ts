import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Readiness } from '../../../src/adapters/http/application.ts';
import { httpServer } from '../../../src/adapters/http/server.ts';
import type { ShownRule, ShownRules } from '../../../src/adapters/http/rules.ts';
import type { ShownState } from '../../../src/adapters/http/state.ts';
import type { CellReading } from '../../../src/ports/readings.ts';
import { send, serving } from './ask.ts';
import { fixedApplication, PROBLEM } from './fixed-application.ts';

describe('routes', () => {
  test('metrics, in the format asked for', async () => {
    const { ask } = await serving();
    const { status, headers, body } = await ask('/metrics', { headers: { accept: 'text/plain' } });
    expect({ status, type: headers['content-type'], body }).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4',
      body: 'asked for text/plain\n',
    });
  });

  test('health, as long as the process lives', async () => {
    const { ask } = await serving({ ready: () => ({ ready: false, brokers: [], problems: [PROBLEM], state: null }) });
    const { status, body } = await ask('/healthz');
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('readiness, and what is missing', async () => {
    const readiness = {
      ready: false,
      brokers: [
        { name: 'plant', connected: true, subscribed: true, refused: [{ filter: 'a/#', reason: 'not authorized' }] },
      ],
      problems: [PROBLEM],
      state: 'the state in data/state cannot be written',
    };
    let now: Readiness = readiness;
    const { ask } = await serving({ ready: () => now });
    const before = await ask('/readyz');
    now = { ready: true, brokers: [], problems: [], state: null };
    const after = await ask('/readyz');
    expect([before.status, JSON.parse(before.body)]).toEqual([503, readiness]);
    expect([after.status, JSON.parse(after.body)]).toEqual([200, now]);
    expect(before.headers['content-type']).toBe('application/json');
  });

  test('what rules remember: of all keys that they do, of one key what', async () => {
    const asked: unknown[] = [];
    const cell = {
      rule: 'r',
      key: 'k',
      phase: 'pending',
      touchedAt: 1,
      nextAt: 5,
      states: [{ stage: 'level', state: 7 }],
    };
    const { ask } = await serving({
      cells: (rule, key) => {
        asked.push([rule, key]);
        return Array.from({ length: key === null ? 1003 : 1 }, () => cell) as CellReading[];
      },
    });
    const all = JSON.parse((await ask('/api/state')).body) as ShownState;
    expect([all.cells.length, all.more]).toEqual([1000, 3]);
    expect(all.cells[0]).toEqual({ rule: 'r', key: 'k', phase: 'pending', touchedAt: 1, nextAt: 5, stages: ['level'] });
    const one = JSON.parse((await ask('/api/state?rule=r&key=a%252Fb')).body) as ShownState;
    expect(one.cells[0]?.states).toEqual(cell.states);
    expect(asked).toEqual([
      [null, null],
      ['r', 'a%2Fb'],
    ]);
  });

  test('also of keys that wait in the store, as many as there is room for', async () => {
    const cell = (key: string) => ({ rule: 'r', key, phase: 'idle', touchedAt: 1, nextAt: null, states: [] }) as const;
    const asked: unknown[] = [];
    const { ask } = await serving({
      cells: (_rule, key) => (key === null ? Array.from({ length: 998 }, () => cell('here')) : []),
      dormant: () => 5,
      dormantCells: (...what) => {
        asked.push(what);
        return Promise.resolve(what[1] === null ? [cell('a'), cell('b')] : [cell(what[1])]);
      },
    });
    const { cells, more } = JSON.parse((await ask('/api/state?rule=r')).body) as ShownState;
    expect([cells.length, cells.at(-1)?.key, more]).toEqual([1000, 'b', 3]);
    const one = JSON.parse((await ask('/api/state?rule=r&key=b')).body) as ShownState;
    expect([one.cells.map(({ key, states }) => [key, states]), one.more]).toEqual([[['b', []]], 0]);
    expect(asked).toEqual([
      ['r', null, 2],
      ['r', 'b', 1000],
    ]);
  });

  test('the rules that run, however many there are', async () => {
    const rule: ShownRule = {
      id: 'r',
      file: 'rules/r.yaml',
      line: 2,
      column: 3,
      state: 'active',
      alert: false,
      stages: [{ kind: 'level', shape: 'level/2' }],
      keys: 12,
      pending: 1,
      active: 2,
    };
    let count = 0;
    const { ask } = await serving({
      rules: () => ({ version: '1.2.3', shadow: false, rules: Array.from({ length: count }, () => rule) }),
    });
    for (count of [0, 1, 500, 501, 100_000]) {
      const { status, headers, body } = await ask('/api/rules');
      expect([status, headers['content-type']]).toEqual([200, 'application/json']);
      const { rules, ...rest } = JSON.parse(body) as ShownRules & { readonly rules: readonly ShownRule[] };
      expect(rest).toEqual({ version: '1.2.3', shadow: false });
      expect([rules.length, rules.at(-1)]).toEqual([count, count === 0 ? undefined : rule]);
    }
    const head = await ask('/api/rules', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('a reload, answered when it is done', async () => {
    let finish = (): void => {};
    const reloading = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = 0;
    const { ask } = await serving({
      reload: async () => {
        begun += 1;
        if (begun === 1) await reloading;
        return { ok: true, rules: begun, changed: true };
      },
    });
    const first = ask('/api/reload', { method: 'POST' });
    await expect.poll(() => begun).toBe(1);
    const second = await ask('/api/reload', { method: 'POST', body: '', headers: { 'content-length': '0' } });
    finish();
    expect(JSON.parse((await first).body)).toMatchObject({ ok: true, changed: true });
    expect(second.status).toBe(200);
  });

  test('a reload of broken rules, answered with all that is wrong', async () => {
    const { ask } = await serving({ reload: () => Promise.resolve({ ok: false, problems: [PROBLEM], state: null }) });
    const { status, headers, body } = await ask('/api/reload', { method: 'POST' });
    expect({ status, type: headers['content-type'], body: JSON.parse(body) }).toEqual({
      status: 400,
      type: 'application/problem+json',
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: 'The rules that ran before run on: 1 problem in the new ones.',
        problems: [PROBLEM],
      },
    });
  });

  test.each([
    ['none', {}],
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['an empty form', { headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' } }],
    ['something odd', { headers: { 'content-type': 'x/y' }, body: 'x' }],
    ['something broken', { headers: { 'content-type': 'application/json' }, body: '{' }],
  ])('a reload does not mind a body that is %s', async (_what, question) => {
    const { ask } = await serving();
    expect((await ask('/api/reload', { method: 'POST', ...question })).status).toBe(200);
  });

  test('the start of a page to look at', async () => {
    const { ask } = await serving();
    const { status, headers, body } = await ask('/');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('<!doctype html>');
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('errors are problem details:', () => {
  test.each([
    ['nothing there', '/nothing?secret=1', 'GET', 404, 'There is nothing at /nothing.', undefined],
    ['a read that is no read', '/metrics', 'POST', 405, '/metrics is for GET and HEAD only.', 'GET, HEAD'],
    ['a write that is no write', '/api/reload', 'GET', 405, '/api/reload is for POST only.', 'POST'],
    ['a strange method', '/', 'PROPFIND', 405, '/ is for GET and HEAD only.', 'GET, HEAD'],
    ['a strange method elsewhere', '/x', 'LOCK', 404, 'There is nothing at /x.', undefined],
    ['a broken path', '/%zz', 'GET', 400, "'/%zz' is not a valid url component", undefined],
  ])('%s', async (_what, path, method, status, detail, allow) => {
    const { ask } = await serving();
    const answer = await ask(path, { method });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers.allow).toBe(allow);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'about:blank', status, detail });
    expect(answer.status).toBe(status);
  });

  test('too much', async () => {
    const { ask } = await serving();
    const { status, body } = await ask('/api/reload', { method: 'POST', body: 'x'.repeat(5_000) });
    expect([status, JSON.parse(body)]).toMatchObject([413, { status: 413, title: 'Payload Too Large' }]);
  });

  test('a mistake of ours, without telling the client about our insides', async () => {
    const errors: Error[] = [];
    const { ask } = await serving(
      { reload: () => Promise.reject(new Error('/secret/path')) },
      { onError: (error) => errors.push(error) },
    );
    const { status, body } = await ask('/api/reload', { method: 'POST' });
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
    expect(errors.map(({ message }) => message)).toEqual(['/secret/path']);
  });

  test('what is no HTTP', async () => {
    const { port } = await serving();
    expect(await send(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"status":400/);
  });

  test('headers without end', async () => {
    const { port } = await serving();
    const answer = await send(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('a client that does not get to the point', async () => {
    const { port } = await serving();
    expect(await send(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('start and stop', () => {
  test('a port that is taken is named, with what to do', async () => {
    const { port } = await serving();
    const second = httpServer({ host: '127.0.0.1', port }, fixedApplication());
    await expect(second.start()).rejects.toThrow(
      `The HTTP server cannot listen on http://127.0.0.1:${port}: another program uses that port. ` +
        'Stop it, or choose another port.',
    );
    await second.stop();
  });

  test('an address of another machine is named', async () => {
    const server = httpServer({ host: '192.0.2.1', port: 0, token: 'secret' }, fixedApplication());
    await expect(server.start()).rejects.toThrow('this machine does not have that address');
  });

  test.each([
    ['localhost', /^http:\/\/localhost:\d+$/],
    ['::1', /^http:\/\/\[::1\]:\d+$/],
  ])('the URL can be used: %s', async (host, form) => {
    const { url } = await serving({}, { host });
    expect(url).toMatch(form);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('stopping finishes the answer that is being given, and waits for nobody else', async () => {
    let finish = (): void => {};
    const server = httpServer(
      { host: '127.0.0.1', port: 0 },
      fixedApplication({
        reload: async () => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          return { ok: true, rules: 0, changed: false };
        },
      }),
    );
    const { url } = await server.start();
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await once(silent, 'connect');
    const asleep = finish;
    const answer = fetch(`${url}/api/reload`, { method: 'POST' });
    await expect.poll(() => finish).not.toBe(asleep);
    const stopped = server.stop();
    finish();
    expect((await answer).status).toBe(200);
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    silent.destroy();
  });

  test('stopping what was never started is fine', async () => {
    await httpServer({ host: '127.0.0.1', port: 0 }, fixedApplication()).stop();
  });
});
