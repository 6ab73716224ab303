import type { topics } from '#contracts/topics.ts'
import type { DatabaseUrls } from '#infra/databases.ts'

/** The last state of an aggregate in the log. */
export type State = {
  readonly id: string
  readonly version: number
  readonly deleted: boolean
  readonly [field: string]: unknown
}

/** The last states of each topic. */
export type Log = Readonly<Record<keyof typeof topics, readonly State[]>>

/** The rows that a table must have, in the columns that they name. */
export type ExpectedTable = {
  readonly side: keyof DatabaseUrls
  readonly table: string
  /** Which rows are compared, in SQL; all when it is not given. */
  readonly where?: string
  readonly rows: readonly { readonly [column: string]: unknown }[]
}

/** Leaves out stubs: rows for what others refer to, before its own event. */
export const known = 'version > 0'

export const there = ({ deleted }: State) => !deleted

export const versions = (states: readonly State[]) => states.map(({ id, version }) => ({ id, version }))

/** The columns of users that services copy to show authors. */
export const names = (users: readonly State[]) =>
  users.map(({ id, version, username, fullName, avatarUrl, deleted }) => ({
    ...{ id, version, username, fullName, avatarUrl, deleted },
  }))

/** The columns of users that tell a command whether the account is gone. */
export const gone = (users: readonly State[]) => users.map(({ id, version, deleted }) => ({ id, version, deleted }))

/** The columns of follows. */
export const pairs = (follows: readonly State[]) =>
  follows.map(({ id, version, followerId, followeeId, deleted }) => ({
    ...{ id, version, followerId, followeeId },
    active: !deleted,
  }))
