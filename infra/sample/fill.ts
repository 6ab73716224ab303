import { createHash } from 'node:crypto'
import {
  type CreateCommentInput,
  SampleCreateCommentDocument,
  SampleCreatePostDocument,
  SampleCreateUserDocument,
  SampleFavoritePostDocument,
  SampleFollowUserDocument,
  SamplePostsCountDocument,
  SampleSignInDocument,
  SampleUsernamesDocument,
} from '#contracts/operations/sample/generated/documents.ts'
import { sleep } from '#toolkit/process/backoff.ts'
import { type Ask, askAt } from './ask.ts'
import { authors, emailOf, posts, type SamplePost, samplePassword } from './content.ts'

type Payload = { readonly errors: readonly { readonly code: string; readonly message: string }[] }

/** Counts of what was written. */
export type Filled = { readonly authors: number; readonly posts: number; readonly comments: number }

/** How long the comments service may be behind, in milliseconds. */
const KNOWN_WITHIN_MS = 10_000

/**
 * Writes the sample content through the gateway's own mutations, if the system is empty. Idempotency keys let a second
 * attempt after a crash continue where the first one stopped.
 * @returns the counts; undefined when there was content already
 */
export async function fillWithSamples(url: string): Promise<Filled | undefined> {
  const ask = askAt(url)
  const { users } = await ask(SampleUsernamesDocument, {})
  const known = new Set(authors.map(({ username }) => username))
  if (users?.nodes.some(({ username }) => !known.has(username))) return undefined
  const finished = await ask(SamplePostsCountDocument, {})
  if ((finished.posts?.totalCount ?? 0) >= posts.filter(({ draft }) => !draft).length) return undefined

  const people = new Map<string, { id: string; token: string }>()
  for (const author of authors) {
    const person = await openAccount(ask, author)
    if (!person) return undefined // the name is taken: this store is not empty
    people.set(author.username, person)
  }
  const personOf = (username: string) => {
    const person = people.get(username)
    if (!person) throw new Error(`the sample content has no author ${username}`)
    return person
  }

  const ids = new Map<string, string>()
  const idOf = (title: string) => {
    const id = ids.get(title)
    if (id === undefined) throw new Error(`the sample content has no post ${title}`)
    return id
  }
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
      const { followUser } = await ask(SampleFollowUserDocument, { input }, token)
      accepted(followUser, ({ user }) => user)
    }
    for (const title of favorites) {
      const input = { id: idOf(title), idempotencyKey: keyOf('favorite', username, title) }
      const { favoritePost } = await ask(SampleFavoritePostDocument, { input }, token)
      accepted(favoritePost, ({ post }) => post)
    }
  }
  return { authors: authors.length, posts: posts.length, comments }
}

/** @returns undefined when the name is taken */
async function openAccount(
  ask: Ask,
  { username, fullName, bio }: (typeof authors)[number],
): Promise<{ id: string; token: string } | undefined> {
  const account = { email: emailOf(username), password: samplePassword }
  const input = { username, fullName, bio, ...account, idempotencyKey: keyOf('user', username) }
  const { createUser } = await ask(SampleCreateUserDocument, { input })
  if (!createUser?.user) return undefined
  const { id } = createUser.user
  if (createUser.session) return { id, token: createUser.session.accessToken }
  const { signIn } = await ask(SampleSignInDocument, { input: account })
  return { id, token: accepted(signIn, ({ session }) => session).accessToken }
}

async function publish(ask: Ask, { title, tags, body, draft }: SamplePost, token: string): Promise<string> {
  const status = draft ? 'DRAFT' : undefined
  const input = { title, tags, body, status, idempotencyKey: keyOf('post', title) } as const
  const { createPost } = await ask(SampleCreatePostDocument, { input }, token)
  return accepted(createPost, ({ post }) => post).id
}

async function comment(ask: Ask, input: CreateCommentInput, token: string): Promise<string> {
  for (const until = Date.now() + KNOWN_WITHIN_MS; ; await sleep(200)) {
    const { createComment } = await ask(SampleCreateCommentDocument, { input }, token)
    // The command waited for the post, so the comments service is far behind.
    const isBehind = createComment?.errors[0]?.code === 'POST_NOT_FOUND' && Date.now() < until
    if (!isBehind) return accepted(createComment, ({ comment }) => comment).id
  }
}

/** @throws with the first rejection when the payload does not have the node */
function accepted<Some extends Payload, Node>(payload: Some | null, nodeOf: (payload: Some) => Node | null): Node {
  const node = payload && nodeOf(payload)
  if (node) return node
  const reason = payload?.errors[0]
  throw new Error(
    `The sample content was rejected: ${reason ? `${reason.code} ${reason.message}` : 'nothing said why'}`,
  )
}

const keyOf = (...parts: readonly string[]) =>
  `sample-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)}`
