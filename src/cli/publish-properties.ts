import type { MessageProperties } from '../core/effect.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/**
 * The words behind `-D`, as mosquitto_pub takes them: `publish content-type text/plain publish user-property name value`.
 * Undefined if there are none.
 */
export function parseProperties(words: readonly string[]): MessageProperties | undefined {
  const properties: MessageProperties = {};
  const user = new Map<string, string[]>();
  const rest = [...words];
  const next = (what: string): string => {
    const word = rest.shift();
    if (word === undefined) throw usage(`${what} is missing`);
    return word;
  };
  while (rest.length > 0) {
    const packet = next('publish');
    if (packet.toLowerCase() !== 'publish')
      throw usage(`"${packet}" is no packet whose properties can be set here: only publish is`);
    const identifier = next('the name of a property');
    const value = next(`the value of ${identifier}`);
    switch (identifier) {
      case 'content-type':
        properties.contentType = value;
        break;
      case 'correlation-data':
        properties.correlationData = Buffer.from(value);
        break;
      case 'message-expiry-interval':
        properties.messageExpiry = seconds(value);
        break;
      case 'response-topic':
        properties.responseTopic = value;
        break;
      case 'user-property':
        user.set(value, [...(user.get(value) ?? []), next(`the value of the user property ${value}`)]);
        break;
      default:
        throw usage(`"${identifier}" is not one of ${KNOWN.join(', ')}`);
    }
  }
  if (user.size > 0) properties.user = Object.fromEntries(user);
  return words.length === 0 ? undefined : properties;
}

const KNOWN = ['content-type', 'correlation-data', 'message-expiry-interval', 'response-topic', 'user-property'];

function seconds(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number >= 2 ** 32) throw usage(`"${text}" is not a whole number of seconds`);
  return number;
}

function usage(reason: string): Failure {
  return new Failure(
    `-D: ${reason}. Write -D publish content-type text/plain, or -D publish user-property name value`,
    EXIT.usage,
  );
}
