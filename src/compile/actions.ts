import type { z } from 'zod';
import { ActionFailure, type Action, type Assignment } from '../core/action.ts';
import type { Branch, BranchName } from '../core/branch.ts';
import type { Script } from '../core/script.ts';
import { wallTime } from '../core/logic/getter.ts';
import type { Path } from '../spec/document.ts';
import { clearingOf } from './clearing.ts';
import { compileExpression, compileOnceMore } from './expression.ts';
import { compilePieces, compileText } from './template.ts';
import { compilePublish, type PublishContext, type PublishSpec } from './publish.ts';
import { compileHttp, type HttpSpec } from './http.ts';
import { compileScript } from './script.ts';
import type { actionsShape, DoSteps, logShape } from './action-shapes.ts';

type ActionsSpec = z.infer<typeof actionsShape>;
type LogSpec = Exclude<z.infer<typeof logShape>, readonly unknown[]>;

/** Where the keys of a group of actions stand: for a rule, some may come from `defaults`. */
export type PathOf = (key: 'set' | 'publish' | 'http' | 'log' | 'do') => Path;

/** Compile what a rule does in one case: `set`, then `publish`, `http` and `log`. */
export function compileBranch(name: BranchName, spec: ActionsSpec, pathOf: PathOf, context: PublishContext): Branch {
  const script = spec.do === undefined ? null : compileDo(spec.do, pathOf('do'), context);
  return { name, ...compileActs(spec, pathOf, context), script };
}

function compileActs(
  spec: Pick<ActionsSpec, 'set' | 'publish' | 'http' | 'log'>,
  pathOf: PathOf,
  context: PublishContext,
): Pick<Branch, 'set' | 'actions'> {
  return {
    set: compileSet(spec.set ?? {}, pathOf('set'), context),
    actions: [
      ...each(spec.publish, pathOf('publish')).map(([one, path]) => compilePublish(one as PublishSpec, path, context)),
      ...each(spec.http, pathOf('http')).map(([one, path]) => compileHttp(one as HttpSpec, path, context)),
      ...each(spec.log, pathOf('log')).map(([one, path]) => compileLog(one as LogSpec, path, context)),
    ],
  };
}

function compileDo(steps: DoSteps, path: Path, context: PublishContext): Script {
  const { names, report, broker, brokers, waits } = context;
  return compileScript(steps, path, {
    names,
    report,
    waits,
    brokers: { defaultBroker: broker, brokers },
    act: (step, place) => compileActs(step, (key) => [...place, key], context),
  });
}

/** The elements of what may be one or a list, each with its path. */
function each(value: unknown, path: Path): [unknown, Path][] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((element, i) => [element as unknown, [...path, i]]) : [[value, path]];
}

/** In UTF-16 units: a line of a log is read by people, and kept by what collects logs. */
const MAX_LOG_MESSAGE = 64 * 1024;

function compileLog(spec: LogSpec, path: Path, { names, report }: PublishContext): Action {
  const { level = 'info', message } = typeof spec === 'string' ? { message: spec } : spec;
  const text = compileText(message, typeof spec === 'string' ? path : [...path, 'message'], names, report);
  return {
    type: 'log',
    render(scope) {
      const rendered = text(scope);
      if (typeof rendered !== 'string') return rendered.failureIn('log message');
      if (rendered.length > MAX_LOG_MESSAGE)
        return new ActionFailure('too_large', `the log message is longer than ${MAX_LOG_MESSAGE} characters`);
      return { type: 'log', rule: scope.rule, key: scope.key, at: wallTime(scope), level, message: rendered };
    },
  };
}

function compileSet(spec: NonNullable<ActionsSpec['set']>, path: Path, context: PublishContext): Assignment[] {
  const { names, report } = context;
  const assignments: Assignment[] = [];
  for (const [target, value] of Object.entries(spec)) {
    const place = [...path, target];
    const steps = compileSteps(target, place, context);
    const [head, ...rest] = steps;
    const slot = typeof head === 'string' ? names.memory.findIndex(({ name }) => name === head) : -1;
    const compiled = compileExpression(value, place, 'rule', names, report);
    if (slot === -1) {
      const known = names.memory.map(({ name }) => name).join(', ');
      const hint =
        known === '' ? 'Say what the rule remembers: memory: { name: initial value }' : `The memory has: ${known}`;
      report.errorAtKey(
        place,
        'unknown-memory',
        `"${typeof head === 'string' ? head : target}" is not in this rule's memory`,
        hint,
      );
      continue;
    }
    const clears = compileOnceMore(clearingOf(compiled.logic), 'rule', names);
    assignments.push({ slot, path: rest, value: compiled.get, clears });
  }
  return assignments;
}

/** A step of a path: `["a name"]`, `[0]`, or a name between dots. */
const STEP = /\["([^"]*)"\]|\[([^\]["]+)\]|([^.[\]]+)/g;

/** The steps of `a.b.${user}`, `list[0]` or `a["b.c"]`: fixed names and indexes, and values that are one step each. */
function compileSteps(target: string, path: Path, { names, report }: PublishContext): (string | Assignment['value'])[] {
  const steps: (string | Assignment['value'])[] = [];
  const refuse = (): void =>
    report.errorAtKey(path, 'invalid-path', 'In a path, `${…}` is one whole step', 'Write "home.${user}"');
  let isOpen = true; // A value may be the next step.
  let isAfterValue = false;
  for (const piece of compilePieces(target, path, names, report)) {
    if ('text' in piece) {
      if (isAfterValue && !/^[.[\]]/.test(piece.text)) refuse();
      for (const [, quoted, index, name] of piece.text.matchAll(STEP)) steps.push(quoted ?? index ?? name ?? '');
      isOpen = /[.[]$/.test(piece.text);
      isAfterValue = false;
    } else {
      if (!isOpen) refuse();
      steps.push(piece.value.get);
      isOpen = false;
      isAfterValue = true;
    }
  }
  return steps;
}
