import { randomUUID } from 'node:crypto'
import { graphqlClient } from './graphql.ts'

/** A user with an account, and a client that is signed in as this user. */
export type Person = {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly password: string
  readonly session: Session
  readonly ask: ReturnType<typeof graphqlClient>
}

export type Session = { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: string }

export const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` })

/** A client that sends the token with every request. */
export const clientWith = (gatewayUrl: string, accessToken: string): Person['ask'] => {
  const ask = graphqlClient(gatewayUrl)
  return (query, variables, headers) => ask(query, variables, { ...bearer(accessToken), ...headers })
}

/** Creates an account. @throws when it is rejected */
export async function signUp(gatewayUrl: string, input: object = {}): Promise<Person> {
  const username = `u_${randomUUID().slice(0, 8)}`
  const account = { username, fullName: 'Ada Lovelace', email: `${username}@example.org`, password: 'ink that dries' }
  const wanted = { ...account, ...input }
  const { data, errors } = await graphqlClient(gatewayUrl)(
    `mutation($input: CreateUserInput!) { createUser(input: $input) {
       user { id username } session { accessToken refreshToken expiresAt } errors { code path } } }`,
    { input: wanted },
  )
  const { user, session } = data?.createUser ?? {}
  if (!user || !session) throw new Error(`createUser: ${JSON.stringify(errors ?? data)}`)
  const { email, password } = wanted
  return {
    id: user.id,
    username: user.username,
    email,
    password,
    session,
    ask: clientWith(gatewayUrl, session.accessToken),
  }
}

/** Opens a new session of an existing account. */
export async function signIn(
  gatewayUrl: string,
  { email, password }: Pick<Person, 'email' | 'password'>,
): Promise<Session> {
  const { data, errors } = await graphqlClient(gatewayUrl)(
    `mutation($input: SignInInput!) { signIn(input: $input) {
       session { accessToken refreshToken expiresAt } errors { code } } }`,
    { input: { email, password } },
  )
  if (!data?.signIn?.session) throw new Error(`signIn: ${JSON.stringify(errors ?? data)}`)
  return data.signIn.session
}
