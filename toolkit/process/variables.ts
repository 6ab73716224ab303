import { z } from 'zod'

/** One environment variable, for documentation and messages. */
export type Variable = {
  readonly name: string
  /** The valid values, for example `milliseconds, 1 to 600000`. */
  readonly value: string
  /** The default. */
  readonly standard: string | undefined
  /** Whether it is a whole number. */
  readonly isWhole: boolean
  /** Whether it must be set. */
  readonly required: boolean
  readonly meaning: string
}

/** zod's description of one variable, including the schema's `.meta()`. */
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
  /** The valid values, when type and bounds do not describe them. */
  readonly value?: string
  /** The unit of a number. */
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
