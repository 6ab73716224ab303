import { randomUUID } from 'node:crypto'
import { Agent, request } from 'undici'
import { graphqlUrl } from './config.ts'
import { environment } from './environment.ts'

export type Answer = {
  readonly data?: Record<string, { readonly id?: string; readonly post?: { readonly id: string } } | null>
  readonly extensions?: { readonly consistency?: { readonly fresh?: boolean } }
  /** The consistency token, if something was written. */
  readonly token: string | undefined
}

/** A signed-in author, who sends one request at a time over one connection. */
export type Author = {
  /** @throws when a request fails */
  createPost(title: string): Promise<{ readonly id: string; readonly token: string | undefined }>
  /** @param token what the answer must contain */
  post(id: string, token?: string): Promise<Answer>
  close(): Promise<void>
}

/** Opens an account at the gateway of a running system. @throws when nothing answers */
export async function openAuthor(): Promise<Author> {
  const url = graphqlUrl(environment())
  const dispatcher = new Agent({ connections: 1 })
  let accessToken: string | undefined
  const ask = async <Reply = Answer>(query: string, variables: object, token?: string) => {
    const { body, headers } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(token !== undefined && { 'consistency-token': token }),
      },
      body: JSON.stringify({ query, variables }),
    }).catch((error: Error) => {
      throw new Error(`Nothing answers at ${url} (${error.message}). Start the system first: npm start`)
    })
    return { ...((await body.json()) as Reply), token: headers['consistency-token']?.toString() }
  }

  const username = `bench_${randomUUID().slice(0, 8)}`
  const account = { email: `${username}@inkstream.example`, password: 'how long until it shows' }
  const created = await ask<{ data?: { createUser?: { session?: { accessToken: string } } } }>(
    'mutation($input: CreateUserInput!) { createUser(input: $input) { session { accessToken } errors { code } } }',
    { input: { username, fullName: 'Bench', ...account } },
  )
  accessToken = created.data?.createUser?.session?.accessToken
  if (!accessToken) throw new Error(`createUser failed: ${JSON.stringify(created)}`)

  return {
    async createPost(title) {
      const reply = await ask(
        'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
        { input: { title, body: 'How long until it shows?' } },
      )
      const id = reply.data?.createPost?.post?.id
      if (!id) throw new Error(`createPost failed: ${JSON.stringify(reply)}`)
      return { id, token: reply.token }
    },
    post: (id, token) => ask('query($id: ID!) { post(id: $id) { id } }', { id }, token),
    close: () => dispatcher.close(),
  }
}

/** How long a post may take to become visible before a measurement fails, in milliseconds. */
const GIVE_UP_MS = 5_000

/** Asks without pause until a post is there. @returns how long that took, in milliseconds */
export async function untilVisible(author: Author, id: string): Promise<number> {
  const began = performance.now()
  while (!(await author.post(id)).data?.post)
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`post ${id} did not show within ${GIVE_UP_MS / 1000} s`)
  return performance.now() - began
}

/** A quantile of times. */
export const quantile = (times: readonly number[], at: number): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(at * times.length) - 1] ?? Number.NaN
