/**
 * Who may import whom: the table of ARCHITECTURE.md, as a list of what is allowed. Run by `npm run check:imports`;
 * tests/project/imports.integration.test.ts shows that each rule bites.
 */
const { readdirSync } = require('node:fs')
const { join } = require('node:path')

const services = readdirSync(join(__dirname, 'subgraphs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const folders = [
  'bench',
  'client',
  'contract-checks',
  'contracts',
  'cqrs',
  'gateway',
  'infra',
  'ops',
  'prisma',
  'subgraphs',
  'tests',
  'toolkit',
]
const project = `^(${folders.join('|')})/`

/** What only tests may import. */
const forTests = '(\\.(test|fixture)\\.tsx?$|\\.fixture/|^tests/|^cqrs/testing/)'

/** A folder may import itself and these. */
const mayImport = (name, from, ...to) => ({ comment: name, from: { path: from }, to: { path: [from, ...to] } })

module.exports = {
  allowed: [
    { comment: 'packages', from: {}, to: { pathNot: project } },
    { comment: 'tests may import anything but what is forbidden', from: { path: forTests }, to: {} },
    mayImport('client', '^client/'),
    {
      comment: 'what is a client of the gateway',
      from: { path: '^(bench|infra/sample|gateway/playground)/' },
      to: { path: '^client/' },
    },
    mayImport('contracts', '^contracts/'),
    mayImport('toolkit', '^toolkit/'),
    mayImport('cqrs', '^cqrs/', '^toolkit/'),
    ...services.flatMap((service) => {
      const side = (name) =>
        mayImport(`${service} ${name}`, `^subgraphs/${service}/${name}/`, ...common, `^prisma/${service}/${name}/`)
      const common = ['^contracts/', '^cqrs/', '^toolkit/', `^subgraphs/${service}/shared/`]
      return [
        side('write'),
        side('read'),
        mayImport(`${service} shared`, `^subgraphs/${service}/shared/`, '^contracts/', '^cqrs/', '^toolkit/'),
        {
          comment: `${service}, beside its sides`,
          from: { path: `^subgraphs/${service}/`, pathNot: `^subgraphs/${service}/(write|read|shared)/` },
          to: { path: ['^contracts/', '^cqrs/', '^toolkit/', `^subgraphs/${service}/`, `^prisma/${service}/`] },
        },
      ]
    }),
    {
      comment: 'the list of services',
      from: { path: '^subgraphs/(services|wirings|rejections)\\.ts$' },
      to: {
        path: [
          '^cqrs/',
          '^toolkit/',
          '^subgraphs/services\\.ts$',
          '^subgraphs/[^/]+/(service|wiring|write/commands)\\.ts$',
        ],
      },
    },
    mayImport('gateway', '^gateway/', '^toolkit/', '^contracts/operations/'),
    mayImport(
      'infra',
      '^infra/',
      '^contracts/',
      '^cqrs/',
      '^toolkit/',
      '^subgraphs/(services|rejections)\\.ts$',
      '^gateway/(config|error-catalogue)\\.ts$',
    ),
    {
      comment: 'what documents every variable',
      from: { path: '^infra/docs/catalogue\\.ts$' },
      to: { path: '^(bench|ops|tests/support)/config\\.ts$' },
    },
    mayImport('contract-checks', '^contract-checks/', '^contracts/'),
    mayImport('ops', '^ops/', '^contracts/', '^cqrs/', '^toolkit/', '^infra/', '^subgraphs/'),
    mayImport('bench', '^bench/', '^contracts/', '^cqrs/', '^toolkit/', '^infra/', '^ops/', '^prisma/', '^subgraphs/'),
  ],
  allowedSeverity: 'error',
  forbidden: [
    ...services.map((service) => ({
      name: `${service}-imports-no-sibling`,
      comment: 'Services meet in the log and at the gateway, not in code; nor do their tests.',
      severity: 'error',
      from: { path: `^subgraphs/${service}/` },
      to: { path: `^(subgraphs|prisma)/(?!${service}/)` },
    })),
    {
      name: 'tests-of-one-side',
      comment: 'The two sides share nothing but the log, in tests either.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/(write|read)/' },
      to: { path: '^(subgraphs|prisma)/[^/]+/(write|read)/', pathNot: '^(subgraphs|prisma)/[^/]+/$1/' },
    },
    {
      name: 'production-imports-no-tests',
      severity: 'error',
      from: { pathNot: [forTests, '^infra/docs/catalogue\\.ts$'] },
      to: { path: forTests },
    },
    {
      name: 'nothing-imports-an-entry-point',
      severity: 'error',
      from: {},
      to: {
        path: '^(subgraphs/[^/]+/(api|relay|projector)|gateway/main|contract-checks/main|ops/main|bench/main|infra/[^/]+/main)\\.ts$',
      },
    },
    {
      name: 'apollo-in-plugins-only',
      comment:
        'A behaviour of the gateway is a function, so that another executor can use it; its plugin is beside it.',
      severity: 'error',
      from: {
        path: '^gateway/',
        // The catalogue has a type of it, so that no code of Apollo Server's lacks an explanation.
        pathNot: [forTests, '\\.plugin\\.ts$', '^gateway/execution/apollo/', '^gateway/(server|error-catalogue)\\.ts$'],
      },
      to: { path: 'node_modules/@(apollo|as-integrations)/' },
    },
    { name: 'no-cycles', comment: 'Types too.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|generated|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      // A package of types alone has no other.
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
}
