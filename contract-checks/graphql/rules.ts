import type { SerializableChange } from '@graphql-inspector/core'
import type { Operation } from '../operations/operation.ts'
import type { Usage } from '../operations/usage.ts'
import type { Verdict } from './verdict.ts'

/** What is known of the operations that a change may break. */
export type AffectedOperations = {
  /** Which operations of either side use a coordinate of the schema before. */
  readonly usage: Usage
  /** The operations with a variable that holds an input type. */
  variables(inputName: string): readonly Operation[]
  /** Whether an operation is not valid in the schema after. */
  isBroken(operation: Operation): boolean
  /** Whether responses can contain values of an enum. */
  isOutput(enumName: string): boolean
}

type Kind = SerializableChange['type']
type Meta<Of extends Kind> = Extract<SerializableChange, { type: Of }>['meta']

/** How to assess each kind of difference. */
export type Rules = { readonly [Of in Kind]?: (meta: Meta<Of>, affected: AffectedOperations) => Verdict }
