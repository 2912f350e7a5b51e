import { ActionFailure } from '../core/action.ts';
import type { Scope } from '../core/scope.ts';
import { MAX_TOPIC_LEVELS, topicFault } from '../core/topics/topic.ts';
import type { Path } from '../spec/document.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import { variableName } from './variable-name.ts';
import { compilePieces, fixed, settle, wireText, UnknownValue, type Piece, type ValuePiece } from './template.ts';

/** A topic to publish to. */
export interface TopicTemplate {
  readonly render: (scope: Scope) => string | ActionFailure;
  /** The topic, if it is the same for every message. */
  readonly fixed: string | null;
  /** What matches all topics it can render to: one for each number of levels that the key may have. */
  readonly filters: readonly TopicFilter[];
  /** The logic of the values in it. */
  readonly values: readonly unknown[];
}

/** A filter for topics that a template renders to. */
export interface TopicFilter {
  readonly text: string;
  /** Which of its wildcards are the levels of the key, in order; none where the key is not to be had from the topic. */
  readonly key: readonly number[];
}

/** What a value may not have in it: it stands for one level, whatever came over the wire. */
const NOT_A_LEVEL = /[/+#\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
/** The key may be several levels, and so may a `#` wildcard: it came from a topic. */
const NOT_LEVELS = /[+#\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

const EMPTY_LEVEL = /^\/|\/\/|\/$/;

/** Whether a text is of ASCII that any level may have: most are, and it costs less to see that than to ask a pattern. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code >= DELETE || code === HASH || code === PLUS || code === SLASH) return false;
  }
  return true;
}

const SPACE = 0x20;
const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;
const DELETE = 0x7f;

/** No shorter topic can have too many levels or bytes; a longer one is checked as a whole. */
const SURELY_SHORT = MAX_TOPIC_LEVELS - 1;

/** Compile a topic template. Each value must be one whole, non-empty level; `${key}` and a `#name` may be several. */
export function compileTopic(text: string, path: Path, names: Names, report: Report): TopicTemplate {
  const pieces = compilePieces(text, path, names, report).map((piece) => settleInTopic(piece, names));
  const fixedText = pieces.map((piece) => ('text' in piece ? piece.text : 'x')).join('');
  // No pieces of a text: it has been reported already.
  const fault = pieces.length === 0 && text !== '' ? null : topicFault(fixedText);
  if (fault !== null) {
    report.error(
      path,
      'invalid-topic',
      `this topic cannot be published to: ${fault}`,
      'Write a topic such as home/${room}/light/set',
    );
  }
  const isSeveral = (piece: ValuePiece): boolean => names.meansLevels(variableName(piece.value.logic) ?? '');
  const steps = pieces.map((piece) => ('text' in piece ? piece.text : levelOf(piece, isSeveral(piece))));
  const always = steps.every((step) => typeof step === 'string') ? steps.join('') : null;
  return {
    filters: filtersOf(pieces, isSeveral, names),
    values: pieces.flatMap((piece) => ('text' in piece ? [] : [piece.value.logic])),
    fixed: always,
    render: always === null ? inSteps(steps) : fixed(always),
  };
}

// Made in functions of their own: a closure keeps all that its surroundings share with other closures, and there that is
// the report with the whole document.
function inSteps(steps: readonly Step[]): TopicTemplate['render'] {
  const firstValue = steps.findIndex((step) => typeof step !== 'string');
  const isFirstLevelFixed = steps.slice(0, firstValue).join('').includes('/');
  return (scope) => {
    const topic = renderTopic(steps, scope);
    if (isFirstLevelFixed || typeof topic !== 'string' || !topic.startsWith('$')) return topic;
    return new ActionFailure(
      'bad_topic',
      `the topic begins with $, which only a fixed first level may: ${JSON.stringify(topic.slice(0, 100))}`,
    );
  };
}

/** What `settle` knows, and the name of the rule. */
function settleInTopic(piece: Piece, names: Names): Piece {
  return 'value' in piece && variableName(piece.value.logic) === 'rule' ? { text: names.rule } : settle(piece);
}

type Step = string | ((scope: Scope) => string | ActionFailure);

function levelOf(piece: ValuePiece, severalLevels: boolean): Step {
  const { source } = piece;
  const { get } = piece.value;
  const unknown = new UnknownValue(source).failureIn('topic');
  const wrong = severalLevels ? NOT_LEVELS : NOT_A_LEVEL;
  const isKey = variableName(piece.value.logic) === 'key';
  return (scope) => {
    const value = get(scope);
    const text = wireText(value);
    if (text === null) return unknown;
    if (typeof value === 'object')
      return new ActionFailure('bad_topic', `\${${source}} in the topic is a list or mapping`);
    if (text === '' || (isKey && EMPTY_LEVEL.test(text)))
      return new ActionFailure(
        'bad_topic',
        `\${${source}} in the topic ${text === '' ? 'is empty' : 'has an empty level'}`,
      );
    if (!isPlain(text) && wrong.test(text)) {
      const what = severalLevels
        ? 'has + # or a control character'
        : 'is not one level: it has / + # or a control character';
      return new ActionFailure(
        'bad_topic',
        `\${${source}} in the topic ${what}: ${JSON.stringify(text.slice(0, 100))}`,
      );
    }
    return text;
  };
}

function renderTopic(steps: readonly Step[], scope: Scope): string | ActionFailure {
  let topic = '';
  for (const step of steps) {
    if (typeof step === 'string') topic += step;
    else {
      const part = step(scope);
      if (typeof part !== 'string') return part;
      topic += part;
    }
  }
  if (topic.length > SURELY_SHORT) {
    const fault = topicFault(topic);
    if (fault !== null) return new ActionFailure('bad_topic', `the topic cannot be published to: ${fault}`);
  }
  return topic;
}

// What stands in a text for a value, for several levels, and for a level of the key: no topic has these.
const VALUE = '\u0000';
const LEVELS = '\u0001';
const KEY = '\u0002';

/** Filters that match every topic the pieces can make: a level with a value in it is `+`, several are `#`. */
function filtersOf(
  pieces: readonly Piece[],
  isSeveral: (piece: ValuePiece) => boolean,
  { keyLevels }: Names,
): TopicFilter[] {
  const filters = keyLevels.map((count) => {
    const key = new Array<string>(count).fill(KEY).join('/');
    const marked = pieces.map((piece) => {
      if ('text' in piece) return piece.text;
      if (variableName(piece.value.logic) === 'key') return key;
      return isSeveral(piece) ? LEVELS : VALUE;
    });
    return filterOf(marked.join('').split('/'), count);
  });
  return filters.filter(({ text }, i) => filters.findIndex((other) => other.text === text) === i);
}

function filterOf(marked: readonly string[], keyLevels: number): TopicFilter {
  const levels: string[] = [];
  const key: number[] = [];
  let wildcards = 0;
  for (const level of marked) {
    if (level.includes(LEVELS)) {
      levels.push('#');
      break;
    }
    const isWildcard = level.includes(VALUE) || level.includes(KEY);
    levels.push(isWildcard ? '+' : level);
    if (level === KEY && key.length < keyLevels) key.push(wildcards);
    if (isWildcard) wildcards++;
  }
  return { text: levels.join('/'), key: key.length === keyLevels ? key : [] };
}
