import type { OptionWords, ProgramWords, Value } from './words.ts';

/** A completion script for fish. */
export function fishCompletion({ name, options, commands }: ProgramWords): string {
  const complete = `complete -c ${name}`;
  const lines = [
    `# Completes ${name} in fish: ${name} completion fish | source`,
    `${complete} -f`,
    ...options.map((option) => `${complete} -n __fish_use_subcommand ${optionSpec(option)}`),
    ...commands.flatMap(({ name: word, summary, options: own, value }) => [
      `${complete} -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`,
      ...own.map((option) => `${complete} -n '__fish_seen_subcommand_from ${word}' ${optionSpec(option)}`),
      ...(value === null
        ? []
        : argumentSpec(value).map((spec) => `${complete} -n '__fish_seen_subcommand_from ${word}' ${spec}`)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function optionSpec({ flags, description, value }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...valueSpec(value), `-d ${quoted(description)}`].join(' ');
}

function valueSpec(value: Value | null): string[] {
  switch (value?.type) {
    case undefined:
      return [];
    case 'choices':
      return [`-x -a '${value.choices.join(' ')}'`];
    case 'file':
      return ['-r -F'];
    case 'text':
      return ['-x'];
  }
}

function argumentSpec(value: Value): string[] {
  switch (value.type) {
    case 'choices':
      return [`-a '${value.choices.join(' ')}'`];
    case 'file':
      return ['-F'];
    case 'text':
      return [];
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
