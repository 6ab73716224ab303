import { createHash } from 'node:crypto'
import { sleep } from '#cqrs/process/backoff.ts'
import { authors, posts } from './content.ts'

type Payload = { readonly errors: readonly { readonly code: string; readonly message: string }[] }

/** How long the gateway may be away, in milliseconds: a role that ended comes back. */
const AWAY_FOR_MS = 15_000

/** How long a post may take to be known to comments, in milliseconds. */
const KNOWN_WITHIN_MS = 10_000

/**
 * Writes the sample content through the gateway's own mutations, if nobody has written anything yet. Idempotency keys
 * make a second try after a crash go on where the first one stopped.
 * @returns what was written; undefined when there was content already
 */
export async function fillWithSamples(
  url: string,
): Promise<{ authors: number; posts: number; comments: number } | undefined> {
  const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const response = await patiently(() =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      }),
    )
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] }
    if (!data || errors)
      throw new Error(`The sample content could not be written: ${errors?.[0]?.message ?? response.status}`)
    return data
  }

  const { users } = await ask<{ users: { nodes: { username: string }[] } | null }>(
    '{ users(first: 100) { nodes { username } } }',
  )
  const known = new Set(authors.map(({ username }) => username))
  if (users?.nodes.some(({ username }) => !known.has(username))) return undefined
  const finished = await ask<{ posts: { totalCount: number } | null }>('{ posts(first: 1) { totalCount } }')
  if ((finished.posts?.totalCount ?? 0) >= posts.length) return undefined

  const ids = new Map<string, string>()
  for (const author of authors) {
    const { createUser } = await ask<{ createUser: Payload & { user: { id: string } | null } }>(
      'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code message } } }',
      { input: { ...author, idempotencyKey: keyOf('user', author.username) } },
    )
    if (!createUser.user) return undefined // somebody else took the name: this store is not empty
    ids.set(author.username, createUser.user.id)
  }

  let comments = 0
  for (const { author, title, body, comments: replies } of posts) {
    const { createPost } = await ask<{ createPost: Payload & { post: { id: string } | null } }>(
      'mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code message } } }',
      { input: { authorId: ids.get(author), title, body, idempotencyKey: keyOf('post', title) } },
    )
    const postId = accepted(createPost, createPost.post).id
    for (const reply of replies) {
      const input = {
        authorId: ids.get(reply.author),
        postId,
        body: reply.body,
        idempotencyKey: keyOf('comment', title, reply.body),
      }
      for (let waited = 0; ; waited += 20) {
        const { createComment } = await ask<{ createComment: Payload & { comment: { id: string } | null } }>(
          'mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } errors { code message } } }',
          { input },
        )
        // comments hears of a post a few milliseconds after it was created.
        if (createComment.errors[0]?.code === 'POST_NOT_FOUND' && waited < KNOWN_WITHIN_MS) await sleep(20)
        else if (accepted(createComment, createComment.comment)) break
      }
      comments++
    }
  }
  return { authors: authors.length, posts: posts.length, comments }
}

/** Tries again while nothing answers; idempotency keys make that safe. */
async function patiently(send: () => Promise<Response>): Promise<Response> {
  for (const until = Date.now() + AWAY_FOR_MS; ; await sleep(200)) {
    try {
      return await send()
    } catch (error) {
      if (Date.now() > until)
        throw new Error('The sample content could not be written: the gateway does not answer.', { cause: error })
    }
  }
}

function accepted<Node>({ errors }: Payload, node: Node | null): Node {
  if (!node) throw new Error(`The sample content was rejected: ${errors[0]?.code} ${errors[0]?.message}`)
  return node
}

const keyOf = (...parts: readonly string[]) =>
  `sample-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)}`
