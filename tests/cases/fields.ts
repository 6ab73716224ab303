import { randomUUID } from 'node:crypto'
import type { Person } from '../support/sign-up.ts'
import type { Stack } from '../support/stack.ts'

/** A system in which one user, a moderator, uses everything. */
export type World = {
  readonly stack: Stack
  /** Another user. */
  readonly other: Person
  /** The user's client. */
  ask: Person['ask']
  /** Names and ids of what was made so far, such as `post`; services that come later use them. */
  readonly made: Record<string, string>
  /** Runs an operation with inline inputs, and records what it uses. @throws on errors in the reply */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  answer(ask: Person['ask'], operation: string): Promise<any>
}

/** Requests every field and argument of a service, in three steps; a step of all services comes before the next. */
export type Fields = {
  write(world: World): Promise<void>
  read(world: World): Promise<void>
  end?(world: World): Promise<void>
}

export const key = () => `idempotencyKey: "${randomUUID()}"`
export const errors = 'errors { code message path currentVersion }'
export const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
export const author = 'author { id username fullName avatarUrl }'

/** How long a projection may take. */
export const soon = { timeout: 10_000, interval: 20 }

type Page = { readonly pageInfo: { readonly startCursor: string; readonly endCursor: string } }

/** The arguments for the page after a page, and for the one before. */
export const pagesAround = [
  ({ pageInfo }: Page) => `after: "${pageInfo.endCursor}"`,
  ({ pageInfo }: Page) => `last: 5, before: "${pageInfo.startCursor}"`,
] as const
