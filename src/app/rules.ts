import { referenceLogic } from '../adapters/json-logic/reference-logic.ts';
import type { CompiledFile } from '../compile/compile-file.ts';
import { compileFolder, type CompiledFolder, type FolderInput } from '../compile/folder.ts';
import type { CompileSettings } from '../compile/rule.ts';
import { zone } from '../core/logic/zone-intl.ts';
import type { Surroundings } from '../spec/substitute.ts';
import { surroundings, type Config } from './config.ts';
import { brokerNames, DEFAULT_BROKER } from './brokers.ts';

/** Compiles the rule folder again and again, each time with what ran before at hand. */
export class RuleCompiler {
  readonly #settings: CompileSettings;
  readonly #surroundings: Surroundings;
  #running: ReadonlyMap<string, CompiledFile> = new Map();

  /** `shadow`: compile every rule to do nothing. */
  constructor(config: Config, shadow: boolean) {
    this.#settings = { ...compileSettings(config), shadow };
    this.#surroundings = surroundings(config);
  }

  /** The files that run, by path. */
  get running(): ReadonlyMap<string, CompiledFile> {
    return this.#running;
  }

  compile(files: FolderInput): CompiledFolder {
    const compiled = compileFolder(files, this.#running, this.#settings, this.#surroundings);
    this.#running = compiled.running;
    return compiled;
  }
}

/** The same for virtual time: in UTC, unless the configuration says otherwise. */
export function inVirtualTime(config: Config): Config {
  return config.spec.timezone === undefined ? { ...config, timezone: 'UTC' } : config;
}

/** What rules are compiled with under a configuration. */
export function compileSettings(config: Config): CompileSettings {
  const { limits, timezone, location, logic } = config;
  return {
    zone: zone(timezone),
    location,
    ...(logic === 'reference' ? { reference: referenceLogic } : {}),
    defaultBroker: DEFAULT_BROKER,
    brokers: brokerNames(config),
    shadow: false,
    limits: { maxPayloadBytes: limits.payloadBytes, maxKeys: limits.maxKeys, ttl: limits.ttl, rate: limits.rate },
  };
}
