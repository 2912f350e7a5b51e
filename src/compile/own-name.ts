import type { Path } from '../spec/document.ts';
import { isName, isWord } from '../spec/expression/name.ts';
import { RESERVED } from './reserved-names.ts';
import type { Report } from './report.ts';

/** Whether a rule or its file may give this name to something; if not, that is reported at the key. */
export function checkName(name: string, path: Path, report: Report): boolean {
  if (RESERVED.has(name))
    report.errorAtKey(path, 'reserved-name', `"${name}" is a reserved name`, 'Choose another name');
  else if (!isName(name) || name === '__proto__') {
    const hint =
      isWord(name) && !isName(name)
        ? 'It is a word of expressions: choose another name'
        : 'A name has letters, digits and _, and starts with a letter';
    report.errorAtKey(path, 'invalid-name', `"${name}" is not a name`, hint);
  } else return true;
  return false;
}
