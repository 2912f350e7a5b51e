import type { Effect } from '../core/effect.ts';
import { payloadValue } from './payload-value.ts';
import { isoTime } from './recording/time.ts';

/** An effect as `automate replay` prints it: one line of JSON, without its line break. */
export function effectLine(effect: Effect): string {
  return JSON.stringify(lineOf(effect));
}

/** The keys in their order; what is undefined is left out. */
function lineOf(effect: Effect): unknown {
  const { rule, key, type } = effect;
  const at = isoTime(effect.at);
  switch (effect.type) {
    case 'publish': {
      const { topic, qos, retain, properties } = effect;
      return {
        at,
        rule,
        key,
        type,
        topic,
        payload: payloadValue(effect.payload),
        qos,
        retain,
        properties: properties?.user,
        content_type: properties?.contentType,
        message_expiry: properties?.messageExpiry,
      };
    }
    case 'alert':
      return { at, rule, key, type, topic: effect.topic, payload: effect.alert };
    case 'http': {
      const { method, url, headers, body } = effect;
      const shown = body === undefined ? undefined : payloadValue(body);
      return { at, rule, key, type, method, url, headers, body: shown };
    }
    case 'log':
      return { at, rule, key, type, level: effect.level, message: effect.message };
  }
}
