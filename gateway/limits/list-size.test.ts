import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, getNamedType, getNullableType, isListType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { apiSchema } from '#contracts/api-schema.ts'
import { listSize } from './list-size.ts'

const supergraph = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
const schema = buildSchema(apiSchema(supergraph))
const types = Object.values(schema.getTypeMap()).filter(isObjectType)
const isConnection = (name: string) => name.endsWith('Connection')

/** Fields that answer many objects, but for those of a page, which are counted with it, and a command's few errors. */
const lists = types
  .filter(({ name }) => !name.startsWith('__') && !isConnection(name))
  .flatMap((parent) => Object.values(parent.getFields()).map((field) => ({ parent, field })))
  .filter(({ field: { name, type } }) => {
    const answered = getNamedType(type)
    return (
      isObjectType(answered) && name !== 'errors' && (isListType(getNullableType(type)) || isConnection(answered.name))
    )
  })

test('there are lists in the schema', () => expect(lists.length).toBeGreaterThan(10))

test.each(lists.map((list) => [`${list.parent}.${list.field.name}`, list] as const))(
  '%s has a size that is counted',
  (_, { parent, field }) => {
    expect(listSize(schema, parent, field, {})).toBe(20)
    expect(listSize(schema, parent, field, { first: 7 })).toBe(7)
  },
)
