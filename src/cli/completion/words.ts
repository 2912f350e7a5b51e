import type { Command, Option } from 'commander';

/** What can be typed behind the program's name. */
export interface ProgramWords {
  readonly name: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

/** What can be typed behind a command. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  /** What its arguments are; null if it has none. */
  readonly value: Value | null;
}

/** What an option is called, and what it takes. */
export interface OptionWords {
  /** `-q` and `--qos`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Null if it takes none. */
  readonly value: Value | null;
}

/** What an option or argument takes: one of some words, a path, or any text. */
export type Value =
  | { readonly type: 'choices'; readonly choices: readonly string[] }
  | { readonly type: 'file' | 'text' };

/** The words of a program, as its help has them. */
export function programWords(program: Command): ProgramWords {
  const commands = program.createHelp().visibleCommands(program);
  return {
    name: program.name(),
    options: optionsOf(program),
    commands: commands.map((command) => commandWords(command, commands)),
  };
}

function commandWords(command: Command, siblings: readonly Command[]): CommandWords {
  const [argument] = command.registeredArguments;
  const choices = command.name() === 'help' ? siblings.map((sibling) => sibling.name()) : argument?.argChoices;
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: optionsOf(command),
    value: argument === undefined ? null : valueOf(argument.name(), choices),
  };
}

function optionsOf(command: Command): OptionWords[] {
  return command.createHelp().visibleOptions(command).map(optionWords);
}

function optionWords(option: Option): OptionWords {
  const { short, long, description, flags } = option;
  const [, name] = /[<[]([^.\]>]+)/.exec(flags) ?? [];
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    value: name === undefined ? null : valueOf(name, option.argChoices),
  };
}

/** A value's name says what it is: `<file>`, `[paths...]`. */
function valueOf(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { type: 'choices', choices };
  return { type: /^(file|folder|path)s?$/.test(name) ? 'file' : 'text' };
}
