import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type LookupFunction, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpSender, type HttpSenderOptions } from '../../../src/adapters/http-client/http-sender.ts';
import { HTTP_LIMITS } from '../../../src/adapters/http-client/limits.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { makeCertificates } from '../../peers/certificates.ts';
import { needs } from '../../peers/needs.ts';
import { freePort } from '../../peers/port.ts';
import { inShort, request, resultOf } from './requesting.ts';
import { accept, answering, WebServer, type Heard } from './web-server.ts';

/** A sender with a clock that stands, whose waits are not shortened at random. */
function sending(options: HttpSenderOptions = {}) {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 10));
  const sender = httpSender(clock, { random: () => 0, ...options });
  onTestFinished(async () => void (await sender.stop(0)));
  /** Waits until another attempt is planned, answers after how long, and lets that time pass. */
  const waits = async (): Promise<number> => {
    while (clock.next === undefined) await new Promise((resolve) => setImmediate(resolve));
    const ms = clock.next - clock.now();
    clock.advance(clock.next);
    return ms;
  };
  return { clock, sender, waits };
}

/** A TCP server that does this with each connection; its address. */
async function tcpServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // The other side hangs up when it has seen enough.
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** Names mean these addresses; what was looked up is written down. */
function lookingUp(addresses: Readonly<Record<string, readonly string[]>>): {
  readonly asked: string[];
  readonly lookup: LookupFunction;
} {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, { all }, answer) => {
    asked.push(name);
    const found = (addresses[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const [first] = found;
    if (first === undefined)
      answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), []);
    else if (all === true) answer(null, found);
    else answer(null, first.address, first.family);
  };
  return { asked, lookup };
}

