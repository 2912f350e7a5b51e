import type { MessageProperties } from '../../../ports/transport.ts';
import type { Output } from './output.ts';

const NONE: MessageProperties = {};

/** Write the properties of a PUBLISH packet of MQTT 5 with their length in front. They have been checked. [MQTT 3.3.2.3] */
export function writeProperties(output: Output, properties: MessageProperties = NONE): void {
  const { messageExpiry, contentType, responseTopic, correlationData, user } = properties;
  const opened = output.open(0);
  if (messageExpiry !== undefined) {
    output.byte(2);
    output.uint32(messageExpiry);
  }
  if (contentType !== undefined) property(output, 3, contentType);
  if (responseTopic !== undefined) property(output, 8, responseTopic);
  if (correlationData !== undefined) property(output, 9, correlationData);
  for (const name in user) {
    const value = user[name] ?? [];
    if (typeof value === 'string') userProperty(output, name, value);
    else for (const one of value) userProperty(output, name, one);
  }
  output.close(opened);
}

function property(output: Output, code: number, value: string | Uint8Array): void {
  output.byte(code);
  output.counted(value);
}

function userProperty(output: Output, name: string, value: string): void {
  property(output, 38, name);
  output.counted(value);
}
