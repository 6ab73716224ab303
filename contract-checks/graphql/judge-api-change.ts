import type { SerializableChange } from '@graphql-inspector/core'
import type { Level } from '../change.ts'
import { inputRules } from './input-rules.ts'
import { outputRules } from './output-rules.ts'
import { remedies } from './remedies.ts'
import type { AffectedOperations } from './rules.ts'
import { breakingFor, dangerous, safe, type Verdict } from './verdict.ts'

type AnyRule = (meta: SerializableChange['meta'], affected: AffectedOperations) => Verdict
const rules: Readonly<Record<string, unknown>> = { ...outputRules, ...inputRules }

/** Assesses one difference of what clients see. `level` is its level without regard to the operations. */
export function judgeApiChange(change: SerializableChange, level: Level, affected: AffectedOperations): Verdict {
  // The type `Rules` guarantees that the rule of a kind takes the facts of that kind.
  const own = rules[change.type] as AnyRule | undefined
  if (own) return own(change.meta, affected)
  if (change.type.includes('DESCRIPTION')) return safe('description-changed')
  if (change.type.includes('DEPRECATION')) return safe('deprecation-changed')
  const rule = change.type.toLowerCase().replaceAll('_', '-')
  if (level === 'safe') return safe(rule)
  if (change.type === 'DIRECTIVE_REMOVED')
    return breakingFor(rule, remedies.remove, affected.usage(`@${change.meta.removedDirectiveName}`))
  // The rest are root types and directive definitions: operations do not show whether they rely on them.
  return level === 'breaking' ? { level, rule, breaks: [], remedy: remedies.retype } : dangerous(rule, remedies.retype)
}
