import libOrder from './tools/house/lib-order.json' with { type: 'json' };

/** The import table of docs/architecture.md, as rules. A rule that hurts means that the design is wrong. */
const SPEC = '\\.spec\\.ts$|\\.spec-support\\.ts$|/test/|/testing/';
const libsBut = (...allowed) => `^libs/(?!(${allowed.join('|')})/)`;
const npmBut = (...allowed) => `^node_modules/(?!(${allowed.map((name) => name.replace('/', '\\/')).join('|')})/)`;

const room = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    room('no-cycles', 'No cycles; forwardRef is one in costume.', {}, { circular: true }),
    room('unresolvable', 'Every import resolves.', {}, { couldNotResolve: true }),
    room(
      'libs-by-their-door',
      'A lib is imported through its index.ts alone.',
      { path: '^(apps|libs|tools|e2e|bench|conformance)/([^/]+)/' },
      { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    ),
    ...libOrder.map((lib, place) =>
      room(
        `${lib}-sees-only-libs-before-it`,
        `The order of libs: ${libOrder.join(', ')}.`,
        { path: `^libs/${lib}/`, pathNot: SPEC },
        { path: libsBut(...libOrder.slice(0, place + 1)) },
      ),
    ),
    room('kernel-takes-nothing-from-npm', '', { path: '^libs/kernel/', pathNot: SPEC }, { path: '^node_modules/' }),
    room(
      'engine-is-pure',
      'kernel, itself, types of contracts.',
      { path: '^libs/engine/', pathNot: SPEC },
      { path: '^libs/contracts/', dependencyTypesNot: ['type-only'] },
    ),
    room(
      'engine-npm',
      '',
      { path: '^libs/engine/', pathNot: SPEC },
      { path: npmBut('murmurhash', 're2js', 'semver', '@types/semver') },
    ),
    room('engine-does-no-io', '', { path: '^libs/(engine|kernel)/', pathNot: SPEC }, { dependencyTypes: ['core'] }),
    room(
      'contracts-npm',
      '',
      { path: '^libs/contracts/', pathNot: SPEC },
      { path: npmBut('zod', 'class-validator', '@nestjs/swagger') },
    ),
    room(
      'api-keys-and-rulesets-are-apart',
      '',
      { path: '^libs/(api-keys|rulesets)/' },
      { path: '^libs/(api-keys|rulesets)/', pathNot: '^libs/$1/' },
    ),
    room(
      'product-libs-do-not-use-the-engine',
      'Only services evaluate.',
      { path: '^libs/(?!(engine|testing)/)', pathNot: SPEC },
      { path: '^libs/engine/' },
    ),
    room('libs-import-no-app', '', { path: '^libs/' }, { path: '^(apps|tools|e2e|bench)/' }),
    room(
      'testing-stays-in-tests',
      'Never in production code.',
      { path: '^(apps|libs)/', pathNot: [SPEC, '^libs/(testing|local-servers)/'] },
      { path: '^libs/(testing|local-servers)/' },
    ),
    room(
      'domain',
      'Rules are pure functions.',
      { path: '^apps/[^/]+/src/domain/', pathNot: SPEC },
      { path: [libsBut('kernel', 'engine', 'contracts'), '^node_modules/'] },
    ),
    room(
      'domain-does-no-io',
      'Hashing is arithmetic.',
      { path: '^apps/[^/]+/src/domain/', pathNot: SPEC },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    ),
    room(
      'domain-knows-no-other-room',
      '',
      { path: '^apps/([^/]+)/src/domain/', pathNot: SPEC },
      { path: '^apps/$1/src/(?!domain/)' },
    ),
    room(
      'application',
      'Steps talk to ports.',
      { path: '^apps/[^/]+/src/application/', pathNot: SPEC },
      { path: [libsBut('kernel', 'engine', 'contracts', 'rulesets'), '^node_modules/'] },
    ),
    room(
      'application-takes-types-of-rulesets',
      'The port RulesetReader, nothing that runs.',
      { path: '^apps/[^/]+/src/application/', pathNot: SPEC },
      { path: '^libs/rulesets/', dependencyTypesNot: ['type-only'] },
    ),
    room(
      'application-knows-no-adapter',
      '',
      { path: '^apps/([^/]+)/src/application/', pathNot: SPEC },
      { path: '^apps/$1/src/(?!(domain|application)/)' },
    ),
    room(
      'adapters-are-apart',
      'Adapters of one app do not import each other.',
      { path: '^apps/([^/]+)/src/(rpc|http|messaging|db|cache)/', pathNot: SPEC },
      { path: '^apps/$1/src/(rpc|http|messaging|db|cache)/', pathNot: '^apps/$1/src/$2/' },
    ),
    room(
      'apps-are-apart',
      'Only standalone imports the modules of apps.',
      { path: '^apps/(?!standalone/)([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    room(
      'standalone-imports-doors',
      '',
      { path: '^apps/standalone/' },
      { path: '^apps/(?!standalone/)', pathNot: '^apps/[^/]+/src/index\\.ts$' },
    ),
    room(
      'nobody-imports-tests',
      '',
      { pathNot: [SPEC, '^e2e/', '^bench/', '^tools/', '^conformance/'] },
      { path: '\\.spec\\.ts$|/test/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|docs)/|^apps/console/|^bench/engine/peers/|^bench/evaluate/peer/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['development', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
    moduleSystems: ['es6'],
  },
};
