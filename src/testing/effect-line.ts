import type { Effect } from '../core/effect.ts';
import { isoTime } from './recording.ts';

/** An effect as `automate replay` prints it: one line of JSON, without its line break. */
export function effectLine(effect: Effect): string {
  const { at, rule, key } = effect;
  const head = { at: isoTime(at), rule, key, type: effect.type };
  switch (effect.type) {
    case 'publish': {
      const { topic, payload, qos, retain, properties } = effect;
      const { user, contentType, messageExpiry } = properties ?? {};
      return JSON.stringify({
        ...head,
        topic,
        payload: jsonOrText(payload),
        qos,
        retain,
        ...(user === undefined ? {} : { properties: user }),
        ...(contentType === undefined ? {} : { content_type: contentType }),
        ...(messageExpiry === undefined ? {} : { message_expiry: messageExpiry }),
      });
    }
    case 'alert':
      return JSON.stringify({ ...head, topic: effect.topic, payload: effect.alert });
    case 'log':
      return JSON.stringify({ ...head, level: effect.level, message: effect.message });
  }
}

/** The JSON value that a payload is, or the payload itself where it is none. */
function jsonOrText(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
