import type { Readings } from '../../ports/readings.ts';
import { histogramSamples } from './histogram.ts';
import { byLabel, single, type MetricReader } from './metric.ts';

/** Messages on their way through the engine. */
export function messageMetrics(readings: Readings): readonly MetricReader[] {
  return [
    {
      name: 'automate_messages_unmatched_total',
      type: 'counter',
      help: 'Messages that came in and that no rule and no lookup wanted.',
      read: () => single(readings.messagesUnmatched),
    },
    {
      name: 'automate_messages_dropped_total',
      type: 'counter',
      help: 'Messages given up before they reached a rule or a broker, by reason.',
      read: () => byLabel('reason', readings.dropped()),
    },
    {
      name: 'automate_payloads_total',
      type: 'counter',
      help: 'Payloads that were decoded because a rule wanted them, by what they turned out to be.',
      read: () => byLabel('type', readings.payloads()),
    },
    {
      name: 'automate_clock_jumps_total',
      type: 'counter',
      help: 'How often the wall clock was set while the engine ran, by more than a second.',
      read: () => single(readings.clockJumps),
    },
    {
      name: 'automate_inbox_messages',
      type: 'gauge',
      help: 'Messages that have come in and wait for the engine.',
      read: () => single(readings.inboxMessages),
    },
    {
      name: 'automate_outbox_messages',
      type: 'gauge',
      help: 'Messages that rules have published and that no broker has confirmed yet.',
      read: () => single(readings.outboxMessages),
    },
    {
      name: 'automate_http_requests',
      type: 'gauge',
      help: 'Requests of rules that wait, are on their way, or will be tried again.',
      read: () => single(readings.httpRequests),
    },
    {
      name: 'automate_message_duration_seconds',
      type: 'histogram',
      help: 'Time from the arrival of a message until what the rules made of it was handed over.',
      read: () => histogramSamples('automate_message_duration_seconds', readings.messageDuration),
    },
    {
      name: 'automate_commit_duration_seconds',
      type: 'histogram',
      help: 'Time it took to save what a batch of messages changed.',
      read: () => histogramSamples('automate_commit_duration_seconds', readings.commitDuration),
    },
  ];
}
