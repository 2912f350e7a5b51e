import { Command } from 'commander';
import { stringify } from 'yaml';
import { brokerAddress, maskedUrl } from '../app/brokers.ts';
import type { BrokerSpec } from '../app/config-shape.ts';
import type { Config } from '../app/config.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';

/** `automate config`: what the configuration comes to, with secrets masked. */
export function configCommand(): Command {
  return withConfigOptions(new Command('config'))
    .description('print the configuration that flags, environment and file come to, with secrets masked')
    .option('--broker <url>', 'as for start')
    .option('--http <address>', 'as for start')
    .action((options: ConfigOptions) => {
      const config = readConfig(options);
      if (config === null) return;
      const shown = masked(config);
      process.stdout.write(options.json === true ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown));
    });
}

const MASK = '***';

function masked(config: Config): unknown {
  const { http, limits, embedded } = config;
  return {
    broker: config.defaultBroker === null ? brokerAddress(config, 'default') : maskedBroker(config.defaultBroker),
    ...(Object.keys(config.brokers).length === 0
      ? {}
      : {
          brokers: Object.fromEntries(
            Object.entries(config.brokers).map(([name, broker]) => [name, maskedBroker(broker)]),
          ),
        }),
    embedded: {
      host: embedded.host,
      port: embedded.port,
      max_connections: embedded.maxConnections,
      max_packet_size: `${embedded.maxPacketSizeBytes}B`,
      max_retained: embedded.maxRetained,
    },
    rules: config.rules,
    state: shownState(config.state),
    http:
      http === null
        ? 'off'
        : http.token === undefined
          ? `${http.host}:${http.port}`
          : { listen: `${http.host}:${http.port}`, token: MASK },
    instance: config.instance,
    timezone: config.timezone,
    ...(config.logic === 'sql' ? {} : { logic: config.logic }),
    ...(config.location === null ? {} : { location: config.location }),
    log: config.log.format === null ? { level: config.log.level } : config.log,
    limits: {
      payload: `${limits.payloadBytes}B`,
      max_keys: limits.maxKeys,
      ttl: config.spec.limits?.ttl ?? '7d',
      rate_limit: limits.rate === null ? 'off' : { rate: limits.rate.perSecond, burst: limits.rate.burst },
      lookup_keys: limits.machine.lookupKeys,
      hops: limits.machine.hops,
      steps: limits.machine.steps,
      elements: limits.machine.elements,
      inbox: limits.inbox.messages,
      outbox: limits.outbox.messages,
      outbox_size: `${limits.outbox.bytes}B`,
      in_flight: limits.outbox.inFlight,
      http_in_flight: limits.http.inFlight,
      http_per_server: limits.http.perServer,
      http_queue: limits.http.queue,
      http_queue_size: `${limits.http.queueBytes}B`,
    },
  };
}

function maskedBroker(broker: BrokerSpec): BrokerSpec {
  const { password, ...rest } = broker;
  return { ...rest, url: maskedUrl(broker.url), ...(password === undefined ? {} : { password: MASK }) };
}

/** As it is written: short where nothing but the folder is said. */
function shownState(state: Config['state']): unknown {
  if (state === null) return 'memory';
  const { folder, sync, trustDowntime } = state;
  return sync === 'commit' && trustDowntime ? folder : { folder, sync, trust_downtime: trustDowntime };
}
