import type { OptionWords, ProgramWords, Value } from './words.ts';

/** A completion script for bash 3.2 and later. */
export function bashCompletion({ name, options, commands }: ProgramWords): string {
  const cases = (print: (command: string, options: readonly OptionWords[], value: Value | null) => string[]): string =>
    [
      ...print('', options, null),
      ...commands.flatMap((command) => print(command.name, command.options, command.value)),
    ].join('\n');
  return `# Completes ${name} in bash: source <(${name} completion bash)
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= i
  # \`--option=value\` comes in three words.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${commands.map((command) => command.name).join('|')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  COMPREPLY=()
  # What follows an option.
  case "$command $previous" in
${cases((command, all) => all.flatMap(({ flags, value }) => (value === null ? [] : [`    ${flags.map((flag) => `'${command} ${flag}'`).join('|')}) ${reply(value)}; return ;;`])))}
  esac
  if [[ $current == -* ]]; then
    case $command in
${cases((command, all) => [`      '${command}') ${words(all.flatMap(({ flags }) => flags))} ;;`])}
    esac
    return
  fi
  case $command in
    '') ${words(commands.map((command) => command.name))} ;;
${commands.map((command) => `    '${command.name}') ${reply(command.value ?? { type: 'text' })} ;;`).join('\n')}
  esac
}
complete -o default -F _${name} ${name}
`;
}

/** Without a reply bash completes the names of files. */
function reply(value: Value): string {
  switch (value.type) {
    case 'choices':
      return words(value.choices);
    case 'file':
      return ':';
    case 'text':
      return 'compopt +o default 2>/dev/null';
  }
}

function words(list: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${list.join(' ')}' -- "$current"))`;
}
