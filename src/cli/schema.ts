import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords, runCommand } from './failure.ts';
import { ruleSchema } from './rule-schema.ts';
import type { Terminal } from './terminal.ts';

/** `automate schema`: the JSON Schema of rule files, for editors. */
export function schemaCommand(terminal: Terminal = process): Command {
  return new Command('schema')
    .description('print the JSON Schema of rule files, for editors')
    .option('-o, --output <file>', 'write it to a file')
    .action(({ output }: { readonly output?: string }) =>
      runCommand(terminal, () => {
        if (output === undefined) terminal.stdout.write(ruleSchema());
        else write(output);
      }),
    );
}

function write(path: string): void {
  try {
    writeFileSync(path, ruleSchema());
  } catch (error) {
    throw new Failure(`cannot write ${path}: ${inWords(error)}`, EXIT.failed, { cause: error });
  }
}
