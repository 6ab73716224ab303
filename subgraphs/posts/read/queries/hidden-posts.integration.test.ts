import { afterAll, beforeAll, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { comment, favorite, follow, post, postId, user, userId } from '../../states.fixture.ts'
import { openSubgraph } from '../../subgraph.fixture.ts'

/**
 * Post 30 of Ada (1) is hidden; Cy (3) favored it and follows her, and Bob (2) commented on it. So is post 31 of user 7,
 * who is deleted, as is user 4; user 6 moderates. Posts 1 and 2 of Ada are published, and Cy favors the first.
 */
const [hidden, lost] = [postId(30), postId(31)]
let subgraph: Awaited<ReturnType<typeof openSubgraph>>
beforeAll(async () => {
  subgraph = await openSubgraph()
  const { project } = subgraph
  await project(topics.users, ...[1, 2, 3, 4, 6, 7].map((n) => user(n, `user_${n}`)))
  await project(topics.users, user(4, '', { deleted: true }), user(7, '', { deleted: true }))
  const about = { tags: ['secret'], body: 'Unspeakable.' }
  const former = { formerSlugs: ['once-30'] }
  await project(topics.posts, post(1, 1), post(2, 1), post(30, 1, { ...about, ...former }), post(31, 7, about))
  await project(topics.comments, comment(30, 30, 2))
  await project(topics.favorites, favorite(3, 1), favorite(3, 30))
  await project(topics.follows, follow(3, 1))
  expect(await list('posts(filter: { tag: "secret" })')).toEqual([lost, hidden])
  expect(await list('feed', 3)).toEqual([hidden, postId(2), postId(1)])
  const because = { ...about, hidden: true, hiddenReason: 'Copied.' }
  await project(topics.posts, post(30, 1, { ...because, ...former }), post(31, 7, because))
})
afterAll(() => subgraph.close())

/** The posts of a list, whose total must be the same. */
async function list(field: string, as?: number) {
  const { data, errors } = await subgraph.ask(`{ list: ${field} { nodes { id } totalCount } }`, {}, as)
  expect(errors).toEqual([])
  expect(data.list.totalCount).toBe(data.list.nodes.length)
  return data.list.nodes.map(({ id }: { id: string }) => id)
}

const everywhere = `query($id: ID!, $any: [_Any!]!, $user: ID!) {
  post(id: $id) { id status publishedAt isHidden hiddenReason viewerCanHide latestComments { id } }
  bySlug: postBySlug(slug: "post-30") { id }
  byFormerSlug: postBySlug(slug: "once-30") { id }
  _entities(representations: $any) { ... on Post { id } ... on User { posts { nodes { id } totalCount } postsCount } }
  posts { nodes { id } totalCount }
  byAuthor: posts(filter: { authorId: $user }) { nodes { id } totalCount }
  byTag: posts(filter: { tag: "secret" }) { nodes { id } totalCount }
  favorites: posts(filter: { favoritedBy: "${userId(3)}" }) { nodes { id } totalCount }
  searchPosts(query: "unspeakable") { nodes { id } totalCount }
  tags { name } }`
const variables = {
  id: hidden,
  user: userId(1),
  any: [
    { __typename: 'Post', id: hidden },
    { __typename: 'User', id: userId(1) },
  ],
}
const nothing = { nodes: [], totalCount: 0 }
/** Lists and counters without the post: nobody finds it there. */
const inNoList = {
  posts: { totalCount: 2 },
  byAuthor: { totalCount: 2 },
  byTag: nothing,
  favorites: { totalCount: 1 },
  searchPosts: nothing,
  tags: [],
}

test.each([
  ['nobody', undefined, []],
  ['another user, who favored it', 3, []],
  ['another user, who commented on it', 2, []],
  ['a moderator whose account is deleted', 4, ['moderator']],
])('a hidden post does not exist for %s, on any path', async (_, as, roles) => {
  const { data, errors } = await subgraph.ask(everywhere, variables, as, ...roles)
  expect(errors).toEqual([])
  expect(JSON.stringify(data)).not.toContain(hidden)
  expect(data).toMatchObject({ post: null, bySlug: null, byFormerSlug: null, ...inNoList })
  expect(data._entities).toMatchObject([null, { posts: { totalCount: 2 }, postsCount: 2 }])
})

test.each([
  ['its author', 1, []],
  ['a moderator', 6, ['moderator']],
])('a hidden post is found by %s by id, slug and reference, and is in no list', async (_, as, roles) => {
  const { data, errors } = await subgraph.ask(everywhere, variables, as, ...roles)
  expect(errors).toEqual([])
  expect(data).toMatchObject({
    post: {
      ...{ id: hidden, status: 'PUBLISHED', publishedAt: expect.any(String) },
      ...{ isHidden: true, hiddenReason: 'Copied.', viewerCanHide: roles.length > 0 },
      latestComments: [{ id: expect.any(String) }],
    },
    bySlug: { id: hidden },
    byFormerSlug: { id: hidden },
    _entities: [{ id: hidden }, { posts: { totalCount: 2 }, postsCount: 2 }],
    ...inNoList,
  })
  const { post: _post, bySlug: _bySlug, byFormerSlug: _byFormerSlug, _entities, ...lists } = data
  expect(JSON.stringify([lists, _entities[1]])).not.toContain(hidden)
})

test("a hidden post is neither in the feed nor in its author's drafts", async () => {
  expect(await list('feed', 3)).toEqual([postId(2), postId(1)])
  expect(await list('drafts', 1)).toEqual([])
})

test('a hidden post is not found by an author whose account is deleted', async () =>
  expect((await subgraph.ask('query($id: ID!) { post(id: $id) { id } }', { id: lost }, 7)).data.post).toBeNull())

test.each([
  ['moderators: all', 6, ['moderator'], '', [lost, hidden]],
  ['moderators, of an author', 6, ['moderator'], `, authorId: "${userId(1)}"`, [hidden]],
  ['moderators, of a tag', 6, ['moderator'], ', tag: "secret"', [lost, hidden]],
  ['moderators, of somebody who favors them', 6, ['moderator'], `, favoritedBy: "${userId(3)}"`, [hidden]],
  ['others: their own', 1, [], '', [hidden]],
  ['others: their own, whichever author they ask for', 1, [], `, authorId: "${userId(7)}"`, []],
  ['others: none of others', 3, [], '', []],
  ['a moderator whose account is deleted: none', 4, ['moderator'], '', []],
])('a hidden post has a list of its own for %s', async (_, as, roles, filter, expected) => {
  const { data, errors, statements } = await subgraph.ask(
    `{ posts(filter: { hidden: true${filter} }) { nodes { id isHidden } totalCount } }`,
    {},
    as,
    ...roles,
  )
  expect(errors).toEqual([])
  expect(data.posts).toEqual({
    nodes: expected.map((id) => ({ id, isHidden: true })),
    totalCount: expected.length,
  })
  expect(statements).toHaveLength(2)
})

test.each(['false', 'null'])('hidden: %s asks for published posts', async (value) =>
  expect(await list(`posts(filter: { hidden: ${value} })`, 1)).toEqual([2, 1].map(postId)),
)
