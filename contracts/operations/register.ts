import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { buildSchema, type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql'
import { apiSchema } from '../api-schema.ts'
import { clientsIn, manifestName, strayFilesIn } from './clients.ts'
import { manifestOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'

/**
 * Part of `npm run compose`: writes the manifest of each client in this folder from its operations, if they are valid
 * in the composed schema. With `--check` it writes nothing, and fails when a committed manifest differs.
 */
const check = process.argv.includes('--check')
const folder = import.meta.dirname
const schema = buildSchema(apiSchema(readFileSync(resolve(folder, '..', 'supergraph.graphql'), 'utf8')))

for (const file of strayFilesIn(folder))
  fail(`${pathOf(file)} belongs to no client. Operations are in a folder of their client; remove other manifests.`)
for (const client of clientsIn(folder)) register(client)

function register(client: string): void {
  const manifest = pathOf(client, manifestName)
  const read = documentOf(client, schema)
  if ('errors' in read) {
    for (const error of read.errors) console.error(`error: ${error}\n`)
    fail(`Operations of ${client} cannot be registered; ${manifest} is left as it is.`)
    return
  }
  const wanted = manifestOf(operationsOf(read.document))
  if (!check) {
    const isUpToDate = existsSync(manifest) && readFileSync(manifest, 'utf8') === wanted
    if (!isUpToDate) writeFileSync(manifest, wanted)
    console.log(isUpToDate ? `${manifest} is up to date` : `Wrote ${manifest}`)
  } else if (!existsSync(manifest) || readFileSync(manifest, 'utf8') !== wanted) {
    fail(`${manifest} is out of date. Run \`npm run compose\` and commit it.`)
  }
}

function documentOf(
  client: string,
  schema: GraphQLSchema,
): { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] } {
  try {
    const document = registeredDocument(join(folder, client))
    const errors = validate(schema, document)
    return errors.length > 0 ? { errors } : { document }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { errors: [error] }
  }
}

function pathOf(...names: readonly string[]): string {
  return relative('', join(folder, ...names))
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
