import type { AedesOptions } from 'aedes';
import { nameFault, topicFault } from '../../core/topics/topic.ts';
import type { DropReason } from '../../ports/drop-reason.ts';
import type { KeptFirst } from './kept-first.ts';
import type { OnceEach } from './once-each.ts';
import type { RetainedTopics } from './retained-topics.ts';

/**
 * What clients may say, as hooks of aedes. An Error given to one closes the client: on MQTT 3.1.1 there is no other
 * way to refuse a message.
 */
export function admission(
  retained: RetainedTopics,
  onceEach: OnceEach,
  keptFirst: KeptFirst,
  onDropped: (reason: DropReason) => void,
): Pick<Required<AedesOptions>, 'preConnect' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'> {
  return {
    preConnect: (client, packet, callback) => {
      onceEach.take(client);
      const fault =
        worded('the client id', textFault(packet.clientId)) ??
        worded('the user name', textFault(packet.username ?? '')) ??
        (packet.will === undefined ? undefined : worded('the topic of its will', publishFault(packet.will.topic)));
      callback(fault === undefined ? null : new Error(fault), fault === undefined);
    },
    authorizePublish: (client, packet, callback) => {
      const fault = worded('the topic of a message', publishFault(packet.topic));
      if (fault !== undefined) {
        onDropped('invalid_topic');
        callback(new Error(fault));
        return;
      }
      if (packet.retain && !retained.admits(packet.topic, packet.payload.length)) {
        onDropped('retained_limit');
        packet.retain = false;
      }
      keptFirst.admit(client, packet, () => callback(null));
    },
    authorizeSubscribe: (_client, subscription, callback) => {
      const fault = worded('a filter', textFault(subscription.topic));
      if (fault !== undefined) callback(new Error(fault));
      // aedes knows no shared subscriptions: granted, it would be one to which nothing ever comes.
      else callback(null, subscription.topic.startsWith('$share/') ? null : subscription);
    },
    authorizeForward: (client, packet) => onceEach.forward(client, packet),
  };
}

function publishFault(topic: string): string | null {
  if (topic.startsWith('$SYS/')) return 'it belongs to the broker';
  return topicFault(topic) ?? textFault(topic);
}

function textFault(text: string): string | null {
  // A decoder has put U+FFFD where the bytes were not UTF-8.
  return text.includes('\ufffd') ? 'it is not valid UTF-8' : nameFault(text);
}

function worded(what: string, fault: string | null): string | undefined {
  return fault === null ? undefined : `${what} cannot be used: ${fault}`;
}
