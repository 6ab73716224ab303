import { createHash } from 'node:crypto'
import { sleep } from '#cqrs/process/backoff.ts'
import { authors, emailOf, posts, type SamplePost, samplePassword } from './content.ts'

type Payload = { readonly errors: readonly { readonly code: string; readonly message: string }[] }

/** Sends an operation, in somebody's name when there is a token. */
type Ask = <Data>(query: string, variables?: object, accessToken?: string) => Promise<Data>

/** What was written. */
export type Filled = { readonly authors: number; readonly posts: number; readonly comments: number }

/** How long the gateway may be away, in milliseconds: a role that ended comes back. */
const AWAY_FOR_MS = 15_000

/** How long a post or a comment may take to be known where it is referred to, in milliseconds. */
const KNOWN_WITHIN_MS = 10_000

/**
 * Writes the sample content through the gateway's own mutations, if nobody has written anything yet. Idempotency keys
 * make a second try after a crash go on where the first one stopped.
 * @returns what was written; undefined when there was content already
 */
export async function fillWithSamples(url: string): Promise<Filled | undefined> {
  const ask = askAt(url)
  const { users } = await ask<{ users: { nodes: { username: string }[] } | null }>(
    '{ users(first: 100) { nodes { username } } }',
  )
  const known = new Set(authors.map(({ username }) => username))
  if (users?.nodes.some(({ username }) => !known.has(username))) return undefined
  const finished = await ask<{ posts: { totalCount: number } | null }>('{ posts(first: 1) { totalCount } }')
  if ((finished.posts?.totalCount ?? 0) >= posts.filter(({ draft }) => !draft).length) return undefined

  const people = new Map<string, { id: string; token: string }>()
  for (const author of authors) {
    const person = await openAccount(ask, author)
    if (!person) return undefined // somebody else took the name: this store is not empty
    people.set(author.username, person)
  }
  const personOf = (username: string) => {
    const person = people.get(username)
    if (!person) throw new Error(`the sample content has no author ${username}`)
    return person
  }

  const ids = new Map<string, string>()
  let comments = 0
  for (const post of posts) {
    const id = await publish(ask, post, personOf(post.author).token)
    ids.set(post.title, id)
    let parentId: string | undefined
    for (const { author, body, answersLast } of post.comments) {
      const input = {
        postId: id,
        ...(answersLast && { parentId }),
        body,
        idempotencyKey: keyOf('comment', post.title, body),
      }
      parentId = await comment(ask, input, personOf(author).token)
      comments++
    }
  }

  for (const { username, follows, favorites } of authors) {
    const { token } = personOf(username)
    for (const followed of follows) {
      const input = { userId: personOf(followed).id, idempotencyKey: keyOf('follow', username, followed) }
      const { followUser } = await ask<{ followUser: Payload & { user: object | null } }>(
        'mutation ($input: FollowUserInput!) { followUser(input: $input) { user { id } errors { code message } } }',
        { input },
        token,
      )
      accepted(followUser, followUser.user)
    }
    for (const title of favorites) {
      const input = { id: ids.get(title), idempotencyKey: keyOf('favorite', username, title) }
      const { favoritePost } = await ask<{ favoritePost: Payload & { post: object | null } }>(
        'mutation ($input: FavoritePostInput!) { favoritePost(input: $input) { post { id } errors { code message } } }',
        { input },
        token,
      )
      accepted(favoritePost, favoritePost.post)
    }
  }
  return { authors: authors.length, posts: posts.length, comments }
}

/** @returns undefined when somebody else has the name */
async function openAccount(
  ask: Ask,
  { username, fullName, bio }: (typeof authors)[number],
): Promise<{ id: string; token: string } | undefined> {
  const account = { email: emailOf(username), password: samplePassword }
  const input = { username, fullName, bio, ...account, idempotencyKey: keyOf('user', username) }
  type Session = { accessToken: string } | null
  const { createUser } = await ask<{ createUser: Payload & { user: { id: string } | null; session: Session } }>(
    'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } session { accessToken } errors { code message } } }',
    { input },
  )
  if (!createUser.user) return undefined
  const { id } = createUser.user
  if (createUser.session) return { id, token: createUser.session.accessToken }
  const { signIn } = await ask<{ signIn: Payload & { session: Session } }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } errors { code message } } }',
    { input: account },
  )
  return { id, token: accepted(signIn, signIn.session).accessToken }
}

async function publish(ask: Ask, { title, tags, body, draft }: SamplePost, token: string): Promise<string> {
  const input = { title, tags, body, ...(draft && { status: 'DRAFT' }), idempotencyKey: keyOf('post', title) }
  const { createPost } = await ask<{ createPost: Payload & { post: { id: string } | null } }>(
    'mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code message } } }',
    { input },
    token,
  )
  return accepted(createPost, createPost.post).id
}

async function comment(ask: Ask, input: object, token: string): Promise<string> {
  for (let waited = 0; ; waited += 20) {
    const { createComment } = await ask<{ createComment: Payload & { comment: { id: string } | null } }>(
      'mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } errors { code message } } }',
      { input },
      token,
    )
    // comments hears of a post a few milliseconds after it was created.
    if (createComment.errors[0]?.code === 'POST_NOT_FOUND' && waited < KNOWN_WITHIN_MS) await sleep(20)
    else return accepted(createComment, createComment.comment).id
  }
}

const askAt =
  (url: string): Ask =>
  async <Data>(query: string, variables: object = {}, accessToken?: string): Promise<Data> => {
    const response = await patiently(() =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
      }),
    )
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] }
    if (!data || errors)
      throw new Error(`The sample content could not be written: ${errors?.[0]?.message ?? response.status}`)
    return data
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
