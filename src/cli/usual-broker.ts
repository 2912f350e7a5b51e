import { loadConfig } from '../app/config.ts';
import { DEFAULT_BROKER } from '../app/brokers.ts';
import { mqttOptions } from '../app/transports.ts';
import { formatProblem } from '../spec/frame.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** The broker that `automate start` would use here: that of the configuration, if there is a good one. One that is named has to be. */
export const configuredBroker: UsualBroker = (environment, file) => {
  const loaded = loadConfig({ file: file ?? null, environment, flags: [] });
  if (!loaded.ok && file !== undefined) {
    const problems = loaded.problems.map((problem) =>
      formatProblem(problem, loaded.textOf(problem.file), { color: false }),
    );
    throw new Failure(problems.join('\n\n'), EXIT.badConfiguration);
  }
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
