/** Rows under headings, to be printed. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader has to know to judge the numbers. */
  readonly note?: string;
}

/** What a benchmark found: tables for people, data for programs. */
export interface Findings {
  readonly tables: readonly Table[];
  readonly data: unknown;
}

/** A table in Markdown whose columns also line up in a terminal. */
export function formatTable({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line), ...(note === undefined ? [] : ['', note])].join(
    '\n',
  );
}
