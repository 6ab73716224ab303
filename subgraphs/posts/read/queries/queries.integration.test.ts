import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { comment, favorite, follow, post, postId, user, userId } from '../../states.fixture.ts'
import { openSubgraph } from '../../subgraph.fixture.ts'

/** Ada (1) and Bob (2) write, Cy (3) reads, Dee (4) is deleted, and user 5 is unknown. */
let subgraph: Awaited<ReturnType<typeof openSubgraph>>
beforeAll(async () => {
  subgraph = await openSubgraph()
  const { project } = subgraph
  await project(topics.users, user(1, 'ada'), user(2, 'bob'), user(3, 'cy'), user(4, '', { deleted: true }))
  await project(
    topics.posts,
    post(1, 1, { tags: ['ink', 'pens'], formerSlugs: ['old-1'], body: `# Text.\n${'```\nink\n```\n'.repeat(300)}` }),
    post(2, 2, { tags: ['ink'] }),
    post(3, 1, { tags: ['ink'], draft: true, formerSlugs: [] }),
    post(4, 4, { tags: ['paper'] }),
    post(5, 5, { tags: ['pens'] }),
    post(6, 1, { title: '', slug: '', body: '', deleted: true }),
    post(7, 1, { title: '墨水', slug: '墨水-7', tags: ['墨水'] }),
  )
  await project(
    topics.comments,
    comment(1, 1, 2),
    comment(2, 1, 4),
    comment(3, 1, 3, { hidden: true }),
    comment(4, 1, 3, { body: '', deleted: true }),
    comment(5, 1, 5),
    comment(6, 2, 1),
  )
  await project(topics.favorites, favorite(3, 1), favorite(2, 1), favorite(3, 3), favorite(3, 6), favorite(3, 2))
  await project(topics.favorites, favorite(2, 1, { deleted: true }))
  await project(topics.follows, follow(3, 1), follow(3, 4), follow(3, 2, { deleted: true }), follow(2, 2))
})
afterAll(() => subgraph.close())

const ids = (connection: { nodes: { id: string }[] }) => connection.nodes.map(({ id }) => id)
const list = async (field: string, as?: number) => {
  const { data, errors } = await subgraph.ask(`{ list: ${field} { nodes { id } totalCount } }`, {}, as)
  expect(errors).toEqual([])
  expect(data.list.totalCount).toBe(data.list.nodes.length)
  return ids(data.list)
}

