/** The explanation of a code in docs/errors.md. */
export type Explanation = {
  readonly meaning: string
  /** What a client should do, as the end of a sentence that begins with "the client". */
  readonly advice: string
}

/** Describes a code in a response's `errors`. docs/errors.md lists every one. */
export type ErrorText = Explanation & {
  /** The HTTP statuses that it comes with, the usual one first. By default only 200, with partial data. */
  readonly status?: readonly [number, ...number[]]
  /** The message that the client gets, if it is always the same. */
  readonly message?: string
}

/** Every code that a subgraph returns, in addition to those of Apollo Server. */
export const subgraphErrors = {
  INVALID_INPUT: {
    meaning: "a query's argument is out of bounds, no id, or no cursor of this list",
    advice: 'fixes the argument that `extensions.argument` names',
  },
  UNAUTHENTICATED: {
    message: 'Sign in first: send an access token as `Authorization: Bearer …`.',
    meaning: "a list of the caller's own, or one for moderators, without a caller",
    advice: 'signs in',
  },
  FORBIDDEN: {
    message: 'Only moderators may read this list.',
    meaning: 'a list for moderators, and the access token has not that role',
    advice: 'does not offer it; a new moderator signs in again first',
  },
  BUSY: {
    message: 'Others are changing this at the moment. Nothing was written: send it again.',
    meaning:
      'others hold what the command changes, for longer than it waits (1.5 to 20 s); nothing was written. From a search: too many searches at the moment, or this one takes longer than 2 s',
    advice: 'sends it again; looks for less',
  },
  DATABASE_UNAVAILABLE: {
    message:
      'The database does not answer. A mutation may have been carried out: send it again under the same idempotency key.',
    meaning: 'a database of the service does not answer in time; a mutation may have been carried out',
    advice: 'tries again later, a mutation under the same idempotency key',
  },
  WRITE_DATABASE_BEHIND: {
    message:
      'This service was restored from a backup and takes no changes until that is finished. Nothing was written: send it again later.',
    meaning:
      "the service's write database was restored from a backup and is behind its own topics; nothing is written until `ops restored` is done",
    advice: 'shows what can be read, sends it again later',
  },
  INTERNAL_SERVER_ERROR: {
    status: [200, 500],
    meaning: 'an internal fault; `extensions.fault` is its id in the log',
    advice: 'tries again, reports the id',
  },
  UNSIGNED_REQUEST: {
    status: [401],
    meaning:
      "a subgraph was asked past the gateway; `extensions.reason` is `unsigned`, `malformed`, `unknown_key`, `not_covered`, `missing_component`, `wrong_signature`, `stale` (and `extensions.aheadS` how far the caller's clock is ahead, in seconds), `wrong_digest`, `caller_not_allowed` or `operation_not_allowed`",
    advice: 'asks the gateway',
  },
} as const satisfies Record<string, ErrorText>

export type SubgraphErrorCode = keyof typeof subgraphErrors

/** Error codes, by the part that explains them; the gateway adds its own. */
export interface ErrorCodes {
  subgraphs: SubgraphErrorCode
}

/** Makes an error whose code no catalogue explains fail to compile: graphql allows this extension. */
declare module 'graphql' {
  interface GraphQLErrorExtensions {
    code?: ErrorCodes[keyof ErrorCodes]
  }
  interface GraphQLFormattedErrorExtensions {
    code?: ErrorCodes[keyof ErrorCodes]
  }
}
