/** The text as a quoted YAML scalar that reads back as exactly the text, in the quotes that need the fewest escapes. */
export function quoteForYaml(text: string): string {
  if (/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\uffff]/u.test(text)) return JSON.stringify(text);
  if (text.includes("'") && !/["\\]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}
