import { tableOf } from './table.ts';

const X = { var: 'x' };

tableOf('cat joins the texts of anything', [
  [{ cat: ['a', 1, true] }, 'a1true'],
  [{ cat: 'ice' }, 'ice'],
  [{ cat: [X] }, '1,2,,[object Object]', { x: [1, [2, null], { toString: 3 }] }],
  [{ cat: ['a', X] }, null, {}],
  [{ cat: [X, X, X] }, '1e+211e+211e+21', { x: 1e21 }],
]);

tableOf('substr', [
  [{ substr: ['jsonlogic', 4] }, 'logic'],
  [{ substr: ['jsonlogic', -5] }, 'logic'],
  [{ substr: ['jsonlogic', 1, 3] }, 'son'],
  [{ substr: ['jsonlogic', 4, -2] }, 'log'],
  [{ substr: ['jsonlogic', -5, -2] }, 'log'],
  [{ substr: ['abc', 9] }, ''],
  [{ substr: ['abc', -9, 2] }, 'ab'],
  [{ substr: ['abc', 0, -9] }, ''],
  [{ substr: ['abc', 0, 0] }, ''],
  [{ substr: ['abc', '1', '1'] }, 'b'],
  [{ substr: ['abc', 0.9, 1.9] }, 'a'],
  [{ substr: [12345, 1, 2] }, '23'],
  [{ substr: ['abc', X] }, null, {}],
  [{ substr: ['abc', X] }, null, { x: 'one' }],
  [{ substr: [X, 0] }, null, {}],
]);

tableOf('text functions take texts, numbers and booleans', [
  [{ startsWith: [X, '0x'] }, true, { x: '0x90' }],
  [{ startsWith: [X, 12] }, true, { x: 123 }],
  [{ endsWith: [X, '3'] }, true, { x: 123 }],
  [{ endsWith: [X, 'e'] }, true, { x: true }],
  [{ contains: [X, 'oo'] }, true, { x: 'room' }],
  [{ contains: [X, ''] }, true, { x: '' }],
  [{ contains: [X, 'b'] }, false, { x: ['abc'] }],
  [{ contains: [X, 'abc'] }, true, { x: ['abc'] }],
  [{ contains: [X, 1] }, null, { x: [null] }],
  [{ upper: X }, 'KÜCHE 1', { x: 'Küche 1' }],
  [{ lower: X }, 'true', { x: true }],
  [{ trim: X }, 'a b', { x: '\t a b\n' }],
  [{ split: [X, '.'] }, ['21', '5'], { x: 21.5 }],
  [{ split: ['a,b,,c', ','] }, ['a', 'b', '', 'c']],
  [{ split: ['a😀', ''] }, ['a', '😀']],
  [{ split: ['', ','] }, ['']],
  [{ replace: ['a-b-c', '-', ''] }, 'abc'],
  [{ replace: ['aaa', 'a', '$&$1'] }, '$&$1$&$1$&$1'],
  [{ replace: ['abc', '', '-'] }, 'abc'],
  [{ replace: [X, 5, 6] }, '21.6', { x: 21.5 }],
]);

tableOf('and are unknown for lists, mappings and what is unknown', [
  ...['upper', 'lower', 'trim'].flatMap((name) => [
    [{ [name]: X }, null, {}] as const,
    [{ [name]: X }, null, { x: ['a'] }] as const,
    [{ [name]: X }, null, { x: { toString: 'a', toUpperCase: 1 } }] as const,
  ]),
  ...['startsWith', 'endsWith', 'split'].flatMap((name) => [
    [{ [name]: [X, 'a'] }, null, {}] as const,
    [{ [name]: ['a', X] }, null, { x: {} }] as const,
    [{ [name]: [X, 'a'] }, null, { x: ['a'] }] as const,
  ]),
  [{ contains: [X, 'a'] }, null, { x: { a: 1 } }],
  [{ contains: ['a', X] }, null, { x: ['a'] }],
  [{ replace: ['a', X, 'b'] }, null, {}],
  [{ replace: ['a', 'a', X] }, null, { x: [] }],
  [{ matches: [X, 'a'] }, null, {}],
  [{ matches: [X, 'a'] }, null, { x: ['a'] }],
]);

tableOf('matches finds a pattern anywhere', [
  [{ matches: [X, 'room'] }, true, { x: 'bathroom 2' }],
  [{ matches: [X, '^room'] }, false, { x: 'bathroom 2' }],
  [{ matches: [X, '^(bed|bath)room \\d+$'] }, true, { x: 'bathroom 2' }],
  [{ matches: [X, '(?i)BATH'] }, true, { x: 'bathroom 2' }],
  [{ matches: [X, '^2\\d\\.5$'] }, true, { x: 21.5 }],
  [{ matches: [X, '^\\p{Lu}'] }, true, { x: 'Éa' }],
  [{ matches: ['abc', ''] }, true],
  [{ matches: [X, '(a+)+$'] }, false, { x: `${'a'.repeat(4_000)}b` }],
]);
