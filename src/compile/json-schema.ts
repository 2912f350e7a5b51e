import { z } from 'zod';
import { KEYWORDS, type KeywordName, ruleShape } from './keywords.ts';
import { testsShape } from './scenario-shapes.ts';

type Schema = Record<string, unknown>;

/** A rule says where its messages come from. */
const HEARS: readonly Schema[] = [{ required: ['on'] }, { required: ['sequence'] }];

/** A length of time as `parseDuration` reads it, for editors. */
const DURATION = `(?=.)${['w', 'd', 'h', 'm', 's', 'ms'].map((unit) => `(\\d+(\\.\\d+)?${unit})?`).join('')}$`;

/**
 * JSON Schema (draft-07) of a rule file: one rule, a list of rules, or `{ vars, defaults, rules, tests }`. Made from the
 * table of keywords, whose words editors show.
 */
export function ruleFileSchema(): Schema {
  const { definitions, properties } = schemaOf(ruleShape);
  const { definitions: ofTests, $schema: _, ...tests } = schemaOf(testsShape);
  const rule = { type: 'object', title: 'rule', properties: described(properties), additionalProperties: false };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'automate rule file',
    description: 'Rules for MQTT: where messages come from, when a rule holds, what it does.',
    anyOf: [
      { $ref: '#/definitions/single' },
      { type: 'array', items: { allOf: [{ $ref: '#/definitions/rule' }], anyOf: HEARS } },
      { $ref: '#/definitions/file' },
    ],
    definitions: {
      rule,
      single: {
        type: 'object',
        title: 'rule',
        properties: {
          ...Object.fromEntries(
            Object.keys(KEYWORDS).map((name) => [name, { $ref: `#/definitions/rule/properties/${name}` }]),
          ),
          tests: { $ref: '#/definitions/tests' },
        },
        anyOf: HEARS,
        additionalProperties: false,
      },
      file: {
        type: 'object',
        title: 'rules',
        properties: {
          vars: {
            type: 'object',
            title: 'vars',
            description:
              'Constants, visible by name in every rule of the file. `${env:NAME}` and `${file:/path}` are filled in.',
          },
          defaults: {
            title: 'defaults',
            description: 'Keys for every rule of the file that does not have them itself.',
            allOf: [{ $ref: '#/definitions/rule' }],
            // An id is unique.
            not: { required: ['id'] },
          },
          rules: {
            type: 'array',
            title: 'rules',
            description: 'The rules, in the order in which they act.',
            items: { $ref: '#/definitions/rule' },
          },
          tests: { $ref: '#/definitions/tests' },
        },
        // A file called *.test.yaml holds only tests.
        anyOf: [{ required: ['rules'] }, { required: ['tests'], maxProperties: 1 }],
        additionalProperties: false,
      },
      tests: {
        title: 'tests',
        description: 'What the rules of the file must do, told by virtual time. `automate test` runs them.',
        ...tests,
      },
      // Those of the shapes that have an id.
      ...definitions,
      ...ofTests,
    },
  };
}

function schemaOf(shape: z.ZodType): Schema & { readonly definitions?: Schema; readonly properties?: Schema } {
  return z.toJSONSchema(shape, { target: 'draft-7', override: ({ jsonSchema }) => refine(jsonSchema) });
}

/** What zod cannot know: how a duration is written. And without what it says for nothing. */
function refine(schema: Schema): void {
  if (schema['id'] === 'duration') schema['pattern'] = `^${DURATION}`;
  if (schema['id'] === 'offset') schema['pattern'] = `^[-+]?${DURATION}`;
  if (Array.isArray(schema['examples']) && schema['examples'].length === 0) delete schema['examples'];
  if (isAnyName(schema['propertyNames'])) delete schema['propertyNames'];
}

function isAnyName(schema: unknown): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}

/** Each key with its name as title, its words, and for editors that show Markdown its example. */
function described(properties: Readonly<Record<string, unknown>> = {}): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      // The properties come from the same table, one for each keyword.
      const { docs, example } = KEYWORDS[name as KeywordName];
      const markdownDescription = `${docs}\n\n\`\`\`yaml\n${example}\n\`\`\``;
      return [name, { title: name, ...(schema as Schema), markdownDescription }];
    }),
  );
}
