import type { RefusalCode } from '../error-catalogue.ts'

/** Why a request is not executed: one error, sent with the HTTP status of its code. */
export type Refusal = {
  readonly code: RefusalCode
  readonly message: string
  /** Of the error, beside its code. */
  readonly extensions?: Readonly<Record<string, unknown>>
  /** Of the HTTP reply, with names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}
