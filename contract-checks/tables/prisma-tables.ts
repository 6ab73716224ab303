import { createRequire } from 'node:module'
import type { Attribute, BlockAttribute, Field, Model, Value } from '@mrleebo/prisma-ast'

// The package has no exports map, so Node and bundlers load different files. Load the one that Node loads.
const { getSchema, PrismaParser, VisitorClassFactory } = createRequire(import.meta.url)(
  '@mrleebo/prisma-ast',
) as typeof import('@mrleebo/prisma-ast')

export type Column = {
  /** In the database. */
  readonly name: string
  /** As in `String[] @db.Uuid`, without whether it may be null. */
  readonly type: string
  readonly optional: boolean
  /** As the Prisma schema writes it; undefined when there is none. */
  readonly default: string | undefined
  /** In schema.prisma, from 1. */
  readonly line: number
}

export type Table = {
  /** In the database. */
  readonly name: string
  readonly line: number
  readonly columns: ReadonlyMap<string, Column>
  /** The columns of the primary key, comma separated. */
  readonly key: string
  /** Unique indexes, as their columns, comma separated, with their lines. */
  readonly uniques: ReadonlyMap<string, number>
}

const parser = new PrismaParser({ nodeLocationTracking: 'full' })
const Visitor = VisitorClassFactory(parser)

/** The tables that a schema.prisma declares, by name. @throws Error when it is no Prisma schema */
export function tablesOf(schema: string): ReadonlyMap<string, Table> {
  const { list } = getSchema(schema, { parser, visitor: new Visitor() })
  const models = list.filter((block) => block.type === 'model')
  const names = new Set(models.map(({ name }) => name))
  return new Map(models.map((model) => tableOf(model, names)).map((table) => [table.name, table]))
}

function tableOf(model: Model, models: ReadonlySet<string>): Table {
  const block = model.properties.filter((property) => property.type === 'attribute')
  const fields = model.properties
    .filter((property) => property.type === 'field')
    // A relation is not a column; its keys are.
    .filter(({ fieldType }) => typeof fieldType !== 'string' || !models.has(fieldType))
  const own = fields.filter((field) => attribute(field, 'id')).map(({ name }) => name)
  const uniques = [
    ...fields.filter((field) => attribute(field, 'unique')).map((field) => [field.name, lineOf(field)] as const),
    ...block.filter(({ name }) => name === 'unique').map((each) => [listed(each), lineOf(each)] as const),
  ]
  return {
    name: text(block.find(({ name }) => name === 'map')?.args[0]?.value) ?? model.name,
    line: lineOf(model),
    columns: new Map(fields.map(columnOf).map((column) => [column.name, column])),
    key: own.join() || listed(block.find(({ name }) => name === 'id')),
    uniques: new Map(uniques),
  }
}

function columnOf(field: Field): Column {
  const native = field.attributes?.find(({ group }) => group === 'db')
  const base = typeof field.fieldType === 'string' ? field.fieldType : print(field.fieldType)
  const args = native?.args?.map(({ value }) => print(value as Value)).join() ?? ''
  const fallback = attribute(field, 'default')
  return {
    name: text(attribute(field, 'map')?.args?.[0]?.value) ?? field.name,
    type: `${base}${field.array ? '[]' : ''}${native ? ` @db.${native.name}${args && `(${args})`}` : ''}`,
    // An array column without a value is null in PostgreSQL, and Prisma reads that as empty.
    optional: (field.optional ?? false) || (field.array ?? false),
    default: attribute(field, 'updatedAt') ? 'now()' : fallback?.args?.map(({ value }) => print(value as Value)).join(),
    line: lineOf(field),
  }
}

const attribute = (field: Field, wanted: string): Attribute | undefined =>
  field.attributes?.find(({ name, group }) => name === wanted && !group)

const lineOf = ({ location }: { location?: { startLine?: number } }) => location?.startLine ?? 1

/** The columns that `@@id([a, b])` and the like name. */
const listed = (block: BlockAttribute | undefined): string => {
  const value = block?.args[0]?.value
  return typeof value === 'object' && value !== null && 'args' in value ? value.args.map(print).join() : ''
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.replace(/^"(.*)"$/, '$1') : undefined

/** A value as the schema writes it. */
function print(value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(print).join()
  if (value.type === 'function') return `${value.name}(${(value.params ?? []).map(print).join()})`
  if (value.type === 'array') return `[${(value.args ?? []).map(print).join()}]`
  return `{${value.properties.map(({ key, value: of }) => `${key}:${print(of)}`).join()}}`
}
