import type { Rule } from '../core/rule.ts';

/** What a rule may make and hold at the most, where it does not say so itself. */
export interface RuleLimits {
  /** Of what it publishes or requests. */
  readonly maxPayloadBytes: number;
  readonly maxKeys: number;
  /** How long a key that is idle is remembered, in milliseconds. */
  readonly ttl: number;
  readonly rate: Rule['rate'];
}

/** Where the configuration does not say otherwise. */
export const RULE_LIMITS: RuleLimits = {
  maxPayloadBytes: 256 * 1024,
  maxKeys: 100_000,
  ttl: 7 * 86_400_000,
  rate: { perSecond: 1000, burst: 10_000 },
};
