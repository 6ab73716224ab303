/** How bad a change is for those who rely on the previous contract. */
export type Level = 'breaking' | 'dangerous' | 'safe'

/** One difference between the contracts of two commits, as it is reported. */
export type Change = {
  readonly level: Level
  /** What kind of change, as in `graphql.field-removed`; stable, for programs. */
  readonly rule: string
  /** What changed, in a sentence. */
  readonly message: string
  /** A path from the root of the repository: in the commit after, or in the one before when it was removed. */
  readonly file: string
  /** From 1; null when the change concerns the whole file. */
  readonly line: number | null
  /** Whom it breaks, as in `playground: Posts (contracts/operations/…/first-document.graphql:2)` or `comments: projection of posts`. */
  readonly breaks: readonly string[]
  /** How to do it safely; null when it is safe. */
  readonly remedy: string | null
}

/** One side of a comparison: a folder that holds the repository's contracts as of one commit, and node_modules. */
export type Side = {
  readonly dir: string
  /** As in `main` or `work tree`. */
  readonly label: string
}

/** Reports how one kind of contract changed. @throws CannotJudge */
export type Check = (before: Side, after: Side) => Promise<readonly Change[]>

/** The checks cannot decide whether a change is safe. The message says why, and what to do. */
export class CannotJudge extends Error {}