describe('a fetch sends one statement for each type and list, and one for a count', () => {
  const page = `posts(first: 20) {
    nodes { title excerpt readingMinutes author { username fullName avatarUrl } commentsCount favoritesCount viewerHasFavorited viewerCanEdit viewerCanDelete tags
      latestComments(first: 2) { body author { fullName avatarUrl } } }
    totalCount pageInfo { hasNextPage } }`

  test('for the usual page: posts, their count, favorites, comments', async () => {
    const { data, errors, statements } = await subgraph.ask(`{ ${page} }`, {}, 3)
    expect(errors).toEqual([])
    expect(statements).toHaveLength(4)
    expect(data.posts.totalCount).toBe(5)
    expect(data.posts.nodes.at(-1)).toEqual({
      title: 'Post 1',
      excerpt: 'Text.',
      readingMinutes: 2,
      author: { username: 'ada', fullName: 'ada Doe', avatarUrl: 'https://example.org/1.png' },
      commentsCount: 4,
      favoritesCount: 1,
      viewerHasFavorited: true,
      viewerCanEdit: false,
      viewerCanDelete: false,
      tags: ['ink', 'pens'],
      latestComments: [
        { body: 'Comment 5', author: { fullName: 'Anonymous', avatarUrl: null } },
        { body: 'Comment 2', author: { fullName: 'Anonymous', avatarUrl: null } },
      ],
    })
  })

  test('for the usual page when nobody is signed in: favorites are not read', async () => {
    const { data, statements } = await subgraph.ask(`{ ${page} }`)
    expect(statements).toHaveLength(3)
    expect(data.posts.nodes.at(-1).viewerHasFavorited).toBe(false)
  })

  test.each([
    ['feed(first: 2)', 2],
    ['drafts(first: 2)', 2],
    ['searchPosts(query: "post")', 1],
    [`posts(filter: { authorId: "${userId(1)}" })`, 2],
    ['posts(filter: { tag: "ink" })', 2],
    [`posts(filter: { favoritedBy: "${userId(3)}" })`, 2],
    ['posts(filter: { hidden: true })', 2],
  ])('for %s', async (field, most) => {
    const { errors, statements } = await subgraph.ask(
      `{ list: ${field} { nodes { id author { fullName } } totalCount } }`,
      {},
      1,
    )
    expect(errors).toEqual([])
    expect(statements).toHaveLength(most)
  })

  test.each([
    ['a list: posts, then their bodies', 'posts { nodes { title body } }', 2],
    ['a list without bodies: none is read', 'posts { nodes { title } }', 1],
    ['one post: together with it', 'postBySlug(slug: "post-1") { title body }', 1],
  ])('for the bodies of %s', async (_, field, most) => {
    const { data, errors, statements } = await subgraph.ask(`{ it: ${field} }`)
    expect(errors).toEqual([])
    expect(statements.map((statement) => /\bbody\b/.test(statement))).toEqual(
      [false, true].slice(-most).map((last) => last && field.includes('body')),
    )
    if (data.it.nodes && field.includes('body')) expect(data.it.nodes.at(0)).toEqual({ title: '墨水', body: 'Text.' })
  })

  test('for the posts of many users: one for posts, one for their counters', async () => {
    const { data, errors, statements } = await subgraph.ask(
      `query($users: [_Any!]!) { _entities(representations: $users) { ... on User {
        postsCount posts(first: 1) { nodes { id author { username } } totalCount pageInfo { hasNextPage } } } } }`,
      { users: [1, 2, 3, 5].map((n) => ({ __typename: 'User', id: userId(n) })) },
    )
    expect(errors).toEqual([])
    expect(statements).toHaveLength(2)
    expect(data._entities.map((one: { postsCount: number }) => one.postsCount)).toEqual([2, 1, 0, 1])
    expect(data._entities[0].posts).toEqual({
      nodes: [{ id: postId(7), author: { username: 'ada' } }],
      totalCount: 2,
      pageInfo: { hasNextPage: true },
    })
  })

  test('for references to many posts', async () => {
    const { data, statements } = await subgraph.ask(
      `query($posts: [_Any!]!) { _entities(representations: $posts) { ... on Post { title author { username avatarUrl } } } }`,
      { posts: [1, 2, 4, 5, 6, 99].map((n) => ({ __typename: 'Post', id: postId(n) })) },
    )
    expect(statements).toHaveLength(1)
    expect(data._entities).toEqual([
      { title: 'Post 1', author: { username: 'ada', avatarUrl: 'https://example.org/1.png' } },
      { title: 'Post 2', author: { username: 'bob', avatarUrl: null } },
      { title: 'Post 4', author: { username: 'unknown', avatarUrl: null } },
      { title: 'Post 5', author: { username: 'unknown', avatarUrl: null } },
      null,
      null,
    ])
  })
})

test('references are found by ids in any case', async () => {
  const [upper, lower] = await Promise.all(
    [(id: string) => id.toUpperCase(), (id: string) => id].map((spell) =>
      subgraph.ask(
        `query($any: [_Any!]!) { _entities(representations: $any) {
          ... on Post { id title } ... on User { postsCount posts { nodes { id } totalCount } } } }`,
        {
          any: [
            { __typename: 'Post', id: spell(postId(1)) },
            { __typename: 'User', id: spell(userId(1)) },
          ],
        },
      ),
    ),
  )
  expect(upper?.data).toEqual(lower?.data)
  expect(upper?.data._entities).toMatchObject([{ id: postId(1) }, { postsCount: 2, posts: { totalCount: 2 } }])
})

test('counters that arrive before their post are kept for it', async () => {
  const { project, ask } = subgraph
  const counted = async () =>
    (await ask('query($id: ID!) { post(id: $id) { commentsCount favoritesCount } }', { id: postId(20) }, 2)).data.post
  await project(topics.comments, comment(20, 20, 1))
  await project(topics.favorites, favorite(1, 20), favorite(2, 20))
  expect(await counted()).toBeNull()
  await project(topics.posts, post(20, 2, { draft: true }))
  expect(await counted()).toEqual({ commentsCount: 1, favoritesCount: 2 })
})

