import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { askAsGateway, stranger } from '../support/as-gateway.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let ask: ReturnType<typeof graphqlClient>

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = graphqlClient(stack.gatewayUrl)
})
afterAll(() => stack?.stop())

const page = `{ posts(first: 20) { nodes {
  title author { fullName } commentsCount latestComments(first: 2) { body author { fullName } }
} pageInfo { hasNextPage } } }`

const createUser = (fullName = 'Ada Lovelace') => signUp(stack.gatewayUrl, { fullName })

const createPost = (author: Pick<Person, 'ask'>, input: object) =>
  author
    .ask(
      `mutation($input: CreatePostInput!) { createPost(input: $input) {
         post { id slug title version author { fullName username } commentsCount } errors { code path currentVersion }
       } }`,
      { input },
    )
    .then(({ data }) => data.createPost)

const createComment = (author: Person, input: object) =>
  author
    .ask(
      `mutation($input: CreateCommentInput!) { createComment(input: $input) {
         comment { id body author { fullName } post { id } } errors { code path }
       } }`,
      { input },
    )
    .then(({ data }) => data.createComment)

describe('a user, a post and a comment', () => {
  test('appear on the usual page within a second', async () => {
    const author = await createUser()
    const { post, errors } = await createPost(author, { title: 'On Ink', body: 'It dries.' })
    expect(errors).toEqual([])
    expect(post).toMatchObject({ title: 'On Ink', version: 1, commentsCount: 0 })
    const { comment } = await vi.waitFor(
      async () => {
        const payload = await createComment(author, { postId: post.id, body: 'So it does.' })
        expect(payload.errors).toEqual([])
        return payload
      },
      { timeout: 10_000, interval: 20 },
    )
    expect(comment).toMatchObject({ body: 'So it does.', post: { id: post.id } })
    await vi.waitFor(
      async () => {
        const { data, errors } = await ask(page)
        expect(errors).toBeUndefined()
        expect(data.posts.nodes).toContainEqual({
          title: 'On Ink',
          author: { fullName: 'Ada Lovelace' },
          commentsCount: 1,
          latestComments: [{ body: 'So it does.', author: { fullName: 'Ada Lovelace' } }],
        })
      },
      { timeout: 1_000, interval: 20 },
    )
  })

  test('can be reached from each other through all three services', async () => {
    const author = await createUser('Grace Hopper')
    const { post } = await createPost(author, { title: 'Nanoseconds', body: 'A foot of wire.' })
    await vi.waitFor(
      async () => {
        const { errors } = await createComment(author, { postId: post.id, body: 'Mind the length.' })
        expect(errors).toEqual([])
      },
      { timeout: 10_000, interval: 20 },
    )
    await vi.waitFor(
      async () => {
        const { data, errors } = await ask(
          `query($id: ID!) { user(id: $id) { bio posts { totalCount nodes { title comments(first: 1) { nodes { body author { username bio } } } } }
           comments { totalCount nodes { post { title slug } } } } }`,
          { id: author.id },
        )
        expect(errors).toBeUndefined()
        expect(data.user).toEqual({
          bio: '',
          posts: {
            totalCount: 1,
            nodes: [
              {
                title: 'Nanoseconds',
                comments: { nodes: [{ body: 'Mind the length.', author: { username: author.username, bio: '' } }] },
              },
            ],
          },
          comments: { totalCount: 1, nodes: [{ post: { title: 'Nanoseconds', slug: post.slug } }] },
        })
      },
      { timeout: 10_000, interval: 20 },
    )
  })
})

test('a thread of eight levels is read with one query', async () => {
  const author = await createUser()
  const { post } = await createPost(author, { title: 'Depth', body: 'b' })
  const thread: object[] = []
  for (let parentId: string | null = null; thread.length < 8; ) {
    const body = `Level ${thread.length + 1}`
    const { comment } = await vi.waitFor(
      async () => {
        const payload = await createComment(author, { postId: post.id, parentId, body })
        expect(payload.errors).toEqual([])
        return payload
      },
      { timeout: 10_000, interval: 20 },
    )
    const { username } = author
    thread.push({ id: comment.id, depth: thread.length, parentId, body, author: { username } })
    parentId = comment.id
  }
  await vi.waitFor(
    async () => {
      const { data, errors } = await ask(
        `query($id: ID!) { post(id: $id) { title thread(first: 100) {
           nodes { id depth parentId body author { username } } totalCount pageInfo { hasNextPage } } } }`,
        { id: post.id },
      )
      expect(errors).toBeUndefined()
      expect(data.post.thread).toEqual({ nodes: thread, totalCount: 8, pageInfo: { hasNextPage: false } })
    },
    { timeout: 10_000, interval: 20 },
  )
})

