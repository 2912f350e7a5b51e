import type { Document, Path } from '../spec/document.ts';
import type { Problem } from '../spec/problem.ts';

/** Collects the problems of one file, each with its place. */
export class Report {
  readonly document: Document;
  readonly problems: Problem[] = [];

  constructor(document: Document) {
    this.document = document;
  }

  /** How many errors there are; warnings do not count. */
  get errors(): number {
    return this.problems.filter((problem) => problem.severity === 'error').length;
  }

  error(path: Path, code: string, message: string, hint?: string): void {
    this.#add('error', this.document.positionOf(path), code, message, hint);
  }

  warning(path: Path, code: string, message: string, hint?: string): void {
    this.#add('warning', this.document.positionOf(path), code, message, hint);
  }

  /** A problem with a key rather than its value. */
  errorAtKey(path: Path, code: string, message: string, hint?: string): void {
    this.#add('error', this.document.keyPositionOf(path), code, message, hint);
  }

  /** A problem with a part of a text: `offset` and `length` are in the text's own characters. */
  within(
    severity: Problem['severity'],
    path: Path,
    { offset, length }: { readonly offset: number; readonly length: number },
    code: string,
    message: string,
    hint?: string,
  ): void {
    this.#add(severity, this.document.positionIn(path, offset, length), code, message, hint);
  }

  #add(
    severity: Problem['severity'],
    position: { readonly line: number; readonly column: number; readonly length: number },
    code: string,
    message: string,
    hint: string | undefined,
  ): void {
    const { line, column, length } = position;
    const problem = { file: this.document.file, line, column, length, severity, code, message };
    this.problems.push(hint === undefined ? problem : { ...problem, hint });
  }
}