describe('lists', () => {
  test('of posts: published ones, newest first', async () =>
    expect(await list('posts')).toEqual([7, 5, 4, 2, 1].map(postId)))

  test.each([
    [`{ authorId: "${userId(1).toUpperCase()}" }`, [7, 1]],
    ['{ tag: "ink" }', [2, 1]],
    ['{ tag: "  INK " }', [2, 1]],
    ['{ tag: "墨水" }', [7]],
    [`{ favoritedBy: "${userId(3)}" }`, [2, 1]],
    [`{ favoritedBy: "${userId(2)}" }`, []],
    [`{ authorId: "${userId(1)}", tag: "ink" }`, [1]],
    [`{ authorId: "${userId(1)}", favoritedBy: "${userId(3)}", tag: "pens" }`, [1]],
    [`{ authorId: "${userId(2)}", tag: "pens" }`, []],
    [`{ authorId: "${userId(9)}" }`, []],
    ['{ tag: "nothing" }', []],
    ['{ authorId: null, tag: null, favoritedBy: null }', [7, 5, 4, 2, 1]],
  ])('of posts by %s', async (filter, numbers) =>
    expect(await list(`posts(filter: ${filter})`)).toEqual(numbers.map(postId)),
  )

  test('of the feed: published posts by users whom the caller follows', async () => {
    expect(await list('feed', 3)).toEqual([7, 4, 1].map(postId))
    expect(await list('feed', 1)).toEqual([])
  })

  test.each([
    ['p', ['pens', 'paper']],
    [' PAP ', ['paper']],
    ['墨', ['墨水']],
    ['pens and more', []],
    ['%', []],
    ['p_n', []],
    ['pens\\\\', []],
  ])('of tags that start with %j', async (startingWith, names) => {
    const { data, errors } = await subgraph.ask(
      'query($startingWith: String) { tags(startingWith: $startingWith) { name } }',
      {
        startingWith,
      },
    )
    expect(errors).toEqual([])
    expect(data.tags.map(({ name }: { name: string }) => name)).toEqual(names)
  })

  test('of tags: tags in use, most used first, then by name', async () => {
    const { data, statements } = await subgraph.ask('{ tags { name postsCount } some: tags(first: 1) { name } }')
    expect(data.tags).toEqual([
      { name: 'ink', postsCount: 2 },
      { name: 'pens', postsCount: 2 },
      { name: 'paper', postsCount: 1 },
      { name: '墨水', postsCount: 1 },
    ])
    expect(data.some).toEqual([{ name: 'ink' }])
    expect(statements).toHaveLength(2)
  })
})

test('a post is found by its slug, else by a former one; the newest post wins', async () => {
  await subgraph.project(
    topics.posts,
    post(8, 2, { slug: 'twice', formerSlugs: ['shared', 'post-1'] }),
    post(9, 2, { slug: 'twice', formerSlugs: ['shared'] }),
  )
  const bySlug = async (slug: string) =>
    (await subgraph.ask('query($slug: String!) { postBySlug(slug: $slug) { id } }', { slug })).data.postBySlug?.id
  expect(await bySlug('post-1')).toBe(postId(1))
  expect(await bySlug('old-1')).toBe(postId(1))
  expect(await bySlug('墨水-7')).toBe(postId(7))
  expect(await bySlug('shared')).toBe(postId(9))
  expect(await bySlug('twice')).toBe(postId(9))
  expect(await bySlug('nothing')).toBeUndefined()
  expect(await bySlug('')).toBeUndefined()
  await subgraph.project(topics.posts, post(8, 2, { deleted: true, slug: '' }), post(9, 2, { deleted: true, slug: '' }))
})

test('hidden and deleted comments are not shown on a post', async () => {
  const { data } = await subgraph.ask(
    '{ postBySlug(slug: "post-1") { latestComments { body author { username } } none: latestComments(first: 0) { id } } }',
  )
  expect(data.postBySlug).toEqual({
    latestComments: [
      { body: 'Comment 5', author: { username: 'unknown' } },
      { body: 'Comment 2', author: { username: 'unknown' } },
      { body: 'Comment 1', author: { username: 'bob' } },
    ],
    none: [],
  })
})

