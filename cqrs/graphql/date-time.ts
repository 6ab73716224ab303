import { GraphQLScalarType } from 'graphql'
import { invalidInput } from './errors.ts'

const parse = (value: unknown): Date => {
  const date = typeof value === 'string' ? new Date(value) : undefined
  if (!date || Number.isNaN(date.getTime())) throw invalidInput('A DateTime is an ISO 8601 string.')
  return date
}

/** An instant: a Date here, ISO 8601 in UTC with milliseconds outside. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : parse(value)).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse('value' in node ? node.value : undefined),
})
