import { Command } from 'commander';
import { checkRules } from '../app/check.ts';
import { DEFAULT_BROKER } from '../app/brokers.ts';
import { Program, type Hit, type Reached } from '../core/program.ts';
import type { InputKind } from '../core/rule.ts';
import { topicFault } from '../core/topics/topic.ts';
import { escapeControls } from '../core/escape.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { countProblems, printProblems, useColor } from './print.ts';

/** `automate match <topic>`: which rules and lookups a topic reaches. */
export function matchCommand(): Command {
  return withConfigOptions(new Command('match'))
    .description('show which rules and lookups a topic reaches')
    .argument('<topic>', 'a topic, as a message would have it')
    .option('--broker-name <name>', 'the broker it comes from', DEFAULT_BROKER)
    .action(match);
}

async function match(topic: string, options: ConfigOptions & { readonly brokerName: string }): Promise<void> {
  const fault = topicFault(topic);
  if (fault !== null) {
    process.stderr.write(`"${escapeControls(topic)}" is not a topic: ${fault}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  const config = readConfig(options);
  if (config === null) return;
  const checked = await checkRules(config, [config.rules]);
  const errors = checked.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    printProblems(errors, () => undefined, process.stderr, useColor(process.stderr));
    process.stderr.write(`files with errors are left out: ${countProblems(errors)}\n\n`);
  }
  const located = [...checked.running.values()].flatMap(({ path, rules }) => rules.map((rule) => ({ ...rule, path })));
  const program = new Program(located.map(({ rule }) => rule));
  const idAt = (slot: number): string => program.rules[slot]?.id ?? '';
  const all: Reached[] = [];
  for (let one = program.match(options.brokerName, topic); one !== null; one = one.next) all.push(one);
  const hits = all.filter((one) => one.reach !== null);
  const lookups = all.filter((one) => one.reach === null);
  const found = {
    topic,
    rules: hits.filter(isOf('message')).map(({ reach: { slot, input }, captures, key }) => ({
      rule: idAt(slot),
      file: located[slot]?.path ?? '',
      line: located[slot]?.line ?? 1,
      filter: input.filter.text,
      captures: Object.fromEntries(
        input.captures.map((place, i) => [input.filter.names[place] ?? '', captures[i] ?? '']),
      ),
      key: program.rules[slot]?.plan.by === null ? key : null,
    })),
    acknowledges: hits
      .filter(isOf('ack'))
      .map(({ reach: { slot, input } }) => ({ rule: idAt(slot), filter: input.filter.text })),
    awaited: hits.flatMap(({ reach: { slot, arrivals } }) =>
      arrivals.map(({ input }) => ({ rule: idAt(slot), filter: input.filter.text })),
    ),
    lookups: lookups.map(({ table }) => {
      const spec = program.lookups[table];
      const users = located
        .filter(({ rule }) => rule.lookups.some(({ id }) => id === spec?.id))
        .map(({ rule }) => rule.id);
      return { filter: spec?.filter.text ?? '', rules: users };
    }),
  };
  if (all.length === 0) process.exitCode = EXIT.nothingMatched;
  process.stdout.write(options.json === true ? `${JSON.stringify(found, null, 2)}\n` : pretty(found));
}

interface Found {
  readonly topic: string;
  readonly rules: readonly {
    rule: string;
    file: string;
    line: number;
    filter: string;
    captures: Readonly<Record<string, string>>;
    key: string | null;
  }[];
  /** The rules whose alerts a message on the topic acknowledges. */
  readonly acknowledges: readonly { rule: string; filter: string }[];
  /** The rules whose steps may wait for one. */
  readonly awaited: readonly { rule: string; filter: string }[];
  readonly lookups: readonly { filter: string; rules: readonly string[] }[];
}

function isOf(kind: InputKind): (hit: Hit) => boolean {
  return ({ reach }) => reach.input.kind === kind;
}

function pretty({ topic, rules, acknowledges, awaited, lookups }: Found): string {
  if (rules.length + acknowledges.length + awaited.length + lookups.length === 0)
    return `${topic} reaches no rule and no lookup\n`;
  const lines = rules.map(({ rule, file, line, filter, captures, key }) => {
    const names = Object.entries(captures).map(([name, value]) => `${name}=${value}`);
    return `rule    ${rule}  ${filter}${names.length > 0 ? `  ${names.join(' ')}` : ''}  key ${key ?? 'from `by`'}  ${file}:${line}`;
  });
  lines.push(...acknowledges.map(({ rule, filter }) => `ack     ${rule}  ${filter}`));
  lines.push(...awaited.map(({ rule, filter }) => `awaited ${rule}  ${filter}`));
  lines.push(...lookups.map(({ filter, rules: users }) => `lookup  ${filter}  for ${users.join(', ')}`));
  return `${lines.join('\n')}\n`;
}
