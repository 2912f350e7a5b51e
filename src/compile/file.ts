import { isMapping } from '../core/logic/value.ts';
import { nearest } from '../core/nearest.ts';
import type { Path } from '../spec/document.ts';
import { checkShape } from '../spec/shape.ts';
import { substitute, type Surroundings } from '../spec/substitute.ts';
import { KEYWORDS, ruleShape, type KeywordName } from './keywords.ts';
import { checkName } from './own-name.ts';
import { isTestFile } from './test-files.ts';
import type { Report } from './report.ts';
import { RULE_KEYS } from './written-otherwise.ts';
import type { WrittenRule } from './written-rule.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** The keys of a file with several rules. */
const FILE_KEYS = ['vars', 'defaults', 'rules', 'tests'];

/** What is written in a file. */
export interface WrittenFile {
  readonly rules: readonly WrittenRule[];
  /** Ids of rules that are written but not to be run. */
  readonly disabled: readonly string[];
  readonly vars: Mapping;
  /** What stands under `tests`; undefined without it. */
  readonly tests: unknown;
}

/** Read one file: a single rule, a list of them, or `{ vars, defaults, rules, tests }`; or, by its name, only `tests`. */
export function readRules(report: Report, source: Surroundings): WrittenFile {
  const { data, file } = report.document;
  if (isTestFile(file)) return readTestFile(data, report);
  if (Array.isArray(data)) return readList(data, [], {}, {}, [], report);
  if (!isMapping(data)) {
    report.error([], 'wrong-type', 'a rule file holds a rule, a list of rules, or a mapping with `rules`');
    return NOTHING;
  }
  const { tests } = data;
  if (isRule(data)) {
    const rule = Object.fromEntries(Object.entries(data).filter(([key]) => key !== 'tests'));
    return { ...readList([rule], null, {}, {}, [], report), tests };
  }
  for (const key of Object.keys(data)) {
    if (!FILE_KEYS.includes(key))
      report.errorAtKey([key], 'unknown-key', `"${key}" is not a key of a rule file`, fileKeyHint(key));
  }
  const vars = readVars(data['vars'], report, source);
  const defaults = readDefaults(data['defaults'], report);
  const { rules } = data;
  if (rules === undefined) {
    if (Object.keys(data).some(isMeantForRules)) return { ...NOTHING, tests };
    const hint =
      tests === undefined
        ? 'Add rules: with a list of rules'
        : 'Tests of the rules in x.yaml stand there, or in x.test.yaml';
    report.error([], 'missing-key', 'this file has no `rules`', hint);
    return { ...NOTHING, tests };
  }
  if (!Array.isArray(rules)) {
    report.error(['rules'], 'wrong-type', '`rules` is a list of rules', 'Begin each rule with "- id: …"');
    return { ...NOTHING, tests };
  }
  return { ...readList(rules, ['rules'], vars, defaults, ['defaults'], report), tests };
}

const NOTHING: WrittenFile = { rules: [], disabled: [], vars: {}, tests: undefined };

/** Whether it is the one rule of its file, beside which its tests may stand. */
function isRule(data: Mapping): boolean {
  const keys = Object.keys(data);
  if (keys.includes('on') || keys.includes('sequence')) return true;
  if (keys.some((key) => isMeantForRules(key) && Array.isArray(data[key]))) return false;
  return !keys.some((key) => key !== 'tests' && FILE_KEYS.includes(key)) && !(keys.length === 1 && keys[0] === 'tests');
}

/** Whether `rules` is what a key was to be. */
function isMeantForRules(key: string): boolean {
  return !Object.hasOwn(KEYWORDS, key) && !FILE_KEYS.includes(key) && nearest(key, FILE_KEYS) === 'rules';
}

function fileKeyHint(key: string): string {
  if (Object.hasOwn(KEYWORDS, key)) return '`defaults` holds keys for all rules of the file';
  const meant = nearest(key, FILE_KEYS);
  return meant === undefined ? `A file has ${FILE_KEYS.join(', ')}` : `Did you mean "${meant}"?`;
}

/** Read a file that, by its name, holds only tests. */
function readTestFile(data: unknown, report: Report): WrittenFile {
  const message = 'a file called *.test.yaml holds `tests`, and nothing else';
  if (!isMapping(data) || !('tests' in data)) {
    report.error([], isMapping(data) ? 'missing-key' : 'wrong-type', message, 'Write tests: with a list of tests');
    return NOTHING;
  }
  for (const key of Object.keys(data)) {
    if (key !== 'tests') report.errorAtKey([key], 'unknown-key', message, 'Rules stand in a file of another name');
  }
  return { ...NOTHING, tests: data['tests'] };
}

