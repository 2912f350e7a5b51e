import fc from 'fast-check';

/** Expressions and data to try them on: any that are well-formed, and those that people write for sensors. */

const FIELDS = ['temperature', 'humidity', 'battery', 'state', 'list', 'nested', 'nested.a', 'nested.list', 'rooms'];
const HOSTILE_KEYS = [
  'toString',
  'valueOf',
  'indexOf',
  'length',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'join',
  'map',
];

const TEXTS = [
  '',
  ' ',
  'ON',
  'OFF',
  'nan',
  'unavailable',
  '21.5',
  ' 7 ',
  '0',
  '-3',
  '1e3',
  '.5',
  '1e999',
  '0x10',
  '3 apples',
  'a,b',
  '1,2',
  'true',
  'é😀',
];
const NUMBERS = [0, 1, -1, 2, 3, 10, 21.5, -0.5, 0.1, 100, 1e21, 1e-7, 1.7e308];

const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.integer({ min: -1000, max: 1000 }) },
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.constantFrom(...FIELDS) },
);
const primitive = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** A mapping as JSON.parse makes it: `__proto__` is a key like any other. */
function mapping(keys: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 })
    .map(
      (entries) =>
        JSON.parse(
          `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join()}}`,
        ) as unknown,
    );
}

const shallow = fc.oneof(
  { weight: 4, arbitrary: primitive },
  { weight: 1, arbitrary: fc.array(primitive, { maxLength: 4 }) },
  { weight: 1, arbitrary: mapping(['a', 'temperature', 'state', ...HOSTILE_KEYS], primitive) },
);
const deep = fc.oneof(
  { weight: 3, arbitrary: shallow },
  { weight: 1, arbitrary: fc.array(shallow, { maxLength: 4 }) },
  { weight: 1, arbitrary: mapping(['a', 'list', 'temperature', ...HOSTILE_KEYS], shallow) },
);

/** Any JSON value: texts and numbers of all kinds, lists, mappings with hostile keys. */
export const anyValue: fc.Arbitrary<unknown> = deep;

/** Any data under the fields that generated expressions read, and sometimes no mapping at all. */
export const anyData: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        temperature: deep,
        humidity: deep,
        battery: deep,
        state: deep,
        list: fc.oneof(fc.array(deep, { maxLength: 5 }), deep),
        nested: deep,
        rooms: deep,
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: mapping([...HOSTILE_KEYS, 'temperature', 'state'], deep) },
  { weight: 1, arbitrary: deep },
);

const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FIELDS, '') },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_KEYS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'list.0',
      'list.length',
      'state.length',
      'list.0.temperature',
      'nested..a',
      'temperature.toFixed',
      'list.map',
      'nested.constructor.name',
    ),
  },
);
const elementPath = fc.oneof(
  path,
  fc.constantFrom(
    '',
    '',
    'item',
    'item.temperature',
    'current',
    'accumulator',
    'a',
    'outer.temperature',
    'outer',
    'outer.list',
    'current.temperature',
  ),
);

function reading(paths: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: paths.map((each) => ({ var: each })) },
    { weight: 1, arbitrary: fc.tuple(paths, primitive).map(([each, otherwise]) => ({ var: [each, otherwise] })) },
  );
}

/** An expression inside so many iterators, at most so many operators deep. */
function expression(levels: number, depth: number): fc.Arbitrary<unknown> {
  const paths = depth === 0 ? path : elementPath;
  const leaf = fc.oneof({ weight: 3, arbitrary: reading(paths) }, { weight: 2, arbitrary: primitive });
  if (levels === 0) return leaf;
  const any = expression(levels - 1, depth);
  const several = (minLength: number, maxLength: number): fc.Arbitrary<unknown[]> =>
    fc.array(any, { minLength, maxLength });
  const use = (names: readonly string[], operands: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.tuple(fc.constantFrom(...names), operands).map(([name, operand]) => ({ [name]: operand }));
  const list = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('list', 'nested.list', 'nested').map((each) => ({ var: each })) },
    { weight: 1, arbitrary: any },
  );
  const keys = fc.oneof(fc.array(paths, { maxLength: 3 }), several(1, 2));
  const plain: fc.WeightedArbitrary<unknown>[] = [
    { weight: 2, arbitrary: leaf },
    { weight: 1, arbitrary: several(0, 3) },
    {
      weight: 1,
      arbitrary: use(
        ['!', '!!', '+', '-', 'max', 'min', 'cat', 'merge', 'exists'],
        any.map((each) => [each]),
      ),
    },
    { weight: 4, arbitrary: use(['==', '!=', '===', '!==', '<', '<=', '>', '>=', '??'], several(2, 2)) },
    { weight: 1, arbitrary: use(['<', '<=', 'between'], several(3, 3)) },
    { weight: 3, arbitrary: use(['and', 'or'], several(1, 4)) },
    { weight: 2, arbitrary: use(['if', '?:'], several(1, 5)) },
    { weight: 3, arbitrary: use(['+', '-', '*', '/', '%', 'min', 'max'], several(2, 2)) },
    { weight: 1, arbitrary: use(['+', '*', 'min', 'max', 'cat', 'merge'], several(1, 4)) },
    { weight: 1, arbitrary: use(['substr'], several(2, 3)) },
    { weight: 2, arbitrary: use(['in'], fc.tuple(any, fc.oneof(any, list, fc.array(primitive, { maxLength: 12 })))) },
    { weight: 1, arbitrary: use(['missing'], keys) },
    { weight: 1, arbitrary: use(['missing_some'], fc.tuple(any, fc.array(paths, { maxLength: 3 }))) },
    {
      weight: 1,
      arbitrary: use(
        ['var'],
        any.map((each) => [each]),
      ),
    },
  ];
  if (depth === 3) return fc.oneof(...plain);
  const body = expression(levels - 1, depth + 1);
  return fc.oneof(
    ...plain,
    { weight: 2, arbitrary: use(['map', 'filter', 'all', 'some', 'none'], fc.tuple(list, body)) },
    { weight: 1, arbitrary: use(['reduce'], fc.oneof(fc.tuple(list, body), fc.tuple(list, body, any))) },
  );
}

