import type { CommandError } from '../command/command-error.ts'
import type { Outcome } from '../command/runner.ts'

/** An outcome as a mutation's payload: `{ [field]: state or null, errors }`. */
export const payload = <Field extends string, State>(field: Field, outcome: Outcome<State>) =>
  ({
    [field]: outcome.status === 'accepted' ? outcome.state : null,
    errors: errorsOf(outcome),
  }) as { [name in Field]: State | null } & { errors: ReturnType<typeof toGraphQL>[] }

/** Why something was rejected, as a payload tells it; empty when it was accepted. */
export const errorsOf = (
  outcome: { readonly status: 'accepted' } | { readonly status: 'rejected'; readonly errors: readonly CommandError[] },
): ReturnType<typeof toGraphQL>[] => (outcome.status === 'accepted' ? [] : outcome.errors.map(toGraphQL))

const toGraphQL = ({ code, message, path, currentVersion }: CommandError) => ({
  code,
  message,
  path: [...path],
  currentVersion: currentVersion ?? null,
})
