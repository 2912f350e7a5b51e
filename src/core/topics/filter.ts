import { nameFault } from './topic.ts';

/** A topic filter as users write it: `home/+room/#rest`. */
export interface Filter {
  /** What is sent to the broker: names taken off, `$share/group/` kept. */
  readonly text: string;
  /** The levels that are matched, without `$share/group`. `+` and `#` stand for the wildcards. */
  readonly levels: readonly string[];
  /** The name of each wildcard, in order; null for a plain `+` or `#`. */
  readonly names: readonly (string | null)[];
}

/** Why a filter is refused. `offset` is where in the text. */
export interface FilterFault {
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Read a filter with named wildcards [MQTT-4.7.1-2, 4.7.1-3, 4.8.2-1]. */
export function parseFilter(text: string): Filter | FilterFault {
  if (text.length === 0) return { message: 'a topic filter cannot be empty', offset: 0 };
  const fault = nameFault(text);
  if (fault !== null) return { message: `this topic filter cannot be used: ${fault}`, offset: 0 };
  const written = text.split('/');
  let first = 0;
  if (written[0] === '$share') {
    if (written.length < 3 || written[1] === '' || /[+#]/.test(written[1] ?? '')) {
      return { message: 'a shared subscription is `$share/<group>/<filter>`', offset: 0 };
    }
    first = 2;
  }
  const levels: string[] = [];
  const names: (string | null)[] = [];
  let offset = written.slice(0, first).reduce((sum, level) => sum + level.length + 1, 0);
  for (let i = first; i < written.length; i++) {
    const level = written[i] ?? '';
    const sign = level[0];
    if (sign === '+' || sign === '#') {
      const name = level.slice(1);
      if (sign === '#' && i < written.length - 1) {
        return { message: '`#` matches all the rest, so it can only be the last level', offset };
      }
      if (name !== '' && !NAME.test(name)) {
        return {
          message: `"${level}" is not a wildcard: after ${sign} comes a name of letters, digits and _, or nothing`,
          hint: 'A wildcard stands for a whole level',
          offset,
        };
      }
      if (name !== '' && names.includes(name))
        return { message: `the name "${name}" is used twice in one filter`, offset };
      levels.push(sign);
      names.push(name === '' ? null : name);
    } else if (/[+#]/.test(level)) {
      return {
        message: `"${level}" mixes text and a wildcard`,
        hint: 'A wildcard stands for a whole level: `a/+name/b`',
        offset: offset + level.search(/[+#]/),
      };
    } else {
      levels.push(level);
    }
    offset += level.length + 1;
  }
  return { text: [...written.slice(0, first), ...levels].join('/'), levels: levels.slice(), names: names.slice() }; // Slices have no spare room.
}

/** Whether `parseFilter` gave a filter. */
export function isFilter(parsed: Filter | FilterFault): parsed is Filter {
  return 'levels' in parsed;
}

/** Whether a filter (without names) matches a topic; wildcards at the start do not match `$…` [MQTT-4.7.2-1]. */
export function filterMatches(filter: string, topic: string): boolean {
  const wanted = matchedLevels(filter);
  const levels = topic.split('/');
  if (topic.startsWith('$') && isWildcard(wanted[0])) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true;
    if (i >= levels.length) return false;
    if (wanted[i] !== '+' && wanted[i] !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

/** Whether every topic that `inner` matches is matched by `outer`. Both without names; shared ones cover nothing. */
export function filterCovers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  if (outer.startsWith('$share/') || inner.startsWith('$share/')) return false;
  const a = outer === '+/#' ? ['#'] : outer.split('/'); // `#` is of the parent level too, so both match the same.
  const b = inner.split('/');
  if (isWildcard(a[0]) && inner.startsWith('$')) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === '#') return true; // Also of the parent level: `a/#` covers `a`.
    if (i >= b.length || b[i] === '#') return false;
    if (a[i] !== '+' && a[i] !== b[i]) return false;
  }
  return a.length === b.length;
}

/** Whether some topic is matched by both. Both without names. */
export function filtersOverlap(one: string, other: string): boolean {
  const a = matchedLevels(one);
  const b = matchedLevels(other);
  if (isWildcard(a[0]) ? b[0]?.startsWith('$') : isWildcard(b[0]) && a[0]?.startsWith('$')) return false;
  for (let i = 0; ; i++) {
    if (a[i] === '#' || b[i] === '#') return true;
    if (i >= a.length || i >= b.length) return a.length === b.length || a[i] === '#' || b[i] === '#';
    if (a[i] !== '+' && b[i] !== '+' && a[i] !== b[i]) return false;
  }
}

/** The levels that take part in matching: those after `$share/group`. */
export function matchedLevels(filter: string): string[] {
  const levels = filter.split('/');
  return levels[0] === '$share' ? levels.slice(2) : levels;
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}
