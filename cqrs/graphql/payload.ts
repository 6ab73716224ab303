import type { CommandError, Outcome } from '../command/runner.ts'

/** An outcome as a mutation's payload: `{ [field]: state or null, errors }`. */
export const payload = <Field extends string, State>(field: Field, outcome: Outcome<State>) =>
  ({
    [field]: outcome.status === 'accepted' ? outcome.state : null,
    errors: outcome.status === 'accepted' ? [] : outcome.errors.map(toGraphQL),
  }) as { [name in Field]: State | null } & { errors: ReturnType<typeof toGraphQL>[] }

const toGraphQL = ({ code, message, path, currentVersion }: CommandError) => ({
  code,
  message,
  path: [...path],
  currentVersion: currentVersion ?? null,
})
