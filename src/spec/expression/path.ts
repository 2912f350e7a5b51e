import { isName, isWord } from './name.ts';

/** An index as it stands in a path. `01` and `-1` are keys of a mapping. */
const INDEX = /^(?:0|[1-9]\d*)$/;

/** Whether a key can be a step of a `var` path, whose steps are separated by dots. */
export function isPathStep(key: unknown): boolean {
  if (typeof key === 'string') return key !== '' && !key.includes('.');
  return Number.isSafeInteger(key) && !Object.is(key, -0) && Number(key) >= 0;
}

/** `a.b[0]["switch:0"]` for the `var` path `a.b.0.switch:0`; undefined where no expression is read as that path. */
export function printPath(path: string): string | undefined {
  const [first = '', ...steps] = path.split('.');
  if (!isName(first) || !steps.every(isPathStep)) return undefined;
  return first + steps.map((step) => (INDEX.test(step) ? `[${step}]` : printKey(step))).join('');
}

/** `.state` or `["switch:0"]`. */
export function printKey(key: string): string {
  return isWord(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
