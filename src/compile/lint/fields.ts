import { headOf, type Check, type Seen } from './seen.ts';

/** A name that hides a field which a test of the rule sends. */
const hiddenField: Check = (seen, suspect) => {
  const { names, place } = seen;
  const field = fieldOf(seen);
  if (field === null || place === 'lookup' || !names.sentFields.has(field) || !names.has(field)) return;
  const message = `\`${field}\` is ${names.describe(field)} here, and hides the field \`${field}\` that payloads have`;
  suspect('hidden-field', message, `For the field write payload.${field}`);
};

/** `key`, where the elements have a `key` of their own. */
const keyOfElement: Check = (seen, suspect) => {
  const { names, place } = seen;
  if (fieldOf(seen) !== 'key' || place !== 'rule' || !names.iteratesEntries) return;
  const message = '`key` is the key of the rule here, not that of the element';
  suspect('hidden-field', message, 'For that of the element write payload.key');
};

/** An aggregate in `where` or `by`, which come before the window. */
const aggregateTooEarly: Check = (seen, suspect) => {
  const { names, place } = seen;
  const field = fieldOf(seen);
  if (field === null || (place !== 'message' && place !== 'window')) return;
  if (!names.onlyAggregates.includes(field) || names.sentFields.has(field)) return;
  const message = `\`${field}\` is a field of the message here, not the aggregate of that name`;
  suspect('not-gathered', message, 'What the result of a window has to be stands in if:');
};

/** Functions without operands that look like names. */
const FUNCTIONS: ReadonlySet<string> = new Set(['hour', 'weekday']);
const OF_THE_CLOCK: ReadonlySet<string> = new Set([...FUNCTIONS, 'date']);

/** A field of the payload in a rule that has only ticks. */
const noPayload: Check = (seen, suspect) => {
  const field = fieldOf(seen);
  if (field === null || seen.hasPayload || seen.names.has(field)) return;
  const message = `\`${field}\` is read as a field of the payload, and a tick of a schedule has none: it is always unknown`;
  const hint = OF_THE_CLOCK.has(field)
    ? `The function is ${field}()`
    : 'To look at the latest payload of a topic, name it in with:';
  suspect('no-payload', message, hint);
};

/** Reserved names that are a number or a text, and how to get at a part of them. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['now', 'For a part of the time write hour(), weekday() or date()'],
  ['held', 'It is in milliseconds: held > 5m'],
  ['topic', 'Name the level in `on`, as in home/+room/temperature, and write that name'],
  ['key', 'Write the names of its parts, such as wildcards of `on`'],
]);

/** `now.hour`, `topic.1`. */
const partOfOne: Check = ({ operator, operands: [path], first }, suspect) => {
  if (operator !== 'var' || first !== null || typeof path !== 'string') return;
  const [head = '', step] = path.split('.');
  const hint = step === undefined ? undefined : PARTS.get(head);
  if (hint !== undefined)
    suspect('never-known', `\`${head}\` has no fields: \`${head}.${String(step)}\` is always unknown`, hint);
};

const OF_A_WINDOW: ReadonlySet<string> = new Set(['start', 'end', 'count']);

/** `window.size`. */
const partOfWindow: Check = ({ operator, operands: [path] }, suspect) => {
  if (operator !== 'var' || typeof path !== 'string') return;
  const [head, step] = path.split('.');
  if (head !== 'window' || step === undefined || OF_A_WINDOW.has(step)) return;
  suspect('never-known', `\`window.${step}\` is always unknown`, 'Write window.start, window.end or window.count');
};

/** `list[-1]`. */
const fromTheEnd: Check = ({ operator, operands: [, index] }, suspect) => {
  if (operator !== 'val' || typeof index !== 'number' || index >= 0) return;
  const message = 'lists are not counted from their end: this is always unknown';
  suspect('never-known', message, 'Write last(list), which skips what is unknown, or val(list, length(list) - 1)');
};

/** `hour`, where `hour()` is meant. */
const bareFunction: Check = ({ operator, operands: [name], first, names, hasPayload }, suspect) => {
  if (operator !== 'var' || first !== null || typeof name !== 'string') return;
  if (!FUNCTIONS.has(name) || names.has(name) || !hasPayload) return;
  const hint = `The function is ${name}(); for the field write payload.${name}`;
  suspect('bare-function', `\`${name}\` is read as a field of the payload`, hint);
};

/** What a name is read as, and what was probably meant. */
export const FIELD_CHECKS: readonly Check[] = [
  hiddenField,
  keyOfElement,
  aggregateTooEarly,
  noPayload,
  partOfOne,
  partOfWindow,
  fromTheEnd,
  bareFunction,
];

/** The field of the payload that a `var` is of, if it is of one. */
function fieldOf({ operator, operands }: Seen): string | null {
  return operator === 'var' ? headOf(operands[0]) : null;
}
