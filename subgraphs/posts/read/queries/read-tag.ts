import { invalidInput } from '#toolkit/graphql/errors.ts'
import { tag } from '../../shared/tag.ts'

/** A tag, or the beginning of one, as tags are kept. @throws INVALID_INPUT unless it has 1 to 30 characters then */
export function readTag(given: string, argument: string): string {
  const { data, error } = tag.safeParse(given)
  if (error) throw invalidInput(`\`${argument}\` ${error.issues[0]?.message}.`, argument)
  return data
}
