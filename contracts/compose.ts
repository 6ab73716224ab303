import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

/**
 * `npm run compose`: composes the subgraphs' schemas into contracts/supergraph.graphql, offline. With `--check` it
 * writes nothing and fails when the committed file is another, or on a hint.
 */
const root = resolve(import.meta.dirname, '..')
const supergraph = join(import.meta.dirname, 'supergraph.graphql')

/** Where each subgraph listens on one machine; the gateway can be told otherwise (SUBGRAPH_URLS). */
const subgraphs = [
  { name: 'users', url: 'http://127.0.0.1:4001/graphql' },
  { name: 'posts', url: 'http://127.0.0.1:4002/graphql' },
  { name: 'comments', url: 'http://127.0.0.1:4003/graphql' },
]

const composed = composeServices(
  subgraphs.map(({ name, url }) => ({
    name,
    url,
    typeDefs: parse(readFileSync(join(root, 'subgraphs', name, 'schema.graphql'), 'utf8')),
  })),
)

const hints = composed.hints ?? []
for (const hint of hints) console.error(`hint: ${hint.message}`)

if (composed.errors) {
  for (const error of composed.errors) console.error(`error: ${error.message}`)
  console.error('The subgraphs do not compose; contracts/supergraph.graphql is left as it is.')
  process.exitCode = 1
} else if (!process.argv.includes('--check')) {
  writeFileSync(supergraph, composed.supergraphSdl)
  console.log('Wrote contracts/supergraph.graphql')
} else if (readFileSync(supergraph, 'utf8') !== composed.supergraphSdl) {
  console.error('contracts/supergraph.graphql is out of date. Run `npm run compose` and commit it.')
  process.exitCode = 1
} else if (hints.length > 0) {
  console.error('The subgraphs compose with hints: mend what they say.')
  process.exitCode = 1
}
