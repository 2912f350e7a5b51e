/**
 * Who may import whom. Imports point down, type imports included:
 * cli → app → adapters → ports → core; app → runtime → ports, core; app → compile → spec, core.
 */

/** The rooms that a room may import from besides itself. `outside`: the packages and node: modules; without it, any. */
const room = (name, comment, { inside, outside }) => ({
  name: `${name}-reaches`,
  comment,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    ...(outside ? {} : { path: '^src/' }),
    pathNot: [
      `^src/${name}/`,
      ...inside.map((path) => `^src/${path}`),
      ...(outside ?? []).flatMap((module) => [`^node_modules/${module}/`, `^(node:)?${module}$`]),
    ],
  },
});

/** The packages of core: functions of their arguments, that each stand behind one file. */
const CORE_PACKAGES = {
  re2js: { file: 'logic/matches', why: 'Regular expressions that cannot hang.' },
  croner: { file: 'schedules/cron', why: 'When a cron pattern is next, after a time that is given. Never its timers.' },
  suncalc: { file: 'schedules/sun', why: 'When the sun rises, on a day that is given.' },
};

/** The packages that scripts/bundle.mjs puts into the program, and of which users install nothing. */
const BUILT_IN = [
  'aedes',
  'chokidar',
  'commander',
  'croner',
  'fastify',
  'json-logic-js',
  'mqtt',
  'mqtt-packet',
  'msgpackr',
  'pino',
  'pino-pretty',
  'prom-client',
  're2js',
  'suncalc',
];

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or hide a third. Types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'It imports nothing and nothing imports it: use it or delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment:
        'What the program stands on is built into it on purpose or stands under dependencies, and is not there by luck.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: BUILT_IN.map((name) => `^node_modules/${name}/`),
      },
    },
    {
      name: 'nothing-unshipped',
      comment: 'What ships does not lean on what does not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|grafana)/' },
    },

    {
      name: 'core-reaches',
      comment: 'Core decides and does nothing. Of packages it has what is as pure as itself: see CORE_PACKAGES.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: ['^src/core/', ...Object.keys(CORE_PACKAGES).map((name) => `^node_modules/${name}/`)] },
    },
    ...Object.entries(CORE_PACKAGES).map(([name, { file, why }]) => ({
      name: `core-${name}`,
      comment: `${why} One file brings it in.`,
      severity: 'error',
      from: { path: '^src/core/', pathNot: `^src/core/${file}[.]ts$` },
      to: { path: `^node_modules/${name}/` },
    })),
    room('spec', 'What users write is read without knowing what runs it.', {
      inside: ['core/'],
      outside: ['yaml', 'zod'],
    }),
    room('compile', 'Rules in, program and problems out.', { inside: ['spec/', 'core/'], outside: ['zod'] }),
    room('ports', 'A port knows what passes through it, not who is on either side.', {
      inside: ['core/'],
      outside: [],
    }),
    {
      name: 'ports-are-types',
      comment: 'A port has nothing to run.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { dependencyTypesNot: ['type-only'] },
    },
    room('runtime', 'The runtime moves events and effects; the outside world is behind ports.', {
      inside: ['ports/', 'core/'],
      outside: ['cbor-x', 'msgpackr', 'buffer'],
    }),
    room('adapters', 'An adapter knows one outside thing and the port it serves.', {
      inside: ['ports/', 'core/', 'spec/problem.ts'],
    }),
    {
      name: 'adapters-do-not-spec',
      comment: 'An adapter may report a Problem; it does not look into rules.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/spec/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-apart',
      comment: 'Each adapter folder stands alone; what two of them share belongs below.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      ...room('testing', 'Rules are tested without a broker, a clock or a disk.', {
        inside: ['core/', 'compile/', 'spec/', 'ports/', 'runtime/'],
      }),
      from: { path: '^src/testing/', pathNot: '^src/testing/simulator/' },
    },
    room('testing/simulator', 'What is simulated is what is outside: the adapters are the real ones.', {
      inside: ['testing/', 'core/', 'ports/', 'runtime/', 'adapters/mqtt/', 'adapters/level/'],
    }),
    {
      name: 'only-app-composes',
      comment: 'One place builds everything by hand, and only the command line stands above it.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(app|cli)/', '^src/(app|index)[.]ts$'] },
      to: { path: ['^src/app/', '^src/(app|index)[.]ts$'] },
    },
    {
      name: 'cli-on-top',
      comment: 'Nothing needs the command line.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    room('cli', 'A command parses, calls and prints. Only `pub`, `sub` and `record` are MQTT clients themselves.', {
      inside: ['app/', 'app.ts', 'testing/', 'spec/', 'core/', 'ports/', 'adapters/mqtt/'],
    }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
