import { type ServiceName, serviceNames } from '#subgraphs/services.ts'
import type { Authorization } from './authorization.ts'
import type { Commands } from './commands.ts'
import { cases as comments } from './comments/cases.ts'
import type { Fields } from './fields.ts'
import type { Histories } from './histories.ts'
import { cases as posts } from './posts/cases.ts'
import type { ExpectedTable, Log } from './tables.ts'
import { cases as users } from './users/cases.ts'

/** What the tests that cross services know of one. */
export type ServiceCases = {
  /** How each mutation answers each caller. */
  readonly authorization: Authorization
  /** What twenty callers send at once. */
  readonly commands: Commands
  /** Uses each field and argument. */
  readonly fields: Fields
  /** Events of its aggregates, for every order of which the read tables must be the same. */
  readonly histories: Histories
  /** Its tables, computed from the log. */
  tables(log: Log): readonly ExpectedTable[]
}

const cases: Readonly<Record<ServiceName, ServiceCases>> = { users, posts, comments }

/** In the order of subgraphs/services.ts. */
export const casesOfServices: readonly ServiceCases[] = serviceNames.map((name) => cases[name])
