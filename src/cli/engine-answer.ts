import type { EngineAddress } from '../app/ask-engine.ts';
import type { Config } from '../app/config.ts';
import { engineAddress } from '../app/engine-state.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** Where the engine of a configuration is to be asked. Throws a Failure if it cannot be. */
export function configuredEngine({ http }: Pick<Config, 'http'>): EngineAddress {
  if (http !== null) return engineAddress(http);
  const message = 'the HTTP server of the engine is off (`http: off`), and it is the one to ask';
  throw new Failure(message, EXIT.badConfiguration);
}

/** What an engine has answered; a text is why it has not, and becomes a Failure. */
export function answerOf<T extends object>(answer: T | string, { url }: EngineAddress): T {
  if (typeof answer !== 'string') return answer;
  throw new Failure(`no answer from an engine at ${url}: ${answer}`, EXIT.unreachable);
}
