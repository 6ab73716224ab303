import { startStubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import type { TokenIssuer } from '../tokens/issuer.fixture.ts'

const link = '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])'

const schema = `extend schema ${link}
  type Query { viewer: User }
  type Mutation {
    signIn(input: SignInInput!): SignInPayload
    refreshSession(refreshToken: String!): SignInPayload
    signOut: SignOutPayload
  }
  input SignInInput { email: String!  password: String! }
  type User { id: ID!  username: String!  fullName: String!  avatarUrl: String }
  type SignInPayload { user: User  session: Session  errors: [CommandError!]! }
  type Session { accessToken: String!  expiresAt: String!  refreshToken: String!  endsAt: String! }
  type SignOutPayload { errors: [CommandError!]! }
  type CommandError { code: String!  message: String!  path: [String!]! }`

const user = { id: '1', username: 'ada', fullName: 'Ada Lovelace', avatarUrl: null }
const rejected = (code: string, ...path: string[]) => ({
  user: null,
  session: null,
  errors: [{ code, message: `${code}.`, path }],
})
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

/** A stand-in for users: one account, and refresh tokens `refresh-1`, `refresh-2` and so on, each of which is good. */
export function startUsers(issuer: TokenIssuer) {
  const opened = async (n: number) => ({
    user,
    session: {
      accessToken: await issuer.token({ exp: 900 }),
      expiresAt: inSeconds(900.9),
      refreshToken: `refresh-${n}`,
      endsAt: inSeconds(86_400.9),
    },
    errors: [],
  })
  return startStubSubgraph('users', schema, {
    Query: { viewer: () => user },
    Mutation: {
      signIn: (_: unknown, { input }: { input: { email: string; password: string } }) =>
        input.password === 'ink that dries' ? opened(1) : rejected('INVALID_CREDENTIALS'),
      refreshSession(_: unknown, { refreshToken }: { refreshToken: string }) {
        const [, n] = /^refresh-(\d+)$/.exec(refreshToken) ?? []
        return n === undefined ? rejected('INVALID_SESSION', 'refreshToken') : opened(Number(n) + 1)
      },
      signOut: () => ({ errors: [] }),
    },
  })
}

/** A cookie that a reply sets, with its attributes as they stand there. */
export type SetCookie = { readonly name: string; readonly value: string; readonly attributes: string }

export const setCookiesOf = (reply: Response): readonly SetCookie[] =>
  reply.headers.getSetCookie().map((set) => {
    const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*); (.*)$/.exec(set) ?? []
    return { name, value, attributes }
  })

/** What a browser sends back. */
export const cookieHeader = (cookies: readonly Pick<SetCookie, 'name' | 'value'>[]): string =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
