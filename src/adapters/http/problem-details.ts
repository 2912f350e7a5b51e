import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { sendAs } from './send.ts';

/** Answer with an error as RFC 9457 has it. `more` is added to it as it is. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): FastifyReply {
  return sendAs(reply, status, PROBLEM_TYPE, problemDetails(status, detail, more));
}

/** The text of such an answer. */
export function problemDetails(status: number, detail: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more });
}

/** The media type of an answer that says what is wrong (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';
