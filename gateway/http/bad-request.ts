import type { GatewayErrorCode } from '../error-catalogue.ts'
import { boundedMessage } from '../errors/bounded-message.ts'

/** The body of every refusal before GraphQL, so that clients read one format. */
export const refusalBody = (code: GatewayErrorCode, message: string) => ({
  errors: [{ message: boundedMessage(message), extensions: { code } }],
})

/** An error of the client, to be thrown. @param status 400 to 499 */
export const badRequest = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Error =>
  Object.assign(new Error(message), { statusCode: status, headers })
