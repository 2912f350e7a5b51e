import type { SentFields } from '../compile/sent-fields.ts';
import { isMapping } from '../core/logic/value.ts';
import { JsonDelivery } from '../testing/recording/json-delivery.ts';
import type { RecordedMessage } from '../testing/recording/message.ts';

/** Topics that are looked at, and messages of each: every rule is compiled with what they have. */
const MAX_TOPICS = 200;
const MAX_MESSAGES = 4;

/** The fields that the first messages of the first topics of a recording have. */
export class RecordedFields {
  readonly #topics = new Map<string, { messages: number; readonly fields: Set<string> }>();

  see({ delivery }: RecordedMessage): void {
    if (!(delivery instanceof JsonDelivery) || !isMapping(delivery.value)) return;
    let seen = this.#topics.get(delivery.topic);
    if (seen === undefined) {
      if (this.#topics.size === MAX_TOPICS) return;
      this.#topics.set(delivery.topic, (seen = { messages: 0, fields: new Set() }));
    }
    if (seen.messages === MAX_MESSAGES) return;
    seen.messages++;
    for (const field of Object.keys(delivery.value)) seen.fields.add(field);
  }

  /** By topic. */
  get all(): SentFields[] {
    return [...this.#topics].map(([topic, { fields }]) => ({ topic, fields: [...fields] }));
  }
}
