import type { GraphQLFormattedError } from 'graphql'

/** Reports a service that is down once, however many fetches of the operation failed. */
export function onePerService(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  const reported = new Set<string>()
  return errors.filter(({ extensions }) => {
    if (typeof extensions?.service !== 'string') return true
    const fault = `${extensions.code} ${extensions.service}`
    return !reported.has(fault) && reported.add(fault)
  })
}
