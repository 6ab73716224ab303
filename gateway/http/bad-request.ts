import { boundedMessage } from '../bounded-message.ts'
import type { GatewayErrorCode } from '../error-catalogue.ts'

/** What every refusal before GraphQL looks like, so that clients read one kind of reply. */
export const refusalBody = (code: GatewayErrorCode, message: string) => ({
  errors: [{ message: boundedMessage(message), extensions: { code } }],
})

/** A mistake of the client's, to be thrown. @param status 400 to 499 */
export const badRequest = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Error =>
  Object.assign(new Error(message), { statusCode: status, headers })
