import { type Agent, request } from 'undici'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import type { Send } from './lane.ts'
import type { Caller } from './mix.ts'

type Payload = {
  readonly node?: { readonly id: string } | null
  readonly session?: { readonly accessToken: string } | null
  readonly errors?: readonly { readonly code: string }[]
}

/** A mutation's text and variables, every time the same text. */
const operation = (name: string, node: string, input: object, more = '') => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
  const query = `mutation($input: ${type}) { it: ${name}(input: $input) { node: ${node} { id } ${more} errors { code } } }`
  return JSON.stringify({ query, variables: { input } })
}

async function post(url: URL, dispatcher: Agent, headers: Record<string, string>, body: string): Promise<Payload> {
  const reply = await request(url, { dispatcher, method: 'POST', headers, body }).catch((error: Error) => {
    throw new Error(`Nothing answers at ${url} (${error.message}). Start the system first: npm start`)
  })
  const { data, errors } = (await reply.body.json()) as { data?: { it: Payload | null }; errors?: unknown }
  if (!data?.it) throw new Error(`${url} did not answer a command: ${JSON.stringify(errors)}`)
  return data.it
}

const idOf = (name: string, payload: Payload): string => {
  if (!payload.node) throw new Error(`${name} was rejected: ${payload.errors?.[0]?.code}`)
  return payload.node.id
}

/** Signed requests to a subgraph, as the gateway sends them. @param secret of gateway and subgraph */
export function toApi(url: URL, secret: string, dispatcher: Agent): Send {
  return async ({ name, node }, input, { userId }) => {
    const body = operation(name, node, input)
    const call = { caller: { userId, roles: [], sessionId: null }, address: null, trace: null }
    const headers = signedHeaders('gateway', { id: '1', secret }, { url, body, call })
    return idOf(name, await post(url, dispatcher, headers, body))
  }
}

/** Requests with an access token, as a client sends them. */
export function toGateway(url: URL, dispatcher: Agent): Send {
  return async ({ name, node }, input, { accessToken }) =>
    idOf(name, await post(url, dispatcher, bearer(accessToken), operation(name, node, input)))
}

const bearer = (accessToken: string) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${accessToken}`,
})

/** Opens an account through the gateway, by the command createUser. */
export async function openAccount(
  url: URL,
  dispatcher: Agent,
  username: string,
): Promise<Pick<Caller, 'userId' | 'accessToken'>> {
  const account = { email: `${username}@inkstream.example`, password: 'how many in a second' }
  const body = operation('createUser', 'user', { username, fullName: 'Bench', ...account }, 'session { accessToken }')
  const payload = await post(url, dispatcher, { 'content-type': 'application/json' }, body)
  const userId = idOf('createUser', payload)
  if (!payload.session) throw new Error('createUser answered no session')
  return { userId, accessToken: payload.session.accessToken }
}
