import type { Level } from '../change.ts'
import type { Operation } from '../operations/operation.ts'

/** The assessment of a difference between two schemas. */
export type Verdict = {
  readonly level: Level
  /** Without `graphql.` */
  readonly rule: string
  readonly breaks: readonly Operation[]
  readonly remedy: string | null
}

export const safe = (rule: string): Verdict => ({ level: 'safe', rule, breaks: [], remedy: null })

export const dangerous = (rule: string, remedy: string, concerns: readonly Operation[] = []): Verdict => ({
  level: 'dangerous',
  rule,
  breaks: concerns,
  remedy,
})

/** Breaking if it breaks a registered operation, else dangerous: it may break an unregistered one. */
export const breakingFor = (rule: string, remedy: string, broken: readonly Operation[]): Verdict => ({
  level: broken.length > 0 ? 'breaking' : 'dangerous',
  rule,
  breaks: broken,
  remedy,
})