/** `base` is the path of the list, or null where the document is the one rule. */
function readList(
  list: readonly unknown[],
  base: Path | null,
  vars: Mapping,
  defaults: Mapping,
  defaultsPath: Path,
  report: Report,
): WrittenFile {
  const rules: WrittenRule[] = [];
  const disabled: string[] = [];
  for (const [i, value] of list.entries()) {
    const path = base === null ? [] : [...base, i];
    const written = readRule(value, path, vars, defaults, defaultsPath, base === null || list.length === 1, report);
    if (written === null) continue;
    rules.push(written);
    if (written.spec.enabled === false) disabled.push(written.id);
  }
  return { rules, disabled, vars, tests: undefined };
}

function readRule(
  value: unknown,
  path: Path,
  vars: Mapping,
  defaults: Mapping,
  defaultsPath: Path,
  alone: boolean,
  report: Report,
): WrittenRule | null {
  if (!isMapping(value)) {
    report.error(path, 'wrong-type', 'a rule is a mapping with `on` and what to do', 'See the example in the README');
    return null;
  }
  if (!('on' in value) && !('on' in defaults) && !('sequence' in value)) {
    report.error(path, 'missing-key', 'a rule needs the key "on": what it listens to', 'Add on: some/+name/topic');
  }
  // What is well-formed is looked into whatever the rest is: all mistakes are shown at once.
  const own = wellFormed(value);
  // As a whole a rule takes longer to check: all the keys that it does not have are looked for.
  if (Object.keys(own).length < Object.keys(value).length) {
    const shaped = checkShape(report.document, path, value, ruleShape, { noun: 'a rule', ...RULE_KEYS });
    if ('problems' in shaped) report.problems.push(...shaped.problems);
  }
  const spec = { ...defaults, ...own };
  const id = idOf(value, path, alone, report);
  const pathOf = (key: KeywordName): Path =>
    key in value || !(key in defaults) ? [...path, key] : [...defaultsPath, key];
  return { id, spec, path, pathOf, vars };
}

function wellFormed(own: Mapping): Mapping {
  const sound: Record<string, unknown> = {};
  for (const key of Object.keys(own)) {
    if (Object.hasOwn(KEYWORDS, key) && KEYWORDS[key as KeywordName].schema.safeParse(own[key]).success) {
      sound[key] = own[key];
    }
  }
  return sound;
}

/** Stands in for an id that is missing or wrong, which has been reported: the rest is looked through all the same. */
export const NO_ID = '?';

function idOf(own: Mapping, path: Path, alone: boolean, report: Report): string {
  const { id } = own;
  if (typeof id === 'string') return id;
  if (id !== undefined) return NO_ID;
  const stem = fileStem(report.document.file);
  if (alone && /^[A-Za-z0-9_-]+$/.test(stem)) return stem;
  const hint = alone ? `The file name "${stem}" cannot serve as one: add id:` : 'Add id: with letters, digits, - and _';
  report.error(path, 'missing-key', 'this rule has no `id`', hint);
  return NO_ID;
}

function fileStem(file: string): string {
  return (file.split('/').at(-1) ?? '').replace(/\.(yaml|yml|json)$/, '');
}

function readVars(value: unknown, report: Report, source: Surroundings): Mapping {
  if (value === undefined) return {};
  if (!isMapping(value)) {
    report.error(['vars'], 'wrong-type', '`vars` is a mapping from names to values');
    return {};
  }
  for (const name of Object.keys(value)) checkName(name, ['vars', name], report);
  const result = substitute(report.document, ['vars'], value, source);
  if ('problems' in result) {
    report.problems.push(...result.problems);
    return {};
  }
  return isMapping(result.value) ? result.value : {};
}

function readDefaults(value: unknown, report: Report): Mapping {
  if (value === undefined) return {};
  if (!isMapping(value)) {
    report.error(['defaults'], 'wrong-type', '`defaults` is a mapping of keys for all rules of the file');
    return {};
  }
  if ('id' in value) report.errorAtKey(['defaults', 'id'], 'unknown-key', '`id` cannot have a default: it is unique');
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'id'));
  const shaped = checkShape(report.document, ['defaults'], own, ruleShape, { noun: '`defaults`', ...RULE_KEYS });
  if ('problems' in shaped) {
    report.problems.push(...shaped.problems);
    return wellFormed(own);
  }
  return own;
}
