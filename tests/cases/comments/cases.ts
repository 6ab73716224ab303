import { authorization } from './authorization.ts'
import { commands } from './commands.ts'
import { fields } from './fields.ts'
import { histories } from './histories.ts'
import { tables } from './tables.ts'

export const cases = { authorization, commands, fields, histories, tables }
