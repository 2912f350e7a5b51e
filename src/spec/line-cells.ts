/** One character as a terminal shows it. */
export interface Cell {
  /** Its offset in the line, in UTF-16 units. */
  readonly start: number;
  readonly shown: string;
  /** Columns of a terminal. */
  readonly width: number;
}

/** The characters of one line for a terminal: control characters and those that turn the direction are written out. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  for (const char of line) {
    cells.push({ start, ...showChar(char) });
    start += char.length;
  }
  return cells;
}

/** A tab has no fixed width; two spaces keep the caret under its word. */
const tab = '  ';
const hidden = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const joining = /[\p{Mn}\p{Me}\p{Cf}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

function showChar(char: string): { shown: string; width: number } {
  if (char >= ' ' && char <= '~') return { shown: char, width: 1 };
  if (char === '\t') return { shown: tab, width: tab.length };
  if (hidden.test(char)) {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    const shown = code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
    return { shown, width: shown.length };
  }
  if (joining.test(char)) return { shown: char, width: 0 };
  return { shown: char, width: wide.test(char) ? 2 : 1 };
}
