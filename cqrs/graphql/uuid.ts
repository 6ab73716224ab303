import { invalidInput } from '#toolkit/graphql/errors.ts'
import { isUuid } from '../command/uuid.ts'

/** The id in a reference of another subgraph, in lower case as in the tables; null when it is not a UUID. */
export const referenceId = ({ id }: { readonly id: string }): string | null => (isUuid(id) ? id.toLowerCase() : null)

/** An id argument of a query, in lower case. @throws INVALID_INPUT when it is not a UUID */
export function readId(value: string, argument: string): string {
  if (!isUuid(value)) throw invalidInput(`\`${argument}\` must be a UUID.`, argument)
  return value.toLowerCase()
}

/** A text argument of a query. @throws INVALID_INPUT for more than 200 characters, or ones PostgreSQL cannot store */
export function readText(value: string, argument: string): string {
  if (!value.isWellFormed() || value.includes('\0') || value.length > 200)
    throw invalidInput(`\`${argument}\` must be at most 200 characters, without NUL or lone surrogates.`, argument)
  return value.normalize('NFC')
}
