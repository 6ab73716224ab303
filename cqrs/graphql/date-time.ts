import { GraphQLScalarType } from 'graphql'

const notAnInput = (): never => {
  throw new Error('DateTime is an output type: no field or argument takes one.')
}

/** An instant: internally a Date or PostgreSQL's JSON text, externally ISO 8601 in UTC with ms. Never an input. */
export const DateTime = new GraphQLScalarType<never, string>({
  name: 'DateTime',
  serialize: (value) => new Date(value as Date | string).toISOString(),
  parseValue: notAnInput,
  parseLiteral: notAnInput,
})
