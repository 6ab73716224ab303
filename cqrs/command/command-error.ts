/** Codes that the machinery itself rejects with, beside those of the commands. */
export type MachineryCode = 'INVALID_INPUT' | 'VERSION_CONFLICT' | 'IDEMPOTENCY_KEY_REUSED'

/** Why a command was rejected, for the client. */
export type CommandError<Code extends string = string> = {
  readonly code: Code | MachineryCode
  readonly message: string
  readonly path: readonly string[]
  /** With VERSION_CONFLICT, the version that the aggregate has now. */
  readonly currentVersion?: number
}
