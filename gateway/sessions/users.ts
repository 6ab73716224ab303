import {
  RefreshSessionDocument,
  SignInDocument,
  type SignInMutation,
  SignOutDocument,
} from '#contracts/operations/sessions/generated/documents.ts'
import type { GatewayContext } from '../context.ts'
import { statusOf } from '../error-catalogue.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { Ran, RunOwn } from '../execution/apollo/own-operations.ts'
import type { SessionTokens } from './cookies.ts'
import { bearer } from './credentials.ts'

/** Why a session was not opened, refreshed or ended: a rejection, a refusal or a fault. */
export type SessionError = { readonly code: string; readonly message: string; readonly path: readonly string[] }

/** What users answered, and what the reply over HTTP is made of. */
export type UsersAnswer = {
  /** The HTTP status. A rejection has 200, as it has at /graphql. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly user: Opened['user']
  readonly tokens: SessionTokens | null
  readonly errors: readonly SessionError[]
}

/** Asks users for a session, in the name of the client that sent a request. */
export type AskUsers = {
  signIn(credentials: { readonly email: string; readonly password: string }): Promise<UsersAnswer>
  refresh(refreshToken: string): Promise<UsersAnswer>
  /** Ends the session of an access token. */
  signOut(accessToken: string): Promise<UsersAnswer>
}

/** @param contextOf the context of the client's request with these credentials, or why they are refused */
export function askUsers(
  run: RunOwn,
  contextOf: (authorization: string | undefined) => Promise<GatewayContext | { readonly refused: Refusal }>,
): AskUsers {
  const ask = async (
    authorization: string | undefined,
    ask: (context: GatewayContext) => Promise<Ran<{ readonly payload: Payload | null }>>,
  ): Promise<UsersAnswer> => {
    const context = await contextOf(authorization)
    return 'refused' in context ? refusedAnswer(context.refused) : answerOf(await ask(context))
  }
  return {
    signIn: (input) => ask(undefined, (context) => run(SignInDocument, { input }, context)),
    refresh: (refreshToken) => ask(undefined, (context) => run(RefreshSessionDocument, { refreshToken }, context)),
    signOut: (accessToken) => ask(bearer(accessToken), (context) => run(SignOutDocument, {}, context)),
  }
}

type Opened = NonNullable<SignInMutation['payload']>

/** Signing out has neither user nor session. */
type Payload = Pick<Opened, 'errors'> & Partial<Opened>

function answerOf({ data, errors, status, headers }: Ran<{ readonly payload: Payload | null }>): UsersAnswer {
  const payload = data?.payload
  if (payload && errors.length === 0) {
    const { user = null, session: tokens = null } = payload
    return { status: 200, headers, user, tokens, errors: payload.errors }
  }
  const faults = errors.map(({ message, extensions }) => ({ code: String(extensions?.code), message, path: [] }))
  const isInternal = faults.every(({ code }) => code === 'INTERNAL_SERVER_ERROR')
  return { ...nothing, status: status ?? (isInternal ? 500 : 503), headers, errors: faults }
}

const refusedAnswer = ({ code, message, headers = {} }: Refusal): UsersAnswer => ({
  ...nothing,
  status: statusOf(code),
  headers,
  errors: [{ code, message, path: [] }],
})

/** No session, and no error. */
export const nothing: UsersAnswer = { status: 200, headers: {}, user: null, tokens: null, errors: [] }
