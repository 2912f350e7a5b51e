import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import type { HttpEffect } from '../../src/core/effect.ts';
import { Player, PLAY_SETTINGS } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

const VARS = {
  base: 'https://push.example/api',
  token: 'a/b?c=d&e',
  hook: 'https://me:secret@hooks.example/T0/B0/x',
  spaced: 'a b',
};

/** The request that a rule with this `http` makes of a message to `in/kitchen`, or why it makes none. */
function requested(http: Readonly<Record<string, unknown>>, payload: unknown = {}): HttpEffect | string {
  const rule = { id: 'r', on: 'in/+room', http, on_error: { log: '${error}' } };
  const [effect] = new Player(JSON.stringify({ vars: VARS, rules: [rule] })).send({ topic: 'in/kitchen', payload });
  if (effect === undefined) return 'nothing';
  return effect.type === 'http' ? effect : effect.type === 'log' ? `error: ${effect.message}` : effect.type;
}

/** Its url. */
function urlOf(url: string, payload: unknown = {}): string {
  const effect = requested({ url }, payload);
  return typeof effect === 'string' ? effect : effect.url;
}

/** The problems in short, of a rule with this `http` in flow YAML: `column code: message`. */
function problemsOf(http: string): string[] {
  const text = `vars: ${JSON.stringify({ ...VARS, broken: 'a\nb' })}\nrules:\n- { id: r, on: in/+room, http: ${http} }\n`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const { problems } = compileFile('a.yaml', text, PLAY_SETTINGS, surroundings);
  return problems.map(({ line, column, code, message }) => `${line}:${column - 32} ${code}: ${message}`);
}

describe('http', () => {
  test('is a GET without more, of 10 s and three attempts', () => {
    expect(requested({ url: 'http://lamp.local/toggle' })).toEqual({
      type: 'http',
      rule: 'r',
      key: 'kitchen',
      at: 0,
      url: 'http://lamp.local/toggle',
      shown: 'http://lamp.local/toggle',
      method: 'GET',
      headers: {},
      body: undefined,
      timeoutMs: 10_000,
      retries: 2,
      moment: expect.objectContaining({ topic: 'in/kitchen', payload: {} }) as unknown,
    });
  });

  test('takes every field', () => {
    const effect = requested(
      {
        url: 'https://a.example/${room}',
        method: 'PUT',
        headers: { 'X-Token': '${token}', Title: 'in ${room}', Left: '${nothing ?? omit}', __proto__: 'p' },
        body: { v: '${v}' },
        timeout: '2500ms',
        retry: 0,
      },
      { v: 1 },
    );
    expect(effect).toMatchObject({
      url: 'https://a.example/kitchen',
      method: 'PUT',
      body: '{"v":1}',
      timeoutMs: 2500,
      retries: 0,
    });
    expect(Object.entries((effect as HttpEffect).headers)).toEqual([
      ['X-Token', 'a/b?c=d&e'],
      ['Title', 'in kitchen'],
      ['Content-Type', 'application/json'],
    ]);
  });

  test('comes after publish and before log, one or several, in every branch', () => {
    const rule = `
      id: r
      on: in
      if: payload == 1
      log: said
      http: [{ url: "http://a/1" }, { url: "http://a/\${nothing}" }]
      publish: { topic: out }
      else: { http: { url: "http://a/else" } }
      on_error: { http: { url: "http://a/error", body: "\${error}" } }`;
    const player = new Player(rule);
    const brief = (payload: number): string[] =>
      player
        .send({ topic: 'in', payload })
        .map((effect) =>
          effect.type === 'http' ? `${effect.method} ${effect.url} ${effect.body ?? ''}`.trim() : effect.type,
        );
    expect(brief(1)).toEqual([
      'publish',
      'GET http://a/1',
      'POST http://a/error ${nothing} in the url is unknown',
      'log',
    ]);
    expect(brief(2)).toEqual(['GET http://a/else']);
    const end = new Player('{ id: r, on: in, if: payload == 1, end: { http: { url: "http://a/end" } } }');
    end.send({ topic: 'in', payload: 1 });
    expect(end.send({ topic: 'in', payload: 2 })).toMatchObject([{ url: 'http://a/end' }]);
    const steps = new Player(
      '{ id: r, on: in, do: [{ http: { url: "http://a/1" } }, { wait: 5s }, { http: { url: "http://a/${payload}" } }] }',
    );
    expect(steps.send({ topic: 'in', payload: 2 })).toMatchObject([{ url: 'http://a/1', at: 0 }]);
    expect(steps.advance(5000)).toMatchObject([{ url: 'http://a/2', at: 5000 }]);
  });

  test('is compared by distinct: true', () => {
    const player = new Player(
      '{ id: r, on: in, distinct: true, http: { url: "http://a/${u}", headers: { H: "${h}" }, body: "${b}" } }',
    );
    const sent = { u: 1, h: 1, b: 1 };
    const count = (payload: unknown): number => player.send({ topic: 'in', payload }).length;
    expect([sent, sent, { ...sent, u: 2 }, { ...sent, h: 2 }, { ...sent, b: 2 }, { ...sent, b: 2 }].map(count)).toEqual(
      [1, 0, 1, 1, 1, 0],
    );
  });
});

