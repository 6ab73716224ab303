import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { printSchema, Supergraph } from '@apollo/federation-internals'
import {
  buildSchema,
  type GraphQLSchema,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { World } from '../cases/fields.ts'
import { casesOfServices } from '../cases/services.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Requests every field and every argument of the public schema through the gateway. */
let stack: Stack
const used = new Set<string>()

const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
const schema: GraphQLSchema = buildSchema(printSchema(Supergraph.build(sdl).apiSchema()))

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

/** Schema coordinates of all fields, arguments and input fields. */
function coordinates(): Set<string> {
  const all = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue
    if (isInputObjectType(type)) for (const field of Object.keys(type.getFields())) all.add(`${type}.${field}`)
    if (isObjectType(type))
      for (const { name, args } of Object.values(type.getFields())) {
        all.add(`${type}.${name}`)
        for (const arg of args) all.add(`${type}.${name}(${arg.name}:)`)
      }
  }
  return all
}

/** Runs an operation with inline inputs, and records the coordinates that it uses. @throws on errors in the reply */
// biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
async function answer(ask: Person['ask'], operation: string): Promise<any> {
  const { data, errors } = await ask(operation)
  if (errors) throw new Error(`${JSON.stringify(errors)} of ${operation}`)
  for (const payload of Object.values(data as Record<string, { errors?: unknown[] } | null>))
    if (payload?.errors?.length) throw new Error(`${JSON.stringify(payload.errors)} of ${operation}`)
  const info = new TypeInfo(schema)
  visit(
    parse(operation),
    visitWithTypeInfo(info, {
      Field: ({ name }) => void used.add(`${info.getParentType()}.${name.value}`),
      Argument: ({ name }) => void used.add(`${info.getParentType()}.${info.getFieldDef()?.name}(${name.value}:)`),
      ObjectField: ({ name }) => {
        const parent = info.getParentInputType()
        if (parent) used.add(`${String(parent).replace('!', '')}.${name.value}`)
      },
    }),
  )
  return data
}

test('every field and argument of the schema answers', async () => {
  const other = await signUp(stack.gatewayUrl)
  const world: World = { stack, other, ask: other.ask, made: {}, answer }
  const all = casesOfServices.map(({ fields }) => fields)
  for (const { write } of all) await write(world)
  for (const { read } of all) await read(world)
  // The first service deletes the account, so it comes last.
  for (const { end } of all.toReversed()) await end?.(world)
  expect([...coordinates()].filter((one) => !used.has(one))).toEqual([])
}, 60_000)
