/** What a name in an expression can be that is no field of the payload, in words. */
export const IN_WORDS = {
  reserved: 'a reserved name',
  let: 'a value of `let`',
  aggregate: 'an aggregate',
  memory: "of the rule's memory",
  input: 'a named input',
  error: 'a reserved name',
  lookup: 'a lookup in `with`',
  capture: 'a wildcard of the topic',
  constant: 'a constant of `vars`',
};

export type NameKind = keyof typeof IN_WORDS;