describe('a body', () => {
  test.each<[unknown, unknown, string, string]>([
    ['${v} °C', { v: 21 }, '21 °C', 'text/plain; charset=utf-8'],
    ['', {}, '', 'text/plain; charset=utf-8'],
    [5, {}, '5', 'text/plain; charset=utf-8'],
    [true, {}, 'true', 'text/plain; charset=utf-8'],
    [{ v: '${v}' }, { v: 21 }, '{"v":21}', 'application/json'],
    [['${v}'], { v: 'x' }, '["x"]', 'application/json'],
    // What is exactly one value is of its kind.
    ['${payload}', { v: 1 }, '{"v":1}', 'application/json'],
    ['${v}', { v: [1] }, '[1]', 'application/json'],
    ['${v}', { v: '{"a":1}' }, '{"a":1}', 'text/plain; charset=utf-8'],
    ['${v} ', { v: { a: 1 } }, '{"a":1} ', 'text/plain; charset=utf-8'],
  ])('%j of %j is %s, as %s', (body, payload, text, type) => {
    expect(requested({ url: 'http://a', body }, payload)).toMatchObject({
      method: 'POST',
      body: text,
      headers: { 'Content-Type': type },
    });
  });

  test('has the type that the rule says, whatever the case of the name', () => {
    const headers = { 'content-TYPE': 'application/cbor' };
    expect(requested({ url: 'http://a', headers, body: {} })).toMatchObject({ headers });
  });

  test.each([
    ['${v}', '${v} in the body is unknown'],
    [{ v: '${v}' }, '${v} in the body is unknown'],
    ['${"x" + v}', '${"x" + v} in the body is unknown'],
  ])('%j with an unknown value is not sent', (body, message) => {
    expect(requested({ url: 'http://a', body })).toBe(`error: ${message}`);
  });

  test('that is too large is not sent, and counted', () => {
    const player = new Player('{ id: r, on: a, http: { url: "http://a", body: "${payload}${payload}" } }');
    expect(player.send({ topic: 'a', payload: 'x'.repeat(131_072) })).toHaveLength(1);
    expect(player.send({ topic: 'a', payload: 'x'.repeat(131_073) })).toEqual([]);
    expect(player.machine.tallyOf('r')).toMatchObject({ errors: { too_large: 1 }, actions: { http: { error: 1 } } });
  });
});

