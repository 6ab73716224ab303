import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { graphqlClient } from './graphql.ts'
import { bearer, signIn } from './sign-up.ts'

/** A bounded stream of commands from a few concurrent clients, which retry under the same idempotency key. */
export type CommandStream = {
  /** Resolves when every command is answered. */
  readonly done: Promise<void>
  /** Ids from accepted commands. */
  readonly users: readonly string[]
  readonly posts: readonly string[]
  readonly comments: readonly string[]
  readonly deletedPosts: readonly string[]
}

const mutations = {
  createUser:
    'mutation($input: CreateUserInput!) { it: createUser(input: $input) { node: user { id } session { accessToken } errors { code } } }',
  createPost:
    'mutation($input: CreatePostInput!) { it: createPost(input: $input) { node: post { id } errors { code } } }',
  updatePost:
    'mutation($input: UpdatePostInput!) { it: updatePost(input: $input) { node: post { id } errors { code } } }',
  createComment:
    'mutation($input: CreateCommentInput!) { it: createComment(input: $input) { node: comment { id } errors { code } } }',
  deletePost:
    'mutation($input: DeletePostInput!) { it: deletePost(input: $input) { id: deletedPostId errors { code } } }',
} as const

/** How long a client retries one command, in milliseconds. */
const PATIENCE_MS = 60_000

/**
 * @param rounds number of rounds per client, each with a user, two posts, comments, edits and sometimes a deletion
 * @param skipComments for when the comments service cannot read posts
 */
export function streamCommands(
  gatewayUrl: string,
  {
    clients = 3,
    rounds = 8,
    skipComments = false,
    pauseMs = 0,
  }: { clients?: number; rounds?: number; skipComments?: boolean; pauseMs?: number } = {},
): CommandStream {
  const ask = graphqlClient(gatewayUrl)
  const users: string[] = []
  const posts: string[] = []
  const comments: string[] = []
  const deletedPosts: string[] = []

  /** Retries a command until it is answered; the key makes all attempts one command. */
  async function send(
    name: keyof typeof mutations,
    input: object,
    accessToken?: string,
  ): Promise<{ id: string; accessToken?: string } | undefined> {
    const headers = accessToken === undefined ? {} : bearer(accessToken)
    const keyed = { ...input, idempotencyKey: randomUUID() }
    for (const until = Date.now() + PATIENCE_MS; ; await delay(50)) {
      const reply = await ask(mutations[name], { input: keyed }, headers).catch(() => undefined)
      const payload = reply?.data?.it
      const code = payload?.errors[0]?.code
      const id = payload?.node?.id ?? payload?.id
      if (id) return { id, accessToken: payload.session?.accessToken }
      if (code && code !== 'POST_NOT_FOUND') throw new Error(`${name} was rejected: ${code}`)
      if (Date.now() > until)
        throw new Error(`${name} had no answer within ${PATIENCE_MS / 1000} s: ${JSON.stringify(reply)}`)
    }
  }

  async function signInPatiently(account: { email: string; password: string }): Promise<string> {
    for (const until = Date.now() + PATIENCE_MS; ; await delay(50)) {
      try {
        return (await signIn(gatewayUrl, account)).accessToken
      } catch (error) {
        if (Date.now() > until) throw error
      }
    }
  }

  async function client(n: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const tag = `${n}_${round}_${randomUUID().slice(0, 6)}`
      const account = { email: `${tag}@example.org`, password: 'ink that dries' }
      const author = await send('createUser', { username: `u_${tag}`, fullName: `User ${tag}`, ...account })
      if (!author) continue
      users.push(author.id)
      // If the first reply was lost, so was its session.
      const token = author.accessToken ?? (await signInPatiently(account))
      for (const title of ['one', 'two']) {
        const post = await send('createPost', { title: `${title} ${tag}`, body: 'b' }, token)
        if (!post) continue
        posts.push(post.id)
        if (!skipComments)
          for (let comment = 0; comment < 2; comment++) {
            const written = await send('createComment', { postId: post.id, body: `comment ${comment}` }, token)
            if (written) comments.push(written.id)
          }
        await send('updatePost', { id: post.id, body: 'edited' }, token)
        if (title === 'two' && round % 3 === 0) {
          await send('deletePost', { id: post.id }, token)
          deletedPosts.push(post.id)
        }
      }
      await delay(pauseMs)
    }
  }

  const done = Promise.all(Array.from({ length: clients }, (_, n) => client(n))).then(() => undefined)
  done.catch(() => undefined)
  return { done, users, posts, comments, deletedPosts }
}