describe('a post', () => {
  test('can be edited and deleted, and then disappears from every list', async () => {
    const author = await createUser()
    const { post } = await createPost(author, { title: 'Draft', body: 'b' })
    const update = await author.ask(
      'mutation($input: UpdatePostInput!) { updatePost(input: $input) { post { title slug version } errors { code } } }',
      { input: { id: post.id, title: 'Final', expectedVersion: 1 } },
    )
    expect(update.data.updatePost).toMatchObject({ post: { title: 'Final', version: 2 }, errors: [] })
    await vi.waitFor(
      async () => {
        const { data } = await ask('query($slug: String!) { postBySlug(slug: $slug) { id title } }', {
          slug: update.data.updatePost.post.slug,
        })
        expect(data.postBySlug).toEqual({ id: post.id, title: 'Final' })
      },
      { timeout: 10_000, interval: 20 },
    )
    const removed = await author.ask(
      'mutation($input: DeletePostInput!) { deletePost(input: $input) { deletedPostId errors { code } } }',
      { input: { id: post.id } },
    )
    expect(removed.data.deletePost).toEqual({ deletedPostId: post.id, errors: [] })
    await vi.waitFor(
      async () => {
        const { data } = await ask(
          'query($id: ID!, $filter: PostFilter) { post(id: $id) { title } posts(filter: $filter) { totalCount nodes { id } } }',
          { id: post.id, filter: { authorId: author.id } },
        )
        expect(data).toEqual({ post: null, posts: { totalCount: 0, nodes: [] } })
      },
      { timeout: 10_000, interval: 20 },
    )
    await vi.waitFor(
      async () => {
        const { errors } = await createComment(author, { postId: post.id, body: 'Too late.' })
        expect(errors).toMatchObject([{ code: 'POST_NOT_FOUND', path: ['postId'] }])
      },
      { timeout: 10_000, interval: 20 },
    )
  })

  test('by an unknown author shows the placeholder and does not affect other posts', async () => {
    const author = await createUser('Known')
    const nobody = { ask: askAsGateway(stack, 'posts', stranger(randomUUID())) }
    const { post } = await createPost(nobody, { title: 'Anonymous letter', body: 'b' })
    await createPost(author, { title: 'Signed letter', body: 'b' })
    await vi.waitFor(
      async () => {
        const { data, errors } = await ask(
          '{ posts(first: 2) { nodes { id title author { username fullName bio } } } }',
        )
        expect(errors).toBeUndefined()
        expect(data.posts.nodes).toEqual([
          expect.objectContaining({
            title: 'Signed letter',
            author: { username: author.username, fullName: 'Known', bio: '' },
          }),
          { id: post.id, title: 'Anonymous letter', author: { username: 'unknown', fullName: 'Anonymous', bio: null } },
        ])
      },
      { timeout: 10_000, interval: 20 },
    )
  })
})

