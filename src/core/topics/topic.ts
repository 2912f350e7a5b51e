import { isLargerThan } from '../utf8.ts';

/** The longest topic MQTT can carry, in bytes of UTF-8 [MQTT-4.7.3-3]. */
const MAX_TOPIC_BYTES = 65_535;

/** More levels than any real topic has; it bounds the work of matching. */
export const MAX_TOPIC_LEVELS = 128;

/** NUL, C0 and C1 control characters and non-characters, which MQTT advises against and brokers disconnect for [MQTT-1.5.4-2]. */
const CONTROL = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

/** Why a message may not be published to this topic, in words, or null if it may. */
export function topicFault(topic: string): string | null {
  if (topic.length === 0) return 'it is empty';
  if (topic.includes('+') || topic.includes('#')) return 'it has a wildcard (+ or #)';
  return nameFault(topic);
}

/** What neither a topic nor a filter may have, in words, or null. */
export function nameFault(name: string): string | null {
  if (CONTROL.test(name)) return 'it has a control character';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (isLargerThan(name, MAX_TOPIC_BYTES)) return 'it is longer than 65 535 bytes';
  if (levelCount(name) > MAX_TOPIC_LEVELS) return `it has more than ${MAX_TOPIC_LEVELS} levels`;
  return null;
}

function levelCount(name: string): number {
  let count = 1;
  for (let i = name.indexOf('/'); i !== -1; i = name.indexOf('/', i + 1)) count++;
  return count;
}
