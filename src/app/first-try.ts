import type { LocatedRule } from '../compile/rule.ts';
import type { Effect } from '../core/effect.ts';
import { Machine } from '../core/machine.ts';
import { Program } from '../core/program.ts';
import type { Filter } from '../core/topics/filter.ts';
import { Message } from '../runtime/message.ts';
import { noPayloads } from '../runtime/payload.ts';
import { DEFAULT_BROKER } from './brokers.ts';

/** The most rules that are tried for one that a single message makes act. */
const MAX_TRIED = 100;

/**
 * Lines that show how to make a rule act: the first that one message can make act, with that message. `program` is how
 * the user calls this one, `url` the address of the default broker.
 */
export function firstTry(rules: readonly LocatedRule[], program: string, url: string): string[] {
  if (rules.length === 0) return [`  no rules yet: write one, or begin with \`${program} init\``];
  for (const located of rules.slice(0, MAX_TRIED)) {
    // What begins with $ only the broker may publish.
    const input = located.rule.inputs.find(
      ({ kind, broker, filter }) => kind === 'message' && broker === DEFAULT_BROKER && !filter.text.startsWith('$'),
    );
    if (input === undefined) continue;
    const topic = sampleTopic(input.filter);
    for (const payload of [samplePayload(located.condition), '1', 'ON']) {
      const effects = effectsOf(located, topic, payload);
      if (effects.length === 0) continue;
      const broker = url === 'mqtt://127.0.0.1:1883' ? '' : ` -L ${url}`;
      const output = effects.find((effect) => effect.type === 'publish' && effect.broker === DEFAULT_BROKER);
      return [
        `  try it: make "${located.rule.id}" act, from two other terminals`,
        ...(output?.type === 'publish' ? [`    ${program} sub${broker} -v -t ${inShell(output.topic)}`] : []),
        `    ${program} pub${broker} -t ${inShell(topic)} -m ${inShell(payload, true)}`,
      ];
    }
  }
  return [`  to see which rules a topic reaches: ${program} match some/topic`];
}

/** What the rule would do with this message if it were its first. */
function effectsOf({ rule }: LocatedRule, topic: string, payload: string): Effect[] {
  const now = Date.now();
  const machine = new Machine(new Program([rule]), undefined, undefined, now);
  const delivery = { topic, payload: Buffer.from(payload), qos: 0, retained: false, duplicate: false } as const;
  machine.ingest(new Message({ ...delivery, broker: DEFAULT_BROKER, properties: undefined }, now, noPayloads()));
  return machine.takeEffects();
}

function inShell(text: string, always = false): string {
  return !always && /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function sampleTopic({ levels, names }: Filter): string {
  const captured = names.values();
  return levels.map((level) => (level === '+' || level === '#' ? sampleLevel(captured.next().value) : level)).join('/');
}

function sampleLevel(name: string | null | undefined): string {
  return name === 'room' ? 'kitchen' : (name ?? 'x') + '1';
}

/** A payload for which the first comparison of a condition with a number or text is true. */
function samplePayload(condition: unknown): string {
  const found = firstComparison(condition);
  if (found === undefined) return '{"value":1}';
  const { path, value } = found;
  if (path === 'payload') return typeof value === 'string' ? value : JSON.stringify(value);
  const payload = path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  return JSON.stringify(payload);
}

function firstComparison(logic: unknown): { path: string; value: unknown } | undefined {
  if (typeof logic !== 'object' || logic === null) return undefined;
  for (const [operator, operands] of Object.entries(logic)) {
    if (!Array.isArray(operands)) continue;
    const [left, right] = operands as readonly unknown[];
    const path = typeof left === 'object' && left !== null && 'var' in left ? left.var : undefined;
    const value = typeof path === 'string' ? makesTrue(operator, right) : undefined;
    if (typeof path === 'string' && value !== undefined) return { path, value };
    for (const operand of operands) {
      const inner = firstComparison(operand);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

function makesTrue(operator: string, right: unknown): unknown {
  if (typeof right === 'number') {
    if (operator === '>' || operator === '>=') return right + 1;
    if (operator === '<' || operator === '<=') return right - 1;
  }
  return operator === '==' || operator === '===' ? right : undefined;
}