describe('pages', () => {
  test('list all posts of an author forward and backward, once each', async () => {
    const author = await createUser()
    const titles = ['one', 'two', 'three', 'four', 'five']
    for (const title of titles) await createPost(author, { title, body: 'b' })
    const newestFirst = titles.toReversed()
    const query = `query($filter: PostFilter, $first: Int, $after: String, $last: Int, $before: String) {
      posts(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
    const read = async (args: object) => (await ask(query, { filter: { authorId: author.id }, ...args })).data.posts
    await vi.waitFor(async () => expect((await read({})).totalCount).toBe(5), { timeout: 10_000, interval: 20 })

    const forward: string[] = []
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo } = await read({ first: 2, after })
      forward.push(...nodes.map(({ title }: { title: string }) => title))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(forward).toEqual(newestFirst)

    const backward: string[] = []
    for (let before: string | null = null; ; ) {
      const { nodes, pageInfo } = await read({ last: 2, before })
      backward.unshift(...nodes.map(({ title }: { title: string }) => title))
      if (!pageInfo.hasPreviousPage) break
      before = pageInfo.startCursor
    }
    expect(backward).toEqual(newestFirst)
  })
})

describe('titles in any script', () => {
  test.each([
    ['Arabic', 'مرحبا بالعالم', 'بالعالم'],
    ['Chinese', '墨水会干', '墨水'],
    ['Japanese', '木漏れ日の下で', '木漏れ日'],
    ['Thai', 'ผีเสื้อในสวน', 'ผีเสื้อ'],
    ['emoji alone', '🦉🎉', '🦉'],
    ['both at once', 'Node入门', 'node'],
    ['a family of emoji', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ])('%s: slug, search and cursor lead to the post', async (_script, title, word) => {
    const author = await createUser()
    // A post with the word in its body ranks after the one with the word in its title.
    const { post, errors } = await createPost(author, { title, body: 'b' })
    const { post: mention } = await createPost(author, { title: `Elsewhere ${randomUUID()}`, body: `About ${word}.` })
    expect(errors).toEqual([])
    const search = `query($query: String!, $first: Int, $after: String) { searchPosts(query: $query, first: $first, after: $after) {
      totalCount nodes { id title author { username } } pageInfo { hasNextPage endCursor } } }`
    const found = async (more: object) => {
      const { data, errors } = await ask(search, { query: word, ...more })
      expect(errors).toBeUndefined()
      return data.searchPosts
    }
    await vi.waitFor(
      async () =>
        expect(await found({})).toMatchObject({
          nodes: [{ id: post.id, author: { username: author.username } }, { id: mention.id }],
        }),
      { timeout: 10_000, interval: 20 },
    )
    const first = await found({ first: 1 })
    expect(first).toMatchObject({
      totalCount: 2,
      nodes: [{ id: post.id, title, author: { username: author.username } }],
      pageInfo: { hasNextPage: true },
    })
    expect(await found({ first: 1, after: first.pageInfo.endCursor })).toMatchObject({
      nodes: [{ id: mention.id }],
      pageInfo: { hasNextPage: false },
    })
    const { data } = await ask('query($slug: String!) { postBySlug(slug: $slug) { id } }', { slug: post.slug })
    expect(data.postBySlug).toEqual({ id: post.id })
    const altered = await ask(search, { query: `${word} more`, after: first.pageInfo.endCursor })
    expect(altered.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
  })
})

describe('a renamed post', () => {
  test('has a new slug, stays available under the old one, and frees its title', async () => {
    const author = await createUser()
    const { post } = await createPost(author, { title: 'Before', body: 'b' })
    await author.ask('mutation($input: UpdatePostInput!) { updatePost(input: $input) { errors { code } } }', {
      input: { id: post.id, title: 'After' },
    })
    const { post: second } = await createPost(author, { title: 'Before', body: 'another' })
    await vi.waitFor(
      async () => {
        const { data } = await ask(
          'query($old: String!, $new: String!) { old: postBySlug(slug: $old) { id slug title } new: postBySlug(slug: $new) { id } }',
          { old: post.slug, new: second.slug },
        )
        expect(data).toEqual({
          old: { id: post.id, slug: post.slug.replace('before', 'after'), title: 'After' },
          new: { id: second.id },
        })
      },
      { timeout: 10_000, interval: 20 },
    )
  })
})

describe('a renamed user', () => {
  test('has the new name on every post and comment, in every service, within a second', async () => {
    const author = await createUser()
    const { post } = await createPost(author, { title: 'Signed', body: 'b' })
    await vi.waitFor(
      async () => expect((await createComment(author, { postId: post.id, body: 'c' })).errors).toEqual([]),
      { timeout: 10_000, interval: 20 },
    )
    const names = async () => {
      const { data } = await ask(
        `query($id: ID!, $user: ID!) {
           post(id: $id) { author { username fullName } latestComments { author { username } } comments { nodes { author { username fullName } } } }
           user(id: $user) { username } }`,
        { id: post.id, user: author.id },
      )
      return data
    }
    const named = (username: string, fullName: string) => ({
      post: {
        author: { username, fullName },
        latestComments: [{ author: { username } }],
        comments: { nodes: [{ author: { username, fullName } }] },
      },
      user: { username },
    })
    await vi.waitFor(async () => expect(await names()).toEqual(named(author.username, 'Ada Lovelace')), {
      timeout: 10_000,
      interval: 20,
    })
    const username = `n_${randomUUID().slice(0, 8)}`
    const { data } = await author.ask(
      'mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { user { username } errors { code } } }',
      { input: { username, fullName: 'Augusta Ada King' } },
    )
    expect(data.updateProfile).toEqual({ user: { username }, errors: [] })
    await vi.waitFor(async () => expect(await names()).toEqual(named(username, 'Augusta Ada King')), {
      timeout: 1_000,
      interval: 20,
    })
    // The old username is free for another user.
    expect(await signUp(stack.gatewayUrl, { username: author.username })).toMatchObject({ username: author.username })
    await vi.waitFor(
      async () => {
        const { data } = await ask('query($username: String!) { userByUsername(username: $username) { fullName } }', {
          username: author.username,
        })
        expect(data.userByUsername).toEqual({ fullName: 'Ada Lovelace' })
      },
      { timeout: 10_000, interval: 20 },
    )
  })
})

describe('a deleted account', () => {
  test('leaves posts and comments under a placeholder, and frees its username', async () => {
    const author = await createUser()
    const { post } = await createPost(author, { title: 'Left behind', body: 'b' })
    await vi.waitFor(
      async () => expect((await createComment(author, { postId: post.id, body: 'c' })).errors).toEqual([]),
      { timeout: 10_000, interval: 20 },
    )
    const removed = await author.ask(
      'mutation($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedUserId errors { code } } }',
      { input: { password: author.password } },
    )
    expect(removed.data.deleteAccount).toEqual({ deletedUserId: author.id, errors: [] })
    await vi.waitFor(
      async () => {
        const { data, errors } = await ask(
          `query($id: ID!, $user: ID!) { post(id: $id) { title author { username fullName bio } comments { nodes { body author { fullName } } } } user(id: $user) { id } }`,
          { id: post.id, user: author.id },
        )
        expect(errors).toBeUndefined()
        expect(data).toEqual({
          post: {
            title: 'Left behind',
            author: { username: 'unknown', fullName: 'Anonymous', bio: null },
            comments: { nodes: [{ body: 'c', author: { fullName: 'Anonymous' } }] },
          },
          user: null,
        })
      },
      { timeout: 10_000, interval: 20 },
    )
    await signUp(stack.gatewayUrl, { username: author.username, email: author.email })
  })
})

describe('rejections are data', () => {
  test('USERNAME_TAKEN', async () => {
    const { username } = await createUser()
    const account = { email: `${randomUUID()}@example.org`, password: 'ink that dries' }
    const { data, errors } = await ask(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code path message } } }',
      { input: { username, fullName: 'Another', ...account } },
    )
    expect(errors).toBeUndefined()
    expect(data.createUser).toMatchObject({ user: null, errors: [{ code: 'USERNAME_TAKEN', path: ['username'] }] })
  })

  test('POST_TITLE_TAKEN, POST_NOT_FOUND, VERSION_CONFLICT and IDEMPOTENCY_KEY_REUSED', async () => {
    const author = await createUser()
    const input = { title: 'Mine', body: 'b' }
    const { post } = await createPost(author, { ...input, idempotencyKey: 'a key of sixteen characters' })
    expect((await createPost(author, input)).errors).toMatchObject([{ code: 'POST_TITLE_TAKEN', path: ['title'] }])
    expect(
      (await createPost(author, { ...input, body: 'c', idempotencyKey: 'a key of sixteen characters' })).errors,
    ).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }])
    const update = (input: object) =>
      author.ask(
        'mutation($input: UpdatePostInput!) { updatePost(input: $input) { post { id } errors { code currentVersion } } }',
        { input },
      )
    expect((await update({ id: randomUUID(), body: 'c' })).data.updatePost.errors).toMatchObject([
      { code: 'POST_NOT_FOUND' },
    ])
    expect((await update({ id: post.id, body: 'c', expectedVersion: 9 })).data.updatePost.errors).toEqual([
      { code: 'VERSION_CONFLICT', currentVersion: 1 },
    ])
  })

  test('two equal concurrent requests with one idempotency key have one effect and equal replies', async () => {
    const author = await createUser()
    const input = { title: 'Once', body: 'b', idempotencyKey: randomUUID() }
    const [one, two] = await Promise.all([createPost(author, input), createPost(author, input)])
    expect(one.errors).toEqual([])
    expect({ ...one, post: { ...one.post, author: null } }).toEqual({ ...two, post: { ...two.post, author: null } })
  })
})

describe('invalid input gets a clear answer', () => {
  test.each([
    ['a malformed id', '{ post(id: "1") { id } }'],
    ['first: 1000', '{ posts(first: 1000) { nodes { id } } }'],
    ['a negative size', '{ posts(first: -1) { nodes { id } } }'],
    ['first and last', '{ posts(first: 1, last: 1) { nodes { id } } }'],
    ['an invalid cursor', '{ posts(after: "bm90IGEgY3Vyc29y") { nodes { id } } }'],
    ['a NUL character', String.raw`{ userByUsername(username: "a\u0000b") { id } }`],
    ['a malformed id in a filter', '{ posts(filter: { authorId: "x" }) { nodes { id } } }'],
  ])('%s is INVALID_INPUT', async (_, query) => {
    const { status, errors } = await ask(query)
    expect(status).toBe(200)
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
  })

  test('lone surrogates and NUL characters in variables are rejected as data', async () => {
    const { data } = await ask(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code path } } }',
      { input: { username: 'ab\0cd', fullName: 'A\ud800', email: 'a@example.org', password: 'ink that dries' } },
    )
    expect(data.createUser.errors).toEqual([
      { code: 'INVALID_INPUT', path: ['username'] },
      { code: 'INVALID_INPUT', path: ['fullName'] },
    ])
  })

  test('a body of 2 MB is refused', async () => {
    const { status, errors } = await ask(`{ users { nodes { id } } } # ${'x'.repeat(2 * 1024 * 1024)}`)
    expect(status).toBe(413)
    expect(errors?.[0]?.message).toMatch(/too large/i)
  })
})
