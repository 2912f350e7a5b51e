import type { OptionWords, ProgramWords, Value } from './words.ts';

/** A completion script for zsh, to be sourced or put into a folder of $fpath as _<name>. */
export function zshCompletion({ name, options, commands }: ProgramWords): string {
  return `#compdef ${name}
_${name}() {
  local line state
  _arguments -C ${options.flatMap(optionSpecs).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${commands.map((command) => `        ${quoted(`${command.name}:${command.summary}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    rest)
      case $words[1] in
${commands.map(({ name: word, options: own, value }) => `        ${word}) _arguments ${[...own.flatMap(optionSpecs), ...argumentSpec(value)].join(' ')} ;;`).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function optionSpecs({ flags, description, value }: OptionWords): string[] {
  const explanation = `[${description.replaceAll(/[\\[\]]/g, String.raw`\$&`)}]`;
  return flags.map((flag) => {
    const takesValue = value !== null && flag.startsWith('--') ? '=' : '';
    return quoted(`*${flag}${takesValue}${explanation}${value === null ? '' : `: :${action(value)}`}`);
  });
}

function argumentSpec(value: Value | null): string[] {
  return value === null ? [] : [quoted(`*: :${action(value)}`)];
}

function action(value: Value): string {
  switch (value.type) {
    case 'choices':
      return `(${value.choices.join(' ')})`;
    case 'file':
      return '_files';
    case 'text':
      return '';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