describe('a draft', () => {
  const everywhere = `query($id: ID!, $any: [_Any!]!, $user: ID!) {
    post(id: $id) { id status publishedAt }
    postBySlug(slug: "post-3") { id }
    _entities(representations: $any) { ... on Post { id } ... on User { posts { nodes { id } } postsCount } }
    posts { nodes { id } totalCount }
    byAuthor: posts(filter: { authorId: $user }) { nodes { id } totalCount }
    byTag: posts(filter: { tag: "ink" }) { nodes { id } totalCount }
    favorites: posts(filter: { favoritedBy: "${userId(3)}" }) { nodes { id } totalCount }
    searchPosts(query: "post 3") { nodes { id } totalCount }
    tags { name postsCount } }`
  const variables = {
    id: postId(3),
    user: userId(1),
    any: [
      { __typename: 'Post', id: postId(3) },
      { __typename: 'User', id: userId(1) },
    ],
  }

  test.each([
    ['nobody', undefined],
    ['another user, who favored it', 3],
  ])('does not exist for %s, on any path', async (_, as) => {
    const { data, errors } = await subgraph.ask(everywhere, variables, as)
    expect(errors).toEqual([])
    expect(JSON.stringify(data)).not.toContain(postId(3))
    expect(data).toMatchObject({ post: null, postBySlug: null, searchPosts: { totalCount: 0 } })
    expect(data._entities).toMatchObject([null, { postsCount: 2 }])
    if (as) expect(await list('drafts', as)).toEqual([])
  })

  test('is found by its author by id, slug, reference and in the drafts, and is in no public list', async () => {
    const { data } = await subgraph.ask(everywhere, variables, 1)
    expect(data).toMatchObject({
      post: { id: postId(3), status: 'DRAFT', publishedAt: null },
      postBySlug: { id: postId(3) },
      _entities: [{ id: postId(3) }, { postsCount: 2 }],
      searchPosts: { totalCount: 0 },
      posts: { totalCount: 5 },
    })
    expect(JSON.stringify([data.posts, data.byAuthor, data.byTag, data.favorites])).not.toContain(postId(3))
    expect(await list('drafts', 1)).toEqual([postId(3)])
  })
})

test.each(['post(id: "ID") { id }', 'postBySlug(slug: "post-6") { id }'])(
  'a deleted post is not found: %s',
  async (field) => {
    const { data } = await subgraph.ask(`{ it: ${field.replace('ID', postId(6))} }`, {}, 1)
    expect(data.it).toBeNull()
  },
)

describe('is refused', () => {
  test.each([
    ['feed { totalCount }', 'UNAUTHENTICATED'],
    ['drafts { totalCount }', 'UNAUTHENTICATED'],
    ['posts(filter: { hidden: true }) { totalCount }', 'UNAUTHENTICATED'],
    ['post(id: "x") { id }', 'INVALID_INPUT'],
    ['posts(first: 101) { totalCount }', 'INVALID_INPUT'],
    ['posts(after: "x") { totalCount }', 'INVALID_INPUT'],
    ['posts(filter: { authorId: "x" }) { totalCount }', 'INVALID_INPUT'],
    ['posts(filter: { favoritedBy: "x" }) { totalCount }', 'INVALID_INPUT'],
    ['posts(filter: { tag: " " }) { totalCount }', 'INVALID_INPUT'],
    [`posts(filter: { tag: "${'x'.repeat(31)}" }) { totalCount }`, 'INVALID_INPUT'],
    ['tags(first: 101) { name }', 'INVALID_INPUT'],
    ['tags(first: -1) { name }', 'INVALID_INPUT'],
    ['tags(startingWith: " ") { name }', 'INVALID_INPUT'],
    ['tags(startingWith: "a\\u0000") { name }', 'INVALID_INPUT'],
    [`tags(startingWith: "${'x'.repeat(31)}") { name }`, 'INVALID_INPUT'],
    ['searchPosts(query: " ") { totalCount }', 'INVALID_INPUT'],
    [`searchPosts(query: "${'x'.repeat(201)}") { totalCount }`, 'INVALID_INPUT'],
    ['postBySlug(slug: "post-1") { latestComments(first: 11) { id } }', 'INVALID_INPUT'],
  ])('%s with %s', async (field, code) => {
    const { errors } = await subgraph.ask(`{ ${field} }`)
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual([code])
  })
})
