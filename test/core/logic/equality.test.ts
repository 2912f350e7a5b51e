import { tableOf } from './table.ts';

const X = { var: 'x' };

tableOf('== and != compare as JavaScript does', [
  [{ '==': [1, 1] }, true],
  [{ '==': [1, '1'] }, true],
  [{ '==': ['1', 1] }, true],
  [{ '==': [1, 2] }, false],
  [{ '==': [0, false] }, true],
  [{ '==': ['', 0] }, true],
  [{ '==': [' 7 ', 7] }, true],
  [{ '==': ['1', true] }, true],
  [{ '==': ['ON', true] }, false],
  [{ '==': ['abc', 0] }, false],
  [{ '==': ['21.50', '21.5'] }, false],
  [{ '!=': [1, '1'] }, false],
  [{ '!=': [X, 'ON'] }, true, { x: 'OFF' }],
]);

tableOf('=== and !== also compare the type', [
  [{ '===': [1, 1] }, true],
  [{ '===': [1, '1'] }, false],
  [{ '===': [false, 0] }, false],
  [{ '!==': [1, '1'] }, true],
  [{ '!==': ['a', 'a'] }, false],
]);

tableOf('an unknown operand makes it unknown', [
  [{ '==': [X, 0] }, null, {}],
  [{ '==': [0, X] }, null, { x: null }],
  [{ '!=': [X, 'ON'] }, null, {}],
  [{ '===': [X, { var: 'y' }] }, null, {}],
  [{ '!==': [X, 1] }, null, {}],
]);

tableOf('the literal null asks whether the other is unknown', [
  [{ '==': [X, null] }, true, {}],
  [{ '==': [X, null] }, true, { x: null }],
  [{ '==': [null, X] }, false, { x: 0 }],
  [{ '!=': [X, null] }, true, { x: false }],
  [{ '!=': [null, X] }, false, {}],
  [{ '===': [X, null] }, true, {}],
  [{ '!==': [X, null] }, true, { x: '' }],
  [{ '==': [null, null] }, true],
  [{ '==': [null, 0] }, false],
  [{ '==': [{ '/': [1, X] }, null] }, true, { x: 0 }],
]);

tableOf('lists and mappings are compared by their text with anything else, and equal only themselves', [
  [{ '==': [X, 1] }, true, { x: [1] }],
  [{ '==': [X, '1,2'] }, true, { x: [1, 2] }],
  [{ '==': [X, ''] }, true, { x: [[null]] }],
  [{ '==': [X, '[object Object]'] }, true, { x: {} }],
  [{ '==': ['a,[object Object],,1', X] }, true, { x: ['a', {}, null, [1]] }],
  [{ '==': [X, X] }, true, { x: [1] }],
  [{ '==': [X, { var: 'y' }] }, false, { x: [1], y: [1] }],
  [{ '==': [X, { var: 'y' }] }, false, { x: [1], y: {} }],
]);

tableOf('hostile mappings are compared like any other', [
  [{ '==': [X, 'b'] }, false, { x: { toString: 'b', valueOf: 'b' } }],
  [{ '!=': [5, X] }, true, { x: { valueOf: null, toString: null } }],
  [{ '==': [X, '[object Object]'] }, true, { x: [{ toString: 1, join: 2, length: 3 }] }],
]);
