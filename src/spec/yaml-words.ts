import type { YAMLError } from 'yaml';

/** A mistake of syntax in the words of its author. */
export interface PlainWords {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Characters to underline; absent for the rest of the line. */
  readonly width?: number;
}

/** Says what the YAML library means, for the mistakes that can be told from its message alone; `found` begins at the place. */
export function plainWords({ message }: YAMLError, found: string): PlainWords {
  for (const [pattern, code, words, hint, width] of table) {
    if (!pattern.test(message)) continue;
    const filled = words.replace('%1', () => found.charAt(0)).replace('%2', () => found);
    return { code, message: filled, hint, ...(width === undefined ? {} : { width }) };
  }
  const told = message.charAt(0).toLowerCase() + message.slice(1);
  return {
    code: 'yaml-syntax',
    message: `YAML does not understand this: ${told}`,
    hint: 'Quote the text if it is one',
  };
}

const sameColumn = 'Begin all of them at the same column';
const betweenEntries = 'Inside { … } and [ … ] a comma stands between two entries';

/** The library's message, our code, message (%1, %2: what stands there), hint, and the width if it is fixed. */
const table: readonly (readonly [RegExp, string, string, string, number?])[] = [
  [
    /^Block scalar/,
    'indentation',
    'the lines of this text are not indented alike',
    'Indent all of them deeper than the key, at least as deep as the first',
  ],
  [
    /sequence items? (?:must|without)/i,
    'indentation',
    'this is not indented like the other items of its list',
    sameColumn,
  ],
  [/mapping items must/, 'indentation', 'this is not indented like the other keys beside it', sameColumn],
  [
    /^Invalid escape/,
    'bad-escape',
    '"%2" means nothing in a text in double quotes',
    'Write \\\\ for a backslash, or put the text in single quotes, where it stands for itself',
    2,
  ],
  [
    /^Block collections are not allowed/,
    'yaml-syntax',
    'a key or a list item with its own indentation cannot stand inside brackets',
    'Inside { … } and [ … ] write lists and mappings with brackets, and quote a text with ": " in it',
  ],
  [
    /^Unexpected flow-(?:map|seq)-end/,
    'yaml-syntax',
    'this "%1" closes nothing',
    'Remove it, or open the bracket before it',
    1,
  ],
  [/^Missing , /, 'yaml-syntax', 'a comma is missing before this', betweenEntries],
  [
    /^Unexpected (?:,|empty item)/,
    'yaml-syntax',
    'there is a comma too many',
    'Remove it, or write what belongs before it',
    1,
  ],
  [/^Missing space after :/, 'yaml-syntax', 'a space is missing after ":"', 'Write "key: value"', 1],
  [
    /^Comments must/,
    'yaml-syntax',
    'a space is missing before "#"',
    'Write " # comment", or quote the text if the "#" belongs to it',
    1,
  ],
  [
    /block-seq-ind on same line/,
    'yaml-syntax',
    'a list cannot begin on the line of its key',
    'Begin it on the next line, or quote the value if it is a text',
  ],
  [
    /directive /i,
    'yaml-syntax',
    'a line that begins with "%" is an instruction to YAML, and not one it knows',
    'Remove it',
  ],
  [/^Plain value cannot start/, 'yaml-syntax', 'a text cannot begin with "%1"', 'Quote the text', 1],
];
