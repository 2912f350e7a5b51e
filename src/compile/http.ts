import type { z } from 'zod';
import { ActionFailure, type Action } from '../core/action.ts';
import type { HttpEffect } from '../core/effect.ts';
import type { Scope } from '../core/scope.ts';
import { isLargerThan } from '../core/utf8.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileHeaders, type HeadersTemplate } from './http-headers.ts';
import { compileUrl, type UrlTemplate } from './http-url.ts';
import { compilePayload } from './payload.ts';
import type { PublishContext } from './publish.ts';
import type { Report } from './report.ts';
import type { httpShape } from './action-shapes.ts';
import { compilePieces, renderPieces, UnknownValue, wireText } from './template.ts';

/** One `http` as it is written. */
export type HttpSpec = Exclude<z.infer<typeof httpShape>, readonly unknown[]>;

/** Milliseconds an attempt may take: unless the rule says otherwise, and at the most. */
const TIMEOUT = 10_000;
const MAX_TIMEOUT = 60_000;

/** A server that restarts or is out of breath is back after this many. */
const RETRIES = 2;

/** Compile one `http`. */
export function compileHttp(spec: HttpSpec, path: Path, context: PublishContext): Action {
  const { names, report, maxPayloadBytes } = context;
  const { retry: retries = RETRIES } = spec;
  const url = compileUrl(spec.url, [...path, 'url'], names, report);
  const headers = compileHeaders(spec.headers ?? {}, [...path, 'headers'], names, report);
  const body = spec.body === undefined ? null : compileBody(spec.body, [...path, 'body'], context);
  const method = spec.method ?? (body === null ? 'GET' : 'POST');
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    const hint = 'Send it with method: POST, or put it into the query of the url';
    report.errorAtKey([...path, 'body'], 'unexpected-body', `a ${method} request has no body`, hint);
  }
  const timeoutMs = compileTimeout(spec.timeout, [...path, 'timeout'], report);
  return requestWith(url, headers, body, { method, timeoutMs, retries }, maxPayloadBytes);
}

/** Apart from `compileHttp`, whose closures would keep the report, and with it the whole document. */
function requestWith(
  url: UrlTemplate,
  headers: HeadersTemplate,
  body: RenderBody | null,
  fixed: Pick<HttpEffect, 'method' | 'timeoutMs' | 'retries'>,
  maxBodyBytes: number,
): Action {
  return {
    type: 'http',
    render(scope) {
      const to = url.render(scope);
      if (typeof to !== 'string') return to;
      const fields = headers.render(scope);
      if (fields instanceof ActionFailure) return fields;
      const content = body === null ? undefined : body(scope);
      if (content instanceof UnknownValue) return content.failureIn('body');
      if (content !== undefined) {
        if (isLargerThan(content.text, maxBodyBytes))
          return new ActionFailure('too_large', `the body is larger than ${maxBodyBytes} bytes`);
        if (!headers.has('content-type'))
          fields['Content-Type'] = content.isJson ? 'application/json' : 'text/plain; charset=utf-8';
      }
      return {
        type: 'http',
        rule: scope.rule,
        key: scope.key,
        at: scope.now,
        url: to,
        shown: url.shown,
        headers: fields,
        body: content?.text,
        ...fixed,
      };
    },
  };
}

function compileTimeout(timeout: string | undefined, path: Path, report: Report): number {
  const ms = timeout === undefined ? TIMEOUT : (parseDuration(timeout) ?? TIMEOUT);
  if (ms === 0 || ms > MAX_TIMEOUT) {
    report.error(path, 'invalid-value', 'a request may take from 1ms to 60s', 'The default is 10s, for each attempt');
  }
  return ms;
}

interface Body {
  readonly text: string;
  /** A list or mapping, whichever way it was written. */
  readonly isJson: boolean;
}

type RenderBody = (scope: Scope) => Body | UnknownValue;

function compileBody(value: NonNullable<HttpSpec['body']>, path: Path, { names, report }: PublishContext): RenderBody {
  if (typeof value !== 'string') return bodyOf(compilePayload(value, path, names, report), typeof value === 'object');
  const pieces = compilePieces(value, path, names, report);
  const [first, second] = pieces;
  if (first === undefined || second !== undefined || 'text' in first) return bodyOf(renderPieces(pieces), false);
  return bodyOfValue(first.value.get, new UnknownValue(first.source));
}

function bodyOf(render: (scope: Scope) => string | UnknownValue, isJson: boolean): RenderBody {
  return (scope) => {
    const text = render(scope);
    return typeof text === 'string' ? { text, isJson } : text;
  };
}

/** A text that is exactly one value is of the value's kind. */
function bodyOfValue(get: (scope: Scope) => unknown, unknown: UnknownValue): RenderBody {
  return (scope) => {
    const value = get(scope);
    const text = wireText(value);
    return text === null ? unknown : { text, isJson: typeof value === 'object' };
  };
}
