import type { z } from 'zod'
import type { CommandError } from './command-error.ts'

/** At most this many problems are reported: a long list may have one for each item. */
const REPORTED = 20

/** Checks an input against its rules, before anything else is done with it. */
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

/** Removes null fields: in a GraphQL input, an explicit null means the same as no value. */
const withoutNulls = (input: unknown): unknown =>
  input !== null && typeof input === 'object'
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))
    : input
