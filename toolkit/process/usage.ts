import type { z } from 'zod'
import { variablesOf } from './variables.ts'

/** The variables of a schema, one per paragraph, for `--help`. */
export const usageOf = (schema: z.ZodObject): string =>
  variablesOf(schema)
    .map(({ name, value, standard, required, meaning }) => {
      const otherwise = required ? '; must be set' : standard ? `; ${standard} when not set` : ''
      return `  ${name}\n      ${meaning}\n      ${value}${otherwise}`
    })
    .join('\n')
