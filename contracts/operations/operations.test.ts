import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSchema, Kind, type OperationDefinitionNode, parse, print, validate, visit } from 'graphql'
import { describe, expect, test } from 'vitest'
import { apiSchema } from '../api-schema.ts'
import { clientsIn, strayFilesIn } from './clients.ts'
import { manifestOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'

/** Checks that the registered operations are the ones that clients really send. */
const root = resolve(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const schema = buildSchema(apiSchema(read('contracts/supergraph.graphql')))

const operationsIn = (text: string): OperationDefinitionNode[] =>
  parse(text).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)

/** The fields of an operation, without its name, variables and argument values. */
const asked = (operation: OperationDefinitionNode): string =>
  print(
    visit(operation, {
      OperationDefinition: (node) => ({ ...node, name: undefined, variableDefinitions: [], operation: node.operation }),
      Argument: (node) => ({ ...node, value: { kind: Kind.NULL } as const }),
    }),
  )

const askedIn = (file: string) => operationsIn(read(`contracts/operations/${file}`)).map(asked)

test('each file with operations is in the folder of its client', () => {
  expect(strayFilesIn(import.meta.dirname)).toEqual([])
})

describe.each(clientsIn(import.meta.dirname))('the operations of %s', (client) => {
  const document = registeredDocument(join(import.meta.dirname, client))
  const operations = operationsOf(document)

  test('are valid in the composed schema', () => {
    expect(validate(schema, document)).toEqual([])
  })

  test('are all in its committed manifest, and nothing else is', () => {
    expect(read(`contracts/operations/${client}/manifest.json`)).toBe(manifestOf(operations))
  })

  test('equal their typed documents when printed', async () => {
    const typed = new Set(
      Object.values(await import(`./${client}/generated/documents.ts`)).map((one) => print(one as never)),
    )
    // The first of each name is as it is written.
    const written = new Map(operations.toReversed().map(({ name, body }) => [name, body]))
    expect([...typed].toSorted()).toEqual([...written.values()].toSorted())
  })
})

describe('those of readme', () => {
  const readme = read('README.md')
  const blocks = [...readme.matchAll(/^```graphql\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const sent = [...readme.matchAll(/ -d '(\{"query":[\s\S]*?\})'$/gm)].map(([, body = '']) => JSON.parse(body).query)
  const examples = [...sent, ...blocks].flatMap(operationsIn)

  test('are the operations of README.md', () => {
    expect(examples.length).toBeGreaterThan(4)
    expect(examples.map(asked)).toEqual(askedIn('readme/examples.graphql'))
  })

  test('match examples that are valid', () => {
    for (const example of examples)
      expect(validate(schema, { kind: Kind.DOCUMENT, definitions: [example] })).toEqual([])
  })
})

test('those of tests are in the end-to-end tests', () => {
  const texts = read('tests/system/end-to-end.e2e.test.ts').matchAll(
    /(['`])(\s*(?:query|mutation)?\s*[({](?:(?!\1)[\s\S])*)\1/g,
  )
  const inTests = new Set(
    [...texts].flatMap(([, , text = '']) => (isGraphQL(text) ? operationsIn(text).map(asked) : [])),
  )
  for (const operation of askedIn('tests/end-to-end.graphql')) expect(inTests).toContain(operation)
})

function isGraphQL(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
