import type { z } from 'zod'
import type { CommandError } from './command-error.ts'

/** Problems of one input that are reported: a list can have one for each of its items. */
const REPORTED = 20

/** An input held against its rules: the first thing that is done with it. */
export function validate<Input>(
  rules: z.ZodType<Input>,
  rawInput: unknown,
): { readonly input: Input } | { readonly errors: readonly CommandError<never>[] } {
  const parsed = rules.safeParse(withoutNulls(rawInput))
  return parsed.success ? { input: parsed.data } : { errors: parsed.error.issues.slice(0, REPORTED).map(invalidInput) }
}

const invalidInput = (issue: z.core.$ZodIssue): CommandError<never> => ({
  code: 'INVALID_INPUT',
  message: issue.message,
  path: issue.path.map(String),
})

/** An explicit null in a GraphQL input means the same as leaving the field out. */
const withoutNulls = (input: unknown): unknown =>
  input !== null && typeof input === 'object'
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))
    : input
