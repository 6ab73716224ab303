import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { clientsIn } from '#contracts/operations/clients.ts'
import { databases } from '../databases.ts'
import { page } from '../docs/page.ts'
import { composeFile } from './compose-file.ts'
import type { Step } from './stamps.ts'

export const root = resolve(import.meta.dirname, '..', '..')

const run = promisify(execFile)
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

const env = {
  ...process.env,
  // buf looks for its plugins there, also when npm did not start this process.
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
}

/** Code that is generated on each machine, and not committed. */
type Made = Step & {
  /** The name for `--only`; several steps may share one. */
  readonly group: string
  /** The group whose steps must run first. */
  readonly after?: string
  run(): Promise<unknown>
}

/** Generated files that are committed: `--check` compares them. */
type Committed = Omit<Made, 'run'> & {
  /** @returns every file of the step, by its path from the root */
  files(): Promise<ReadonlyMap<string, string>>
}

/** Another version of a package may generate something else. */
const packages = 'package-lock.json'
const clients = clientsIn(join(root, 'contracts', 'operations'))
const definitions = ['subgraphs/services.ts', 'subgraphs/*/service.ts']

export const made: readonly Made[] = [
  ...databases.map(({ service, side }) => ({
    group: 'prisma',
    name: `Prisma client of ${service} ${side}`,
    inputs: [packages, `prisma/${service}/${side}/schema.prisma`],
    outputs: [`prisma/${service}/${side}/generated/client.ts`],
    // Imported here: it takes a second to load, and most runs change no schema.
    run: async () =>
      (await import('./prisma-client.ts')).generatePrismaClient(join(root, 'prisma', service, side, 'schema.prisma')),
  })),
  {
    group: 'graphql',
    name: 'types of resolvers and of registered operations',
    inputs: [
      packages,
      'codegen.ts',
      'contracts/api-schema.ts',
      'contracts/supergraph.graphql',
      'contracts/operations/{clients.ts,*/**/*.graphql}',
      'subgraphs/*/{schema.graphql,nodes.ts}',
      ...definitions,
    ],
    outputs: [
      ...clients.map((client) => `contracts/operations/${client}/generated/documents.ts`),
      ...new Set(databases.map(({ service }) => `subgraphs/${service}/generated/schema.ts`)),
    ],
    run: () => run(bin('graphql-codegen'), ['--config', 'codegen.ts'], { cwd: root, env }),
  },
  {
    group: 'playground',
    name: 'the playground',
    inputs: [packages, 'gateway/playground/*.*', 'contracts/operations/playground/*.graphql'],
    outputs: ['gateway/playground/dist/index.html'],
    run: () => run(bin('vite'), ['build', '--logLevel', 'error'], { cwd: join(root, 'gateway', 'playground'), env }),
  },
]

export const committed: readonly Committed[] = [
  {
    group: 'events',
    name: 'event messages',
    inputs: [packages, 'buf*.yaml', 'contracts/events/*.proto'],
    outputs: ['contracts/events/gen'],
    files: events,
  },
  {
    group: 'compose-file',
    name: 'docker-compose.yml',
    inputs: ['infra/generate/compose-*.ts', 'infra/topology.ts', ...definitions],
    outputs: ['docker-compose.yml'],
    files: async () => new Map([['docker-compose.yml', composeFile()]]),
  },
  {
    group: 'configuration',
    name: 'docs/configuration.md',
    inputs: [packages, '{bench,cqrs,gateway,infra,ops,subgraphs,toolkit}/**/*.ts', 'tests/support/config.ts'],
    outputs: ['docs/configuration.md'],
    files: async () => new Map([['docs/configuration.md', page()]]),
  },
  {
    group: 'errors',
    name: 'docs/errors.md',
    inputs: [
      'cqrs/command/*.ts',
      'toolkit/graphql/*.ts',
      'gateway/error-catalogue.ts',
      'infra/docs/errors-page.ts',
      'subgraphs/*/write/**/*.ts',
      'subgraphs/rejections.ts',
    ],
    outputs: ['docs/errors.md'],
    after: 'events',
    // Imported here: commands import event messages, which may not be generated yet.
    files: async () => new Map([['docs/errors.md', (await import('../docs/errors-page.ts')).errorsPage()]]),
  },
]

async function events(): Promise<ReadonlyMap<string, string>> {
  const fresh = mkdtempSync(join(tmpdir(), 'inkstream-generate-'))
  try {
    await run(bin('buf'), ['generate', '--output', fresh], { cwd: root, env })
    const gen = 'contracts/events/gen'
    return new Map(
      readdirSync(join(fresh, gen)).map((name) => [join(gen, name), readFileSync(join(fresh, gen, name), 'utf8')]),
    )
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}
