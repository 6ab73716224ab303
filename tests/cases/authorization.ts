import type { graphqlClient } from '../support/graphql.ts'
import type { Person } from '../support/sign-up.ts'

export type Caller = 'nobody' | 'another' | 'author' | 'moderator'
export const callers: readonly Caller[] = ['nobody', 'another', 'author', 'moderator']

/** A running system, and who asks it. */
export type System = {
  readonly gatewayUrl: string
  readonly people: Readonly<Record<Exclude<Caller, 'nobody'>, Person>>
  readonly ask: Readonly<Record<Caller, ReturnType<typeof graphqlClient>>>
}

/** How a mutation answers each caller. */
export type Row = {
  readonly mutation: string
  readonly of: string
  /** Creates a new input for each caller: an object, or the mutation's arguments as text. */
  input(system: System, caller: Caller): object | string | Promise<object | string>
  /** The code of the rejection, or `done`, in the order of `callers`. */
  readonly answers: readonly [nobody: string, another: string, author: string, moderator: string]
  /** The accounts of the callers are gone afterwards. */
  readonly last?: true
}

/** A query that could find somebody's draft or hidden post: `$id`, `$slug` and `$tag` are its own, `$author` wrote it. */
export type PathToDraft = {
  readonly path: string
  readonly query: string
  /** Whether the author finds the draft there; nobody else ever does. */
  readonly author: boolean
  /** Who finds a hidden post there; nobody when it is not given. */
  readonly hidden?: readonly Caller[]
  /** It is of who asks, so nobody gets an error. */
  readonly signedIn?: true
  /** It is for moderators, so everybody else gets an error. */
  readonly moderators?: true
}

export type Authorization = { readonly mutations: readonly Row[]; readonly pathsToDraft?: readonly PathToDraft[] }

export const signedIn = ['UNAUTHENTICATED', 'done', 'done', 'done'] as const
export const authorAlone = ['UNAUTHENTICATED', 'FORBIDDEN', 'done', 'FORBIDDEN'] as const
export const authorOrModerator = ['UNAUTHENTICATED', 'FORBIDDEN', 'done', 'done'] as const
/** Who sees a hidden post where they ask for it. */
export const hiddenFor: readonly Caller[] = ['author', 'moderator']

export const draftsAuthor = ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'done', 'POST_NOT_FOUND'] as const
export const everybody = ['done', 'done', 'done', 'done'] as const
