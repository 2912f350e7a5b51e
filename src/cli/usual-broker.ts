import { loadConfig } from '../app/config.ts';
import { DEFAULT_BROKER } from '../app/brokers.ts';
import { mqttOptions } from '../app/transports.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';

/** The broker that `automate start` would use here: that of the configuration, if there is a good one. */
export const configuredBroker: UsualBroker = (environment) => {
  const loaded = loadConfig({ file: null, environment, flags: [] });
  if (!loaded.ok) return brokerOfEnvironment(environment);
  const { config } = loaded;
  if (config.defaultBroker === null) return { url: `mqtt://${config.embedded.host}:${config.embedded.port}` };
  // Not the engine's client id, for which the broker would end the engine's connection, nor its session.
  const {
    clientId: _,
    clean: _clean,
    sessionExpirySeconds: _expiry,
    ...access
  } = mqttOptions(DEFAULT_BROKER, config.defaultBroker, config);
  return access;
};
