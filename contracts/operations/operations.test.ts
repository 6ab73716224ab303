import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSchema, Kind, type OperationDefinitionNode, parse, print, validate, visit } from 'graphql'
import { describe, expect, test } from 'vitest'
import { apiSchema } from '../api-schema.ts'
import * as generated from './generated/documents.ts'
import { manifestOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'

/** Checks that the registered operations are the ones that clients really send. */
const root = resolve(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const document = registeredDocument(import.meta.dirname)
const operations = operationsOf(document)

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

test('are valid in the composed schema', () => {
  expect(validate(buildSchema(apiSchema(read('contracts/supergraph.graphql'))), document)).toEqual([])
})

test('are all in the committed manifest, and nothing else is', () => {
  expect(read('contracts/persisted-query-manifest.json')).toBe(manifestOf(operations))
})

test('equal their typed documents when printed', () => {
  const typed = Object.values(generated).map((document) => print(document))
  expect(typed.toSorted()).toEqual(operations.map(({ body }) => body).toSorted())
})

describe('readme.graphql', () => {
  const readme = read('README.md')
  const blocks = [...readme.matchAll(/^```graphql\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const sent = [...readme.matchAll(/ -d '(\{"query":[\s\S]*?\})'$/gm)].map(([, body = '']) => JSON.parse(body).query)
  const examples = [...sent, ...blocks].flatMap(operationsIn)

  test('has the operations of README.md', () => {
    expect(examples.length).toBeGreaterThan(4)
    expect(examples.map(asked)).toEqual(askedIn('readme.graphql'))
  })

  test('matches examples that are valid', () => {
    const schema = buildSchema(apiSchema(read('contracts/supergraph.graphql')))
    for (const example of examples)
      expect(validate(schema, { kind: Kind.DOCUMENT, definitions: [example] })).toEqual([])
  })
})

test('end-to-end.graphql has only operations of the end-to-end tests', () => {
  const texts = read('tests/system/end-to-end.e2e.test.ts').matchAll(
    /(['`])(\s*(?:query|mutation)?\s*[({](?:(?!\1)[\s\S])*)\1/g,
  )
  const inTests = new Set(
    [...texts].flatMap(([, , text = '']) => (isGraphQL(text) ? operationsIn(text).map(asked) : [])),
  )
  for (const operation of askedIn('end-to-end.graphql')) expect(inTests).toContain(operation)
})

function isGraphQL(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
