import { describe, expect, test } from 'vitest';
import { metrics } from '../../../src/adapters/metrics/metrics.ts';
import { firedRule, fixedReadings, samples } from './fixed-readings.ts';

const OPEN = 'application/openmetrics-text;version=1.0.0';

async function own(accept?: string): Promise<string[]> {
  const { body } = await metrics(
    fixedReadings(() => [firedRule('heat', 2)]),
    { version: '1.2.3' },
  ).render(accept);
  return body.split('\n').filter((line) => line.startsWith('automate_'));
}

describe('the page', () => {
  test('has every metric from 0, under its name and with its labels', async () => {
    expect((await own()).map((line) => line.replace(process.version, 'NODE')).join('\n')).toMatchInlineSnapshot(`
      "automate_build_info{version="1.2.3",node="NODE"} 1
      automate_messages_received_total{broker="default"} 5
      automate_broker_connected{broker="default"} 1
      automate_broker_reconnects_total{broker="default"} 1
      automate_sessions_lost_total{broker="default"} 3
      automate_subscriptions_refused{broker="default"} 2
      automate_messages_unmatched_total 3
      automate_messages_dropped_total{reason="inbox_full"} 0
      automate_messages_dropped_total{reason="oversize"} 4
      automate_messages_dropped_total{reason="offline"} 0
      automate_messages_dropped_total{reason="outbox_full"} 0
      automate_messages_dropped_total{reason="http_queue_full"} 0
      automate_messages_dropped_total{reason="http_stopped"} 0
      automate_messages_dropped_total{reason="invalid_topic"} 0
      automate_messages_dropped_total{reason="packet_too_large"} 0
      automate_messages_dropped_total{reason="retained_limit"} 0
      automate_messages_dropped_total{reason="lookup_undecodable"} 0
      automate_messages_dropped_total{reason="lookup_full"} 0
      automate_messages_dropped_total{reason="lookup_budget"} 0
      automate_messages_dropped_total{reason="lookup_internal"} 0
      automate_payloads_total{type="json"} 7
      automate_payloads_total{type="text"} 0
      automate_clock_jumps_total 0
      automate_inbox_messages 1
      automate_outbox_messages 2
      automate_http_requests 6
      automate_message_duration_seconds_bucket{le="0.001"} 5
      automate_message_duration_seconds_bucket{le="1"} 7
      automate_message_duration_seconds_bucket{le="+Inf"} 8
      automate_message_duration_seconds_sum 12.5
      automate_message_duration_seconds_count 8
      automate_commit_duration_seconds_bucket{le="0.001"} 0
      automate_commit_duration_seconds_bucket{le="1"} 0
      automate_commit_duration_seconds_bucket{le="+Inf"} 0
      automate_commit_duration_seconds_sum 0
      automate_commit_duration_seconds_count 0
      automate_rule_evaluations_total{rule="heat",result="true"} 0
      automate_rule_evaluations_total{rule="heat",result="false"} 0
      automate_rule_evaluations_total{rule="heat",result="unknown"} 0
      automate_rule_fired_total{rule="heat"} 2
      automate_rule_suppressed_total{rule="heat",reason="throttle"} 0
      automate_rule_suppressed_total{rule="heat",reason="debounce"} 0
      automate_rule_suppressed_total{rule="heat",reason="distinct"} 0
      automate_rule_suppressed_total{rule="heat",reason="sequence_full"} 0
      automate_rule_suppressed_total{rule="heat",reason="mode"} 0
      automate_rule_suppressed_total{rule="heat",reason="reload"} 0
      automate_rule_suppressed_total{rule="heat",reason="rate_limit"} 0
      automate_rule_suppressed_total{rule="heat",reason="shadow"} 0
      automate_rule_errors_total{rule="heat",reason="undecodable"} 0
      automate_rule_errors_total{rule="heat",reason="unknown_key"} 0
      automate_rule_errors_total{rule="heat",reason="key_too_long"} 0
      automate_rule_errors_total{rule="heat",reason="unknown_value"} 0
      automate_rule_errors_total{rule="heat",reason="bad_topic"} 0
      automate_rule_errors_total{rule="heat",reason="bad_request"} 0
      automate_rule_errors_total{rule="heat",reason="too_large"} 0
      automate_rule_errors_total{rule="heat",reason="too_many_hops"} 0
      automate_rule_errors_total{rule="heat",reason="too_many_keys"} 0
      automate_rule_errors_total{rule="heat",reason="too_many_elements"} 0
      automate_rule_errors_total{rule="heat",reason="too_many_passes"} 0
      automate_rule_errors_total{rule="heat",reason="unknown_time"} 0
      automate_rule_errors_total{rule="heat",reason="future"} 0
      automate_rule_errors_total{rule="heat",reason="late"} 0
      automate_rule_errors_total{rule="heat",reason="window_full"} 0
      automate_rule_errors_total{rule="heat",reason="budget"} 0
      automate_rule_errors_total{rule="heat",reason="internal"} 0
      automate_actions_total{rule="heat",type="publish",result="ok"} 0
      automate_actions_total{rule="heat",type="publish",result="error"} 0
      automate_actions_total{rule="heat",type="publish",result="dropped"} 0
      automate_actions_total{rule="heat",type="alert",result="ok"} 0
      automate_actions_total{rule="heat",type="alert",result="error"} 0
      automate_actions_total{rule="heat",type="alert",result="dropped"} 0
      automate_actions_total{rule="heat",type="http",result="ok"} 0
      automate_actions_total{rule="heat",type="http",result="error"} 0
      automate_actions_total{rule="heat",type="http",result="dropped"} 0
      automate_actions_total{rule="heat",type="log",result="ok"} 0
      automate_actions_total{rule="heat",type="log",result="error"} 0
      automate_actions_total{rule="heat",type="log",result="dropped"} 0
      automate_rule_cells{rule="heat"} 0
      automate_rule_active{rule="heat"} 0
      automate_rule_pending{rule="heat"} 0
      automate_rule_quarantined{rule="heat"} 0
      automate_config_last_reload_successful 1
      automate_config_last_reload_success_timestamp_seconds 1700000000.5
      automate_config_reloads_total{result="success",trigger="start"} 1
      automate_config_reloads_total{result="success",trigger="watch"} 0
      automate_config_reloads_total{result="success",trigger="api"} 0
      automate_config_reloads_total{result="success",trigger="signal"} 0
      automate_config_reloads_total{result="failure",trigger="start"} 0
      automate_config_reloads_total{result="failure",trigger="watch"} 0
      automate_config_reloads_total{result="failure",trigger="api"} 0
      automate_config_reloads_total{result="failure",trigger="signal"} 0
      automate_rules{state="active"} 0
      automate_rules{state="shadow"} 0
      automate_rules{state="disabled"} 0
      automate_rules{state="failed"} 0"
    `);
  });

  test('has the alerts of a rule, by severity and state', async () => {
    const alerts = [
      { severity: 'bad', state: 'pending', count: 0 },
      { severity: '', state: 'firing', count: 2 },
    ] as const;
    const { body } = await metrics(
      fixedReadings(() => [{ ...firedRule('heat'), alerts }]),
      { version: '1.2.3' },
    ).render(undefined);
    const page = samples(body);
    expect(page.get('automate_alerts{rule="heat",severity="bad",state="pending"}')).toBe(0);
    expect(page.get('automate_alerts{rule="heat",severity="",state="firing"}')).toBe(2);
  });

  test('has process metrics, the lag of the event loop among them', async () => {
    const { body } = await metrics(fixedReadings(), { version: '1.2.3' }).render(undefined);
    const names = [...samples(body).keys()];
    expect(names).toContain('process_cpu_seconds_total');
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  test('says the same in OpenMetrics', async () => {
    const withPoint = (line: string): string => line.replace('le="1.0"', 'le="1"');
    expect((await own(OPEN)).map(withPoint)).toEqual(await own());
  });

  test('is the same in either format however often the other one was asked for', async () => {
    const page = metrics(fixedReadings(), { version: '1.2.3' });
    const names = async (accept?: string): Promise<string[]> =>
      [...(await page.render(accept)).body.matchAll(/^# TYPE .*$/gm)].map(([line]) => line);
    const text = await names();
    const open = await names(OPEN);
    expect(text).toContain('# TYPE process_cpu_seconds_total counter');
    expect(open).toContain('# TYPE process_cpu_seconds counter');
    await Promise.all([names(), names(OPEN), names()]);
    expect(await names()).toEqual(text);
    expect(await names(OPEN)).toEqual(open);
  });

  test('shows two engines in one process apart', async () => {
    const one = metrics(
      fixedReadings(() => [firedRule('one')]),
      { version: '1' },
    );
    const two = metrics(
      fixedReadings(() => [firedRule('two')]),
      { version: '2' },
    );
    expect((await one.render(undefined)).body).not.toContain('"two"');
    expect((await two.render(undefined)).body).toContain('"two"');
  });
});

describe('the format', () => {
  test.each([
    ['nothing', undefined, 'text/plain; version=0.0.4; charset=utf-8'],
    ['curl', '*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/plain; version=0.0.4; charset=utf-8',
    ],
    [
      'Prometheus',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    [
      'Prometheus told to prefer text',
      'text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2',
      'text/plain; version=0.0.4; charset=utf-8',
    ],
    ['who refuses it', 'application/openmetrics-text;q=0', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('for %s', async (_who, accept, contentType) => {
    const page = await metrics(fixedReadings(), { version: '1.2.3' }).render(accept);
    expect(page.contentType).toBe(contentType);
    expect(page.body.endsWith('# EOF\n')).toBe(contentType.startsWith('application/openmetrics-text'));
  });
});

test('a page about 10 000 rules is bounded and cheap', async () => {
  const rules = Array.from({ length: 10_000 }, (_, n) => firedRule(`rule-${n}`, 1));
  const page = metrics(
    fixedReadings(() => rules),
    { version: '1.2.3' },
  );
  await page.render(undefined);
  const before = process.cpuUsage();
  const { body } = await page.render(undefined);
  const { user, system } = process.cpuUsage(before);
  expect([...samples(body).keys()].filter((name) => name.startsWith('automate_rule_fired_total'))).toHaveLength(501);
  expect(body.length).toBeLessThan(2_000_000);
  expect((user + system) / 1000).toBeLessThan(500);
});
