import { z } from 'zod'

/** One variable of the environment, as documentation and messages name it. */
export type Variable = {
  readonly name: string
  /** What a value may be, as in `milliseconds, 1 to 600000`. */
  readonly value: string
  /** What takes its place when it is not set. */
  readonly standard: string | undefined
  /** Whether it is a whole number. */
  readonly isWhole: boolean
  /** Whether nothing can take its place. */
  readonly required: boolean
  readonly meaning: string
}

/** What zod says of one variable, with what a schema says by `.meta()`. */
type Described = {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly default?: string | number
  /** The meaning. */
  readonly description?: string
  /** What a value may be, where type and bounds do not say it. */
  readonly value?: string
  /** What a number counts. */
  readonly unit?: string
}

/** Every variable of a schema, in its order. */
export function variablesOf(schema: z.ZodObject): readonly Variable[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, property]) => {
    const described = property as Described
    return {
      name,
      value: allowed(described),
      standard: described.default === undefined ? undefined : `${described.default}`,
      isWhole: described.type === 'integer',
      required: required.includes(name),
      meaning: described.description ?? '',
    }
  })
}

function allowed(described: Described): string {
  if (described.value !== undefined) return described.value
  if (described.enum) return described.enum.join(', ').replace(/, ([^,]*)$/, ' or $1')
  if (described.type === 'integer') return numberOf(described)
  if (described.format === 'uri') return 'a url'
  return described.minLength === undefined ? 'text' : `${described.minLength} characters or more`
}

function numberOf({ unit = 'a whole number', minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Described): string {
  return maximum === Number.MAX_SAFE_INTEGER ? `${unit} from ${minimum}` : `${unit}, ${minimum} to ${maximum}`
}
