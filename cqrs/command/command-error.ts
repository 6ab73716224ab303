import type { MachineryCode } from './rejections.ts'

/** Why a command was rejected, for the client. */
export type CommandError<Code extends string = string> = {
  readonly code: Code | MachineryCode
  readonly message: string
  readonly path: readonly string[]
  /** With VERSION_CONFLICT, the aggregate's current version. */
  readonly currentVersion?: number
}
