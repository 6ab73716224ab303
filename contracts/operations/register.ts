import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { buildSchema, type DocumentNode, GraphQLError, validate } from 'graphql'
import { apiSchema } from '../api-schema.ts'
import { manifestOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'

/**
 * Part of `npm run compose`: writes contracts/persisted-query-manifest.json from the operations in this folder, if all
 * of them are valid in the composed schema. With `--check` it writes nothing, and fails when the committed file
 * differs.
 */
const manifest = resolve(import.meta.dirname, '..', 'persisted-query-manifest.json')
const supergraph = resolve(import.meta.dirname, '..', 'supergraph.graphql')

const errors: GraphQLError[] = []
const document = read()
if (document) errors.push(...validate(buildSchema(apiSchema(readFileSync(supergraph, 'utf8'))), document))

if (!document || errors.length > 0) {
  for (const error of errors) console.error(`error: ${error}\n`)
  console.error('Operations cannot be registered; contracts/persisted-query-manifest.json is left as it is.')
  process.exitCode = 1
} else {
  const wanted = manifestOf(operationsOf(document))
  if (!process.argv.includes('--check')) {
    writeFileSync(manifest, wanted)
    console.log('Wrote contracts/persisted-query-manifest.json')
  } else if (!existsSync(manifest) || readFileSync(manifest, 'utf8') !== wanted) {
    console.error('contracts/persisted-query-manifest.json is out of date. Run `npm run compose` and commit it.')
    process.exitCode = 1
  }
}

function read(): DocumentNode | undefined {
  try {
    return registeredDocument(import.meta.dirname)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    errors.push(error)
    return undefined
  }
}