describe('a request', () => {
  test('goes out as the rule has it', async () => {
    const server = await WebServer.start();
    const { sender } = sending({ userAgent: 'automate/1.2.3' });
    const effect = request(`${server.url}/a%2Fb/c?d=e%20f`, {
      method: 'PUT',
      headers: { 'X-Room': 'Küche 25.5 °C', 'Content-Type': 'application/json' },
      body: '{"x":"ü"}',
    });
    expect(await resultOf(sender, effect)).toBe('ok');
    const { method, path, headers, body } = await server.hears(1);
    expect({ method, path, body }).toEqual({ method: 'PUT', path: '/a%2Fb/c?d=e%20f', body: '{"x":"ü"}' });
    expect(headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'user-agent': 'automate/1.2.3',
      accept: '*/*',
      'content-type': 'application/json',
      'content-length': '10',
    });
    expect(Buffer.from(String(headers['x-room']), 'latin1').toString()).toBe('Küche 25.5 °C');
    await resultOf(sender, { ...effect, body: undefined });
    expect((await server.hears(2)).headers['x-room']).toBe(headers['x-room']);
  });

  test.each(['GET', 'HEAD', 'DELETE', 'POST'] as const)('of %s without a body has none', async (method) => {
    const server = await WebServer.start();
    const { sender } = sending();
    expect(await resultOf(sender, request(server.url, { method }))).toBe('ok');
    const { headers, body } = await server.hears(1);
    expect({ body, type: headers['content-type'] }).toEqual({ body: '', type: undefined });
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  test('takes the login of its url, and another user agent', async () => {
    const server = await WebServer.start();
    const { sender } = sending();
    const url = server.url.replace('//', '//me:p%40ss@');
    expect(await resultOf(sender, request(url, { headers: { 'user-agent': 'mine' } }))).toBe('ok');
    expect((await server.hears(1)).headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
      'user-agent': 'mine',
    });
  });

  test('uses a connection again, but has one of its own where it must not be sent twice', async () => {
    const server = await WebServer.start();
    const { sender } = sending();
    for (const retries of [1, 1, 0, 1]) expect(await resultOf(sender, request(server.url, { retries }))).toBe('ok');
    expect(server.heard.map(({ connection }) => connection)).toEqual([1, 1, 2, 1]);
  });

  test('does not fail because a connection was closed that had served before', async () => {
    const server = await WebServer.start();
    const { sender, clock } = sending();
    const effect = request(server.url, { retries: 1 });
    expect(await resultOf(sender, effect)).toBe('ok');
    server.answer = ({ connection, response }) => (connection === 1 ? response.socket?.destroy() : response.end());
    expect(await resultOf(sender, effect)).toBe('ok');
    expect(clock.next).toBeUndefined();
    expect(server.heard.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  test.skipIf(!needs('openssl'))('is not sent to a server whose certificate nobody vouches for', async () => {
    const certificates = makeCertificates();
    onTestFinished(() => certificates.remove());
    const options = { cert: certificates.read('server.crt'), key: certificates.read('server.key') };
    const server = await WebServer.start(createSecureServer(options));
    const { sender } = sending();
    const effect = request(`https://127.0.0.1:${server.port}`);
    expect(await resultOf(sender, effect)).toMatch(/^error: .*certificate/);
    expect(server.heard).toEqual([]);
  });
});

describe('an answer', () => {
  test.each([200, 201, 202, 204, 206])('of %i is fine', async (status) => {
    const server = await WebServer.start();
    server.answer = answering(status);
    expect(await resultOf(sending().sender, request(server.url, { retries: 3 }))).toBe('ok');
  });

  test.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [404, 'Not Found'],
    [418, "I'm a Teapot"],
  ])('of %i is final', async (status, words) => {
    const server = await WebServer.start();
    server.answer = answering(status);
    const result = await resultOf(sending().sender, request(server.url, { retries: 3 }));
    expect(result).toBe(`error: the server answered ${status} ${words}`);
    expect(server.heard).toHaveLength(1);
  });

  test.each([301, 302, 303, 304, 307, 308])('of %i is not followed', async (status) => {
    const server = await WebServer.start();
    server.answer = answering([status, { location: `${server.url}/elsewhere` }]);
    const result = await resultOf(sending().sender, request(server.url, { retries: 3 }));
    expect(result).toMatch(new RegExp(`^error: the server answered ${status} .*, and redirects are not followed$`));
    expect(server.heard.map(({ path }) => path)).toEqual(['/']);
  });

  test.each([429, 500, 502, 503, 599])('of %i is tried again, after waits that double', async (status) => {
    const server = await WebServer.start();
    server.answer = answering(status, status, status, 200);
    const { sender, waits } = sending();
    const result = resultOf(sender, request(server.url, { retries: 3 }));
    expect([await waits(), await waits(), await waits()]).toEqual([1000, 2000, 4000]);
    expect(await result).toBe('ok');
    expect(server.heard).toHaveLength(4);
  });

  test('that stays bad is an error after the last attempt', async () => {
    const server = await WebServer.start();
    server.answer = answering(500);
    const { sender, waits } = sending();
    const result = resultOf(sender, request(server.url, { retries: 2 }));
    await waits();
    await waits();
    expect(await result).toBe('error: the server answered 500 Internal Server Error (3 attempts)');
    expect(await resultOf(sender, request(server.url))).toBe('error: the server answered 500 Internal Server Error');
    expect(server.heard).toHaveLength(4);
  });

  test.each([
    ['3', 3000],
    ['0', 1000],
    ['7200', 60_000],
    ['99999999999999999999', 60_000],
    ['Fri, 20 Nov 2026 10:00:07 GMT', 7000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 1000],
    ['Sat, 20 Nov 2027 10:00:00 GMT', 60_000],
    ['soon', 1000],
    ['-5', 1000],
  ])('that says Retry-After: %s is waited for', async (header, ms) => {
    const server = await WebServer.start();
    server.answer = answering([503, { 'retry-after': header }], 200);
    const { sender, waits } = sending();
    const result = resultOf(sender, request(server.url, { retries: 1 }));
    expect(await waits()).toBe(ms);
    expect(await result).toBe('ok');
  });

  test('has waits of up to half the length, at random', async () => {
    const server = await WebServer.start();
    server.answer = answering(500);
    const { sender, waits } = sending({ random: () => 0.5 });
    void resultOf(sender, request(server.url, { retries: 2 }));
    expect([await waits(), await waits()]).toEqual([750, 1500]);
  });

  test('that begins well and stops half-way counts, and is waited for no longer than its time', async () => {
    const server = await WebServer.start();
    server.answer = ({ response }) => void response.writeHead(200).write('a little');
    const effect = request(server.url, { timeoutMs: 50, retries: 3 });
    expect(await resultOf(sending().sender, effect)).toBe('ok');
    server.answer = ({ response }) =>
      void response.writeHead(200).write('a little', () => void setImmediate(() => response.destroy()));
    expect(await resultOf(sending().sender, request(server.url, { retries: 3 }))).toBe('ok');
    expect(server.heard).toHaveLength(2);
  });

  test('that does not end is cut off', async () => {
    const server = await WebServer.start();
    let written = 0;
    const closed = new Promise((resolve) => {
      server.answer = ({ response }) => {
        response.on('close', resolve);
        const chunk = Buffer.alloc(16 * 1024);
        const write = (): void => {
          while (!response.destroyed && response.write(chunk)) written += chunk.length;
        };
        response.on('drain', write);
        write();
      };
    });
    const effect = request(server.url, { timeoutMs: 60_000 });
    expect(await resultOf(sending().sender, effect)).toBe('ok');
    await closed;
    expect(written).toBeLessThan(16 * 1024 * 1024); // What fits into the buffers on the way, and no more.
  });

  test('that does not come is an error', async () => {
    const server = await WebServer.start();
    server.answer = () => {};
    const { sender } = sending();
    expect(await resultOf(sender, request(server.url, { timeoutMs: 50 }))).toBe('error: no answer within 50 ms');
    expect(sender.size).toBe(0);
  });

  test('that breaks off before it begins is tried again', async () => {
    const server = await WebServer.start();
    server.answer = (heard) => {
      server.answer = accept;
      heard.response.socket?.resetAndDestroy();
    };
    const { sender, waits } = sending();
    const result = resultOf(sender, request(server.url, { retries: 1 }));
    expect(await waits()).toBe(1000);
    expect(await result).toBe('ok');
  });

  test.each([
    ['is none', 'SSH-2.0-OpenSSH_9.2\r\n', 'Parse Error'],
    ['has too many headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'Header overflow'],
    [
      'changes the protocol unasked',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'the server has ended the connection',
    ],
    ['is cut off in its headers', 'HTTP/1.1 200 OK\r\nX: y', 'socket hang up'],
    ['is empty', '', 'socket hang up'],
  ])('that %s is an error', async (_, answer, reason) => {
    const url = await tcpServer((socket) => socket.once('data', () => socket.end(answer)));
    const { sender } = sending();
    const result = await resultOf(sender, request(url));
    expect(result).toMatch(/^error: /);
    expect(result).toContain(reason);
    expect(sender.size).toBe(0);
  });
});

describe('a server that is not there', () => {
  test('is an error with the reason of the system', async () => {
    const port = await freePort();
    const { sender, waits } = sending();
    expect(await resultOf(sender, request(`http://127.0.0.1:${port}`))).toBe(
      `error: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    const result = resultOf(sender, request(`http://localhost:${port}`, { retries: 1 }));
    await waits();
    expect(await result).toMatch(/^error: connect ECONNREFUSED .* \(2 attempts\)$/);
  });

  test('is looked for again', async () => {
    const server = await WebServer.start();
    const names: Record<string, string[]> = {};
    const { lookup, asked } = lookingUp(names);
    const { sender, waits } = sending({ lookup });
    const result = resultOf(sender, request(`http://device.test:${server.port}`, { retries: 1 }));
    await waits().then(() => (names['device.test'] = ['127.0.0.1']));
    expect(await result).toBe('error: getaddrinfo ENOTFOUND device.test (2 attempts)');
    expect(await resultOf(sender, request(`http://device.test:${server.port}`))).toBe('ok');
    expect(asked).toHaveLength(3);
    expect((await server.hears(1)).headers.host).toBe(`device.test:${server.port}`);
  });
});

describe('an address that is refused', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.0.1',
    'http://0xa9fea9fe/',
    'http://2852039166/',
    'http://[fe80::1]/',
    'http://[febf::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
  ])('%s', async (url) => {
    const { sender } = sending();
    const result = await resultOf(sender, request(url, { retries: 3 }));
    expect(result).toMatch(/^error: \S+ is refused: it is link-local, or/);
  });

  test.each([[['169.254.169.254']], [['fe80::1']], [['fe80::1%eth0', '169.254.1.1']]])(
    'behind a name: %j',
    async (addresses) => {
      const { asked, lookup } = lookingUp({ 'metadata.google.internal': addresses });
      const { sender } = sending({ lookup });
      const result = await resultOf(sender, request('http://metadata.google.internal/', { retries: 3 }));
      expect(result).toMatch(/^error: metadata\.google\.internal is \S+, which is refused: /);
      expect(asked).toHaveLength(1);
    },
  );

  test('beside another that is not is left out', async () => {
    const server = await WebServer.start();
    const { lookup } = lookingUp({ 'lamp.local': ['fe80::1', '169.254.3.4', '127.0.0.1'] });
    expect(await resultOf(sending({ lookup }).sender, request(`http://lamp.local:${server.port}`))).toBe('ok');
  });

  test('cannot come in between: a connection goes to what was looked at', async () => {
    const server = await WebServer.start();
    const names = { 'turn.test': ['127.0.0.1'] };
    const { asked, lookup } = lookingUp(names);
    const turning: LookupFunction = (name, options, answer) => {
      lookup(name, options, answer);
      names['turn.test'] = ['169.254.169.254'];
    };
    const { sender } = sending({ lookup: turning });
    const effect = request(`http://turn.test:${server.port}`);
    expect(await resultOf(sender, effect)).toBe('ok');
    expect(asked).toHaveLength(1);
    expect(await resultOf(sender, effect)).toContain('is refused');
    expect(server.heard).toHaveLength(1);
  });
});

