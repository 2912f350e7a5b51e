import type { BrokerReading, Readings } from '../../ports/readings.ts';
import type { MetricReader, Sample } from './metric.ts';

/** Brokers, each under its name in the configuration. */
export function brokerMetrics(readings: Readings): readonly MetricReader[] {
  const each = (value: (broker: BrokerReading) => number) => (): Sample[] =>
    Array.from(readings.brokers(), (broker) => ({ labels: { broker: broker.name }, value: value(broker) }));
  return [
    {
      name: 'automate_messages_received_total',
      type: 'counter',
      help: 'Messages that came in from a broker.',
      read: each((broker) => broker.received),
    },
    {
      name: 'automate_broker_connected',
      type: 'gauge',
      help: 'Whether the engine is connected to a broker: 1 or 0.',
      read: each((broker) => (broker.connected ? 1 : 0)),
    },
    {
      name: 'automate_broker_reconnects_total',
      type: 'counter',
      help: 'How often the connection to a broker was made again after it was lost.',
      read: each((broker) => broker.reconnects),
    },
    {
      name: 'automate_sessions_lost_total',
      type: 'counter',
      help: 'How often a broker had not kept the session, so that what it was to send is lost.',
      read: each((broker) => broker.sessionsLost),
    },
    {
      name: 'automate_subscriptions_refused',
      type: 'gauge',
      help: 'Subscriptions that a broker refuses now.',
      read: each((broker) => broker.subscriptionsRefused),
    },
  ];
}
