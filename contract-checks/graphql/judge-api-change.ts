import type { SerializableChange } from '@graphql-inspector/core'
import type { Level } from '../change.ts'
import { inputRules } from './input-rules.ts'
import { outputRules } from './output-rules.ts'
import { remedies } from './remedies.ts'
import type { AffectedOperations } from './rules.ts'
import { breakingFor, dangerous, safe, type Verdict } from './verdict.ts'

type AnyRule = (meta: SerializableChange['meta'], affected: AffectedOperations) => Verdict
const rules: Readonly<Record<string, unknown>> = { ...outputRules, ...inputRules }

/** Judges one difference between what clients saw before and what they see after. `level` is what it is by itself. */
export function judgeApiChange(change: SerializableChange, level: Level, affected: AffectedOperations): Verdict {
  // That a kind's rule takes this kind's facts is checked where the rules are written.
  const own = rules[change.type] as AnyRule | undefined
  if (own) return own(change.meta, affected)
  if (change.type.includes('DESCRIPTION')) return safe('description-changed')
  if (change.type.includes('DEPRECATION')) return safe('deprecation-changed')
  const rule = change.type.toLowerCase().replaceAll('_', '-')
  if (level === 'safe') return safe(rule)
  if (change.type === 'DIRECTIVE_REMOVED')
    return breakingFor(rule, remedies.remove, affected.usage(`@${change.meta.removedDirectiveName}`))
  // What is left are root types and definitions of directives: no operation tells whether it relies on them.
  return level === 'breaking' ? { level, rule, breaks: [], remedy: remedies.retype } : dangerous(rule, remedies.retype)
}
