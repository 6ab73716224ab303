import type { CommandError } from '../command/command-error.ts'

type Rejected = { readonly status: 'rejected'; readonly errors: readonly CommandError[] }

/**
 * Converts an outcome to a mutation's payload: its fields without errors, or only errors, with every field null.
 * @param fields the payload's fields when the command was accepted
 */
export const payload = <Settled extends { readonly status: 'accepted' } | Rejected, Fields extends object>(
  outcome: Settled,
  fields: (accepted: Exclude<Settled, Rejected>) => Fields,
): (Fields | object) & { errors: ReturnType<typeof toGraphQL>[] } =>
  outcome.status === 'rejected'
    ? { errors: outcome.errors.map(toGraphQL) }
    : { ...fields(outcome as Exclude<Settled, Rejected>), errors: [] }

const toGraphQL = ({ code, message, path, currentVersion }: CommandError) => ({
  code,
  message,
  path: [...path],
  currentVersion: currentVersion ?? null,
})
