import type { Note } from '../core/note.ts';

/** What a rule could not do, at its moment (epoch ms); `isOther`: a rule of the other version. */
export interface ReplayNote extends Note {
  readonly at: number;
  readonly isOther: boolean;
}

/** How often one rule says the same kind of thing. */
const MOST = 5;

/** The first things that each rule has to say of a kind; the others are counted. */
export class ReplayNotes {
  readonly #tell: (note: ReplayNote) => void;
  readonly #kinds = new Map<string, { readonly first: ReplayNote; told: number; untold: number }>();

  constructor(tell: (note: ReplayNote) => void) {
    this.#tell = tell;
  }

  add(note: ReplayNote): void {
    const name = `${note.isOther ? '+' : '-'} ${note.rule} ${note.reason}`;
    let kind = this.#kinds.get(name);
    if (kind === undefined) this.#kinds.set(name, (kind = { first: note, told: 0, untold: 0 }));
    if (kind.told === MOST) {
      kind.untold++;
      return;
    }
    kind.told++;
    this.#tell(note);
  }

  /** How often something like a note was not told any more. */
  *untold(): Generator<{ readonly like: ReplayNote; readonly count: number }> {
    for (const { first, untold } of this.#kinds.values()) if (untold > 0) yield { like: first, count: untold };
  }
}