describe('a url', () => {
  test.each<[string, unknown, string]>([
    ['http://a/${v}/x', { v: 'b c' }, 'http://a/b%20c/x'],
    ['http://a/${v}', { v: 'b/../c?d#e' }, 'http://a/b%2F..%2Fc%3Fd%23e'],
    ['http://a/${v}', { v: '%2e%2e' }, 'http://a/%252e%252e'],
    ['http://a/${v}', { v: 'ü€' }, 'http://a/%C3%BC%E2%82%AC'],
    ['http://a/${v}', { v: 25.5 }, 'http://a/25.5'],
    ['http://a/x${v}', { v: '..' }, 'http://a/x..'],
    ['http://a/?q=${v}&r=1', { v: 'x&y=z#' }, 'http://a/?q=x%26y%3Dz%23&r=1'],
    ['http://a/?q=${v}', { v: '' }, 'http://a/?q='],
    ['http://a/?q=${v}', { v: { a: 1 } }, 'http://a/?q=%7B%22a%22%3A1%7D'],
    ['http://a/?q=..', {}, 'http://a/?q=..'],
    ['HTTP://A/é', {}, 'http://a/%C3%A9'],
    // A host or a port may be a value.
    ['http://${ip}/relay', { ip: '192.168.1.5' }, 'http://192.168.1.5/relay'],
    ['http://192.168.1.${n}/', { n: 7 }, 'http://192.168.1.7/'],
    ['http://a:${port}/', { port: 8080 }, 'http://a:8080/'],
    ['http://${h}.${z}:${port}/', { h: 'a', z: 'b', port: 1 }, 'http://a.b:1/'],
    // What stands at the very start is taken as it is.
    ['${u}', { u: 'https://a/b?c=d' }, 'https://a/b?c=d'],
    ['${u}/${v}', { u: 'http://a/b', v: '/' }, 'http://a/b/%2F'],
    // So are values of vars.
    ['${base}/${room}?t=${token}', {}, 'https://push.example/api/kitchen?t=a/b?c=d&e'],
    ['http://a/${join([base, room], "/")}', {}, 'http://a/https%3A%2F%2Fpush.example%2Fapi%2Fkitchen'],
    ['${hook}', {}, 'https://me:secret@hooks.example/T0/B0/x'],
    ['http://u:p%40@${h}/', { h: 'a' }, 'http://u:p%40@a/'],
  ])('%s of %j is %s', (url, payload, expected) => {
    expect(urlOf(url, payload)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ['http://a/${v}', {}, '${v} in the url is unknown'],
    ['${v}', {}, '${v} in the url is unknown'],
    ['http://a/${v}', { v: '' }, '${v} in the url is empty'],
    ['http://${v}/a', { v: '' }, '${v} in the url is empty'],
    ['http://a/${v}', '{"v":"\\ud800"}', '${v} in the url is not valid Unicode'],
    ['http://a/${v}', { v: '..' }, 'no request can be sent to http://a/${v}: it has a . or .. in its path'],
    ['http://a/b/.${v}/c', { v: '.' }, 'no request can be sent to http://a/b/.${v}/c: it has a . or .. in its path'],
    ['http://${v}/', { v: 'a/b' }, 'no request can be sent to http://${v}/: its host or port is not valid'],
    ['http://${v}/', { v: 'me@a' }, 'no request can be sent to http://${v}/: its host or port is not valid'],
    ['http://a:${v}/', { v: '1@b' }, 'no request can be sent to http://a:${v}/: its host or port is not valid'],
    ['http://a:${v}/', { v: 65536 }, 'no request can be sent to http://a:${v}/: its host or port is not valid'],
    ['${v}', { v: 'ftp://a' }, 'no request can be sent to ${v}: it begins with neither http:// nor https://'],
    ['${v}', { v: 'file:///etc' }, 'no request can be sent to ${v}: it begins with neither http:// nor https://'],
    ['${v}', { v: 'http://me:pw@a' }, 'no request can be sent to ${v}: its user or password comes from a message'],
    ['${v}', { v: 'http://a/\r\nX: y' }, 'no request can be sent to ${v}: it has a space, a control character or a \\'],
    ['${v}', { v: 'http://a\\b' }, 'no request can be sent to ${v}: it has a space, a control character or a \\'],
    [
      '${v}',
      { v: 'http://a/#b' },
      'no request can be sent to ${v}: it has a #, and what follows that is not sent; in a path or query it is %23',
    ],
    [
      'http://a/${v}',
      { v: 'x'.repeat(8192) },
      'no request can be sent to http://a/${v}: it is longer than 8192 characters',
    ],
  ])('%s of %j is none', (url, payload, message) => {
    expect(urlOf(url, payload)).toBe(`error: ${message}`);
  });

  test.each([
    ['${base}/${room}?key=${token}', '${base}/${room}'],
    ['https://bot.example/bot${token}/send?x=${room}', 'https://bot.example/bot${token}/send'],
    ['https://me:pw@a.example/b?c', 'https://a.example/b'],
    ['https://me:${token}@a.example/b', 'https://a.example/b'],
    ['http://a/${room == "x" ? 1 : 2}/b', 'http://a/${room == "x" ? 1 : 2}/b'],
  ])('%s is shown as %s', (url, shown) => {
    const vars = { ...VARS, token: 'pw' };
    const rule = { id: 'r', on: 'in/+room', http: { url } };
    const [effect] = new Player(JSON.stringify({ vars, rules: [rule] })).send({ topic: 'in/kitchen' });
    expect(effect).toMatchObject({ shown });
  });

  test('keeps every value in its place, whatever is in it', () => {
    const player = new Player('{ id: r, on: in, http: { url: "https://a.example/x/${p}/y?q=${q}&z=1" } }');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (p, q) => {
        const [effect] = player.send({ topic: 'in', payload: { p, q } });
        if (effect?.type !== 'http') return;
        const url = new URL(effect.url);
        expect([url.origin, url.username, url.hash]).toEqual(['https://a.example', '', '']);
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'x', p, 'y']);
        expect([...url.searchParams]).toEqual([
          ['q', q],
          ['z', '1'],
        ]);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a header', () => {
  test.each([
    ['a\r\nX-Evil: 1', 'it has a line break or another control character'],
    ['a\n', 'it has a line break or another control character'],
    ['\u0000', 'it has a line break or another control character'],
    ['\t', 'it has a line break or another control character'],
    ['\u0085', 'it has a line break or another control character'],
  ])('with %j is not sent', (v, fault) => {
    const effect = requested({ url: 'http://a', headers: { 'X-Room': 'is ${v}' } }, { v });
    expect(effect).toBe(`error: the header X-Room cannot be sent: ${fault}`);
  });

  test('that is unknown, or that is no text, is not sent', () => {
    const headers = { 'X-Room': '${v}' };
    expect(requested({ url: 'http://a', headers })).toBe('error: ${v} in the headers is unknown');
    expect(requested({ url: 'http://a', headers }, '{"v":"\\ud800"}')).toBe(
      'error: the header X-Room cannot be sent: it is not valid Unicode',
    );
    expect(requested({ url: 'http://a', headers }, { v: ['ü'] })).toMatchObject({ headers: { 'X-Room': '["ü"]' } });
  });

  test('is one of not too much in all', () => {
    const headers = { A: '${v}', B: '${v}' };
    expect(requested({ url: 'http://a', headers }, { v: 'x'.repeat(8191) })).toMatchObject({ type: 'http' });
    expect(requested({ url: 'http://a', headers }, { v: 'x'.repeat(8192) })).toBe(
      'error: the headers are longer than 16384 characters',
    );
  });
});

test('what cannot be sent is counted for the rule and the action', () => {
  const player = new Player('{ id: r, on: in, http: { url: "http://a/${payload}", headers: { A: "${payload}" } } }');
  for (const payload of ['', '..', 'a\nb', 'fine']) player.send({ topic: 'in', payload });
  expect(player.machine.tallyOf('r')).toMatchObject({
    errors: { bad_request: 3 },
    actions: { http: { error: 3 } },
    fired: 1,
  });
});

describe('a mistake', () => {
  test.each([
    ['{ method: GET }', '0 missing-key: `http` needs the key "url"'],
    ['{ url: "http://a", uri: b }', '19 unknown-key: "uri" is not a key of `http`'],
    [
      '{ url: "http://a", method: post }',
      '27 invalid-value: "post" is not one of the values for `method`: "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"',
    ],
    [
      '{ url: "ftp://a" }',
      '7 invalid-url: no request can be sent to this url: it begins with neither http:// nor https://',
    ],
    ['{ url: "" }', '7 invalid-url: no request can be sent to this url: it begins with neither http:// nor https://'],
    [
      '{ url: a.example/b }',
      '7 invalid-url: no request can be sent to this url: it begins with neither http:// nor https://',
    ],
    [
      '{ url: "http:a" }',
      '7 invalid-url: no request can be sent to this url: it begins with neither http:// nor https://',
    ],
    [
      '{ url: "http://169.254.169.254/latest" }',
      '7 invalid-url: no request is sent to 169.254.169.254: it is link-local',
    ],
    ['{ url: "http://2852039166/${room}" }', '7 invalid-url: no request is sent to 169.254.169.254: it is link-local'],
    ['{ url: "http://[fe80::1]/" }', '7 invalid-url: no request is sent to [fe80::1]: it is link-local'],
    [
      '{ url: "http://[::ffff:169.254.1.1]/" }',
      '7 invalid-url: no request is sent to [::ffff:a9fe:101]: it is link-local',
    ],
    ['{ url: "http://" }', '7 invalid-url: no request can be sent to this url: its host or port is not valid'],
    [
      '{ url: "http://a:99999/${room}" }',
      '7 invalid-url: no request can be sent to this url: its host or port is not valid',
    ],
    [
      '{ url: "http://a/b c" }',
      '7 invalid-url: no request can be sent to this url: it has a space, a control character or a \\',
    ],
    [
      '{ url: "http://a/${spaced}" }',
      '7 invalid-url: no request can be sent to this url: it has a space, a control character or a \\',
    ],
    ['{ url: "http://a/../b" }', '7 invalid-url: no request can be sent to this url: it has a . or .. in its path'],
    ['{ url: "http://a/%2E./b" }', '7 invalid-url: no request can be sent to this url: it has a . or .. in its path'],
    [
      '{ url: "http://a/?c=#general" }',
      '7 invalid-url: no request can be sent to this url: it has a #, and what follows that is not sent; in a path or query it is %23',
    ],
    [
      '{ url: "http://me:${room}@a/" }',
      '7 invalid-url: no request can be sent to this url: its user or password comes from a message',
    ],
    [
      '{ url: "http://me:%zz@a/" }',
      '7 invalid-url: no request can be sent to this url: its user or password has a % that stands for nothing; itself it is %25',
    ],
    ['{ url: "http://a/${roundd(1)}" }', '19 unknown-operator: no operator is called "roundd"'],
    ['{ url: "${x ?? omit}" }', '15 misplaced-omit: `omit` stands in an entry of a mapping or an element of a list'],
    ['{ url: "http://a", method: GET, body: x }', '32 unexpected-body: a GET request has no body'],
    ['{ url: "http://a", method: HEAD, body: {} }', '33 unexpected-body: a HEAD request has no body'],
    [
      '{ url: "http://a", body: "${x ?? omit}" }',
      '33 misplaced-omit: `omit` stands in an entry of a mapping or an element of a list',
    ],
    [
      '{ url: "http://a", body: { "${x}": 1 } }',
      '27 template-key: a key is sent as it is written: `${…}` has a meaning only in values',
    ],
    ['{ url: "http://a", timeout: 61s }', '28 invalid-value: a request may take from 1ms to 60s'],
    ['{ url: "http://a", timeout: 0s }', '28 invalid-value: a request may take from 1ms to 60s'],
    ['{ url: "http://a", timeout: 5 }', '28 wrong-type: expected a duration for `timeout`, got a number'],
    ['{ url: "http://a", headers: { "X Y": a } }', '30 invalid-header: "X Y" is not the name of a header'],
    ['{ url: "http://a", headers: { "": a } }', '30 invalid-header: "" is not the name of a header'],
    [
      '{ url: "http://a", headers: { "${room}": a } }',
      '30 template-key: a key is sent as it is written: `${…}` has a meaning only in values',
    ],
    ['{ url: "http://a", headers: { Host: b } }', '30 refused-header: the header "Host" is not for a rule to set'],
    [
      '{ url: "http://a", headers: { content-length: "5" } }',
      '30 refused-header: the header "content-length" is not for a rule to set',
    ],
    [
      '{ url: "http://a", headers: { Transfer-Encoding: x } }',
      '30 refused-header: the header "Transfer-Encoding" is not for a rule to set',
    ],
    ['{ url: "http://a", headers: { A: x, a: y } }', '36 duplicate-header: the header "a" is there twice'],
    [
      '{ url: "http://a", headers: { A: "x\\r\\ny" } }',
      '33 invalid-header: this header cannot be sent: it has a line break or another control character',
    ],
    [
      '{ url: "http://a", headers: { A: "Bearer ${broken}" } }',
      '33 invalid-header: this header cannot be sent: it has a line break or another control character',
    ],
    ['{ url: "http://a", headers: { A: 5 } }', '33 wrong-type: expected a text for `A`, got a number'],
  ])('%s', (http, expected) => {
    expect(problemsOf(http)).toEqual([`3:${expected}`]);
  });

  test.each([-1, 11, 1.5, '"3"'])('of retry: %s', (retry) => {
    expect(problemsOf(`{ url: "http://a", retry: ${retry} }`)).toHaveLength(1);
  });

  test('is shown with every other, in each of a list', () => {
    const http = '[{ url: "http://a" }, { url: b, timeout: 2m, headers: { Host: "${", TE: a } }]';
    expect(problemsOf(http).map((line) => line.split(':')[1])).toEqual([
      '29 invalid-url',
      '41 invalid-value',
      '56 refused-header',
      '63 not-closed',
      '68 refused-header',
    ]);
  });

  test('does not show what comes from vars', () => {
    const shown = JSON.stringify([problemsOf('{ url: "http://a/${spaced}" }'), problemsOf('{ url: "${hook} " }')]);
    expect(shown).not.toMatch(/a b|secret/);
  });
});
