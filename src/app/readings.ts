import type { Readings } from '../ports/readings.ts';
import type { Engine } from '../runtime/engine.ts';
import type { Reload } from '../runtime/reload.ts';
import type { Problem } from '../spec/problem.ts';

/** What the engine and the rule files say of themselves, as one. */
export function readingsOf(engine: Engine, reload: Reload<Problem>): Readings {
  return {
    rules: () => engine.rules(),
    ruleStates: () => {
      const { rules, disabled, failed } = reload.last;
      const shadow = rules.filter((rule) => rule.shadow).length;
      return { active: rules.length - shadow, shadow, disabled, failed: failed.length };
    },
    brokers: () => engine.brokers(),
    get messagesUnmatched() {
      return engine.messagesUnmatched;
    },
    dropped: () => engine.dropped(),
    payloads: () => engine.payloads(),
    get clockJumps() {
      return engine.wall.jumps;
    },
    get inboxMessages() {
      return engine.inboxMessages;
    },
    get outboxMessages() {
      return engine.outboxMessages;
    },
    get httpRequests() {
      return engine.httpRequests;
    },
    messageDuration: engine.messageDuration,
    commitDuration: engine.commitDuration,
    reload: () => reload.reading(),
  };
}
