import { InvalidArgumentError, Option } from 'commander';
import type { QoS } from '../core/event.ts';

/** `-q 0|1|2`. */
export function qosOption(): Option {
  return new Option('-q, --qos <qos>', 'quality of service: 0, 1 or 2').argParser(parseQos).default(0);
}

function parseQos(text: string): QoS {
  if (text === '0') return 0;
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new InvalidArgumentError('It is 0, 1 or 2.');
}
