/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: lists are joined, nothing is nothing, and everything else is text. */
export type Insertion = Html | string | number | undefined | readonly Insertion[];

/** HTML with everything inserted escaped, in the content of an element or in a quoted attribute. */
export function html(literals: TemplateStringsArray, ...insertions: readonly Insertion[]): Html {
  let text = literals[0] ?? '';
  for (const [index, insertion] of insertions.entries()) text += escape(insertion) + (literals[index + 1] ?? '');
  return new Html(text);
}

function escape(insertion: Insertion): string {
  if (insertion === undefined) return '';
  if (insertion instanceof Html) return insertion.text;
  if (typeof insertion === 'string' || typeof insertion === 'number') {
    return String(insertion).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  }
  return insertion.map(escape).join('');
}
