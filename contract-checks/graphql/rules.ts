import type { SerializableChange } from '@graphql-inspector/core'
import type { Operation } from '../operations/operation.ts'
import type { Usage } from '../operations/usage.ts'
import type { Verdict } from './verdict.ts'

/** What there is to know of those whom a change may break. */
export type AffectedOperations = {
  /** Which operations of either side use a coordinate of the schema before. */
  readonly usage: Usage
  /** Those that have a variable which holds an input type. */
  variables(inputName: string): readonly Operation[]
  /** Whether an operation is not valid in the schema after. */
  isBroken(operation: Operation): boolean
  /** Whether a client can be answered with values of an enum. */
  answers(enumName: string): boolean
}

type Kind = SerializableChange['type']
type Meta<Of extends Kind> = Extract<SerializableChange, { type: Of }>['meta']

/** What to make of each kind of difference. */
export type Rules = { readonly [Of in Kind]?: (meta: Meta<Of>, affected: AffectedOperations) => Verdict }
