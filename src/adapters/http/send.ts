import type { FastifyReply } from 'fastify';

/** Answer with a text of that media type, exactly: JSON has no charset, and fastify would add one to a string. */
export function sendAs(reply: FastifyReply, status: number, type: string, text: string): FastifyReply {
  return reply.code(status).type(type).send(Buffer.from(text));
}
