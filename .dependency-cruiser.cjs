/** Who may import whom. Run by `npm run check:imports`; tests/project/imports.integration.test.ts shows that each rule bites. */
const { readdirSync } = require('node:fs')
const { join } = require('node:path')

const services = readdirSync(join(__dirname, 'subgraphs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

module.exports = {
  forbidden: [
    {
      name: 'cqrs-knows-no-domain',
      comment: 'cqrs/ is machinery: it would serve another domain unchanged.',
      severity: 'error',
      from: { path: '^cqrs/' },
      to: { path: '^(contracts|prisma|subgraphs|gateway|web|infra|ops|tests|bench)/' },
    },
    {
      name: 'contracts-import-nothing',
      comment: 'contracts/ is what crosses boundaries; it stands on nothing of ours.',
      severity: 'error',
      from: { path: '^contracts/' },
      to: { path: '^(cqrs|prisma|subgraphs|gateway|web|infra|ops|tests|bench)/' },
    },
    ...services.map((service) => ({
      name: `${service}-imports-no-sibling`,
      comment: 'Services meet in the log and at the gateway, not in code.',
      severity: 'error',
      from: { path: `^subgraphs/${service}/` },
      to: { path: `^(subgraphs|prisma)/(?!${service}/)` },
    })),
    {
      name: 'write-does-not-import-read',
      comment: 'The two sides share nothing but the log.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/write/' },
      to: { path: '^(subgraphs/[^/]+/read/|prisma/[^/]+/read/)' },
    },
    {
      name: 'read-does-not-import-write',
      comment: 'The two sides share nothing but the log.',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/read/' },
      to: { path: '^(subgraphs/[^/]+/write/|prisma/[^/]+/write/)' },
    },
    {
      name: 'gateway-imports-no-subgraph',
      comment: 'The gateway knows subgraphs by their schemas alone.',
      severity: 'error',
      from: { path: '^(gateway|web)/' },
      to: { path: '^(subgraphs|prisma)/' },
    },
    {
      name: 'nothing-imports-contract-checks',
      comment: 'contract-checks/ reads all other code; nothing that runs may depend on it.',
      severity: 'error',
      from: { pathNot: '^contract-checks/' },
      to: { path: '^contract-checks/' },
    },
    {
      name: 'nothing-imports-an-entry-point',
      severity: 'error',
      from: {},
      to: { path: '^(subgraphs/[^/]+/(api|relay|projector)|gateway/main|contract-checks/main)\\.ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; code may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(generated|dist)/' },
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
