import type { Delivery } from '../../ports/transport.ts';
import { JsonDelivery } from './json-delivery.ts';

/** One message of a recording, at its moment of arrival (epoch ms). */
export interface RecordedMessage {
  readonly at: number;
  readonly delivery: Delivery;
}

/** Whether the payload of a message has more than so many bytes. */
export function isLargerThan({ delivery }: RecordedMessage, bytes: number): boolean {
  return !(delivery instanceof JsonDelivery && delivery.mostBytes <= bytes) && delivery.payload.length > bytes;
}
