import { type Change as Difference, diff, type SerializableChange } from '@graphql-inspector/core'
import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType, validate } from 'graphql'
import type { Change, Level } from '../change.ts'
import { label, type Operation } from '../operations/operation.ts'
import { inVariable, usageOf } from '../operations/usage.ts'
import type { Composed } from './compose-side.ts'
import { judgeApiChange } from './judge-api-change.ts'
import { placeOf } from './place.ts'
import type { AffectedOperations } from './rules.ts'

/** A change of what clients see, and the coordinate that it is about. */
export type ApiChange = Change & { readonly path: string }

/** How the schema that clients see changed. Each difference is assessed by what the operations use. */
export async function apiChanges(
  before: Composed,
  after: Composed,
  operations: readonly Operation[],
): Promise<readonly ApiChange[]> {
  const affected = affectedOperations(before.api, after.api, operations)
  const found = withoutParts(await diff(before.api, after.api)).filter(
    ({ type }) => !type.startsWith('DIRECTIVE_USAGE'),
  )
  return found.map((difference) => {
    const { level, rule, breaks, remedy } = judgeApiChange(
      difference as SerializableChange,
      levelOf(difference),
      affected,
    )
    const path = difference.path ?? ''
    const place = placeOf(path, before.definitions, after.definitions)
    const message = `${difference.message}.`
    return { level, rule: `graphql.${rule}`, message, ...place, breaks: breaks.map(label), remedy, path }
  })
}

/** Drops the fields and descriptions of new types and fields: only the type or field itself is reported. */
export function withoutParts(differences: readonly Difference[]): readonly Difference[] {
  const isNew = ({ type }: Difference) => /^(TYPE|FIELD|INPUT_FIELD|FIELD_ARGUMENT|ENUM_VALUE)_ADDED$/.test(type)
  const added = differences.filter(isNew).map(({ path = '' }) => path)
  return differences.filter(
    (difference) =>
      isNew(difference) === added.includes(difference.path ?? '') &&
      !added.some((path) => difference.path?.startsWith(`${path}.`)),
  )
}

const levels = { BREAKING: 'breaking', DANGEROUS: 'dangerous', NON_BREAKING: 'safe' } as const
export const levelOf = ({ criticality }: Difference): Level => levels[criticality.level]

function affectedOperations(
  before: GraphQLSchema,
  after: GraphQLSchema,
  operations: readonly Operation[],
): AffectedOperations {
  const usage = usageOf(before, operations)
  const broken = new Set(operations.filter(({ document }) => validate(after, document).length > 0))
  return {
    usage,
    variables: (inputName) => usage(inVariable(inputName)),
    isBroken: (operation) => broken.has(operation),
    isOutput: (enumName) => outputTypes(after).has(enumName),
  }
}

const outputTypes = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => Object.values(type.getFields()))
      .map(({ type }) => getNamedType(type).name),
  )