/** Any expression, up to four operators deep. */
export const anyExpression: fc.Arbitrary<unknown> = fc.oneof(
  expression(1, 0),
  expression(2, 0),
  expression(3, 0),
  expression(4, 0),
);

const SENSORS = ['temperature', 'humidity', 'battery', 'power'];
const sensor = fc.constantFrom(...SENSORS).map((name) => ({ var: name }));
const threshold = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10),
);

const quantity: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: sensor },
  { weight: 1, arbitrary: fc.tuple(sensor, sensor).map(([a, b]) => ({ '-': [a, b] })) },
  { weight: 1, arbitrary: sensor.map((a) => ({ '+': [{ '*': [a, 1.8] }, 32] })) },
  { weight: 1, arbitrary: fc.tuple(sensor, threshold).map(([a, k]) => ({ '/': [a, k] })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('min', 'max'), sensor, sensor).map(([name, a, b]) => ({ [name]: [a, b] })),
  },
);
const test: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('<', '<=', '>', '>='), quantity, threshold)
      .map(([name, a, k]) => ({ [name]: [a, k] })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('<', '<=', '>', '>='), threshold, quantity)
      .map(([name, k, a]) => ({ [name]: [k, a] })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('<', '<='), threshold, quantity, threshold)
      .map(([name, k, a, l]) => ({ [name]: [k, a, l] })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('==', '!=', '==='), fc.constantFrom('ON', 'OFF', 'open'))
      .map(([name, k]) => ({ [name]: [{ var: 'state' }, k] })),
  },
  { weight: 1, arbitrary: fc.constant({ in: [{ var: 'state' }, ['ON', 'open', 'heat']] }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      { var: 'occupancy' },
      { '!': { var: 'occupancy' } },
      { '==': [{ var: 'occupancy' }, true] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      { '!': { missing: ['battery'] } },
      { '==': [{ var: 'battery' }, null] },
      { missing_some: [1, ['power', 'battery']] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('some', 'all', 'none'), threshold)
      .map(([name, k]) => ({ [name]: [{ var: 'relays' }, { '>': [{ var: 'power' }, k] }] })),
  },
);

/** Conditions as people write them for sensors. */
export const sensorRule: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: test },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(test, { minLength: 2, maxLength: 4 }))
      .map(([name, tests]) => ({ [name]: tests })),
  },
  { weight: 2, arbitrary: fc.tuple(test, test, test).map(([a, b, c]) => ({ and: [a, { or: [b, { '!': c }] }] })) },
  {
    weight: 1,
    arbitrary: fc.tuple(test, quantity, quantity).map(([condition, yes, no]) => ({ if: [condition, yes, no] })),
  },
);

const measured = fc.oneof(
  { weight: 12, arbitrary: threshold },
  { weight: 2, arbitrary: threshold.map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, 'nan', 'unavailable', '', true, -0.5, 1e21, { toString: 5 }, [21]),
  },
);

/** Payloads as sensors send them, and sometimes as they should not. */
export const sensorData: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record(
      {
        temperature: measured,
        humidity: measured,
        battery: measured,
        power: measured,
        state: fc.constantFrom<unknown>('ON', 'OFF', 'open', null, 1),
        occupancy: fc.constantFrom<unknown>(true, false, null),
        relays: fc.array(fc.record({ power: measured }, { requiredKeys: [] }), { maxLength: 3 }),
      },
      { requiredKeys: ['temperature'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, 21.5, 'ON', '', [], { length: 'x', indexOf: 1, toString: null }),
  },
);