describe('many requests', () => {
  test('are sent a few at a time, in all and to one server', async () => {
    const { sender } = sending({ limits: { ...HTTP_LIMITS, inFlight: 5, perServer: 3 } });
    const [first, second] = [await WebServer.start(), await WebServer.start()];
    const held: Heard[] = [];
    for (const server of [first, second]) server.answer = (heard) => held.push(heard);
    const results = [first, second].flatMap(({ url }) =>
      Array.from({ length: 50 }, (_, i) => resultOf(sender, request(url, { key: String(i), retries: 1 }))),
    );
    await Promise.all([first.hears(3), second.hears(2)]);
    for (const server of [first, second]) server.answer = (heard) => setImmediate(accept, heard);
    held.forEach(accept);
    expect(new Set(await Promise.all(results))).toEqual(new Set(['ok']));
    expect(first.most).toBe(3);
    expect(second.most).toBeLessThanOrEqual(3);
    expect([first, second].map(({ heard }) => heard.length)).toEqual([50, 50]);
    expect(held).toHaveLength(5);
    expect(sender.size).toBe(0);
  });

  test('to a server that does not answer hold up no other', async () => {
    const [silent, quick] = [await WebServer.start(), await WebServer.start()];
    silent.answer = () => {};
    const { sender } = sending();
    for (let i = 0; i < 100; i++) sender.send(request(silent.url, { key: String(i) }), () => {});
    expect(await resultOf(sender, request(quick.url))).toBe('ok');
    expect(sender.size).toBe(100);
  });

  test('are bounded by their bytes, too', async () => {
    const server = await WebServer.start();
    server.answer = () => {};
    const { sender } = sending({ limits: { ...HTTP_LIMITS, queueBytes: 10_000 } });
    const told: string[] = [];
    for (let i = 0; i < 4; i++) {
      const effect = request(server.url, { key: String(i), body: 'x'.repeat(3000) });
      sender.send(effect, ({ key }, outcome) => told.push(`${key} ${inShort(outcome)}`));
    }
    expect(told).toEqual(['3 dropped: http_queue_full']);
    expect(await sender.stop(0)).toBe(3);
  });

  test('of one rule and key keep their order when one of them has to be tried again', async () => {
    const server = await WebServer.start();
    server.answer = answering(500, 200);
    const { sender, waits } = sending();
    const results = ['on', 'off'].map((body) => resultOf(sender, request(server.url, { body, retries: 1 })));
    await waits();
    expect(await Promise.all(results)).toEqual(['ok', 'ok']);
    expect(server.bodies).toEqual(['on', 'on', 'off']);
  });

  test('that wait for another attempt take up no place, and are given up at the end', async () => {
    const [failing, quick] = [await WebServer.start(), await WebServer.start()];
    failing.answer = answering(503);
    const { sender, clock } = sending({ limits: { ...HTTP_LIMITS, inFlight: 1 } });
    const first = resultOf(sender, request(failing.url, { retries: 10 }));
    expect(await resultOf(sender, request(quick.url))).toBe('ok');
    expect(clock.next).toBeDefined();
    expect(await sender.stop(0)).toBe(1);
    expect(await first).toBe('dropped: http_stopped');
    expect(clock.next).toBeUndefined();
  });
});
