import { z } from 'zod';
import type { ShownRule } from '../adapters/http/rules.ts';
import { askEngine, type EngineAddress } from './ask-engine.ts';
import type { RememberingRule } from './lost-state.ts';

/** The rules of a running engine, with what they remember. */
export interface EngineRules {
  /** Of the engine. */
  readonly version: string;
  /** All of them only evaluate and count. */
  readonly shadow: boolean;
  readonly rules: readonly RememberingRule[];
}

const count = z.int().min(0);

/** What is needed of the answer of `/api/rules`; there may be more in that of another version. */
const answerShape = z.object({
  version: z.string(),
  shadow: z.boolean(),
  rules: z.array(
    z.object({
      id: z.string(),
      file: z.string(),
      line: z.int().min(1),
      column: z.int().min(1),
      state: z.string(),
      alert: z.boolean(),
      stages: z.array(z.object({ kind: z.string(), shape: z.string() })),
      keys: count,
      pending: count,
      active: count,
    }),
  ),
});

/** Ask a running engine for its rules; or why there is no answer. */
export async function rulesOfEngine(address: EngineAddress): Promise<EngineRules | string> {
  const answer = await askEngine(address, '/api/rules');
  return answer.ok ? readEngineRules(answer.value, address.url) : answer.reason;
}

/** What an engine has answered, which may be anything. */
export function readEngineRules(answer: unknown, url: string): EngineRules | string {
  const { success, data, error } = answerShape.safeParse(answer);
  if (!success) {
    const at = error.issues[0]?.path.join('.') ?? '';
    return `its answer is not what an engine says of its rules${at === '' ? '' : ` (${at})`}`;
  }
  const { version, shadow, rules } = data;
  return { version, shadow, rules: rules.map((rule) => remembering(rule, url)) };
}

/** The files are the engine's, and need not be here, nor the same. */
function remembering(rule: Omit<ShownRule, 'state'> & { readonly state: string }, url: string): RememberingRule {
  const { id, file, line, column, state, alert, stages, keys, pending, active } = rule;
  return {
    id,
    file: `${url} ${file}`,
    line,
    column,
    stages,
    alert: alert && state !== 'shadow',
    keys: { all: keys, pending, active },
  };
}
