import type { Delivery } from '../../ports/transport.ts';

/** One message of a recording, at its moment of arrival (epoch ms). */
export interface RecordedMessage {
  readonly at: number;
  readonly delivery: Delivery;
}
