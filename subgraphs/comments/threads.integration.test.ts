import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { comment, commentId, deleted, post, postId, user, userId } from './world.fixture.ts'

const { project, ask } = useSubgraph()

/** `{ field { nodes { id, replies of those, and so on } } }` */
const down = (levels: number): string =>
  levels === 0 ? '' : `nodes { id body isDeleted author { id } ${levels > 1 ? `replies { ${down(levels - 1)} }` : ''} }`
const up = (levels: number): string => (levels === 0 ? 'id' : `id parent { ${up(levels - 1)} }`)

/** The ids of a thread with one comment on each level, from the top. */
function idsDown(connection: { nodes: { id: string; replies?: unknown }[] } | undefined): string[] {
  const [first] = connection?.nodes ?? []
  return first ? [first.id, ...idsDown(first.replies as typeof connection)] : []
}

const levels = [1, 2, 3, 4, 5, 6, 7, 8]
const below = (n: number) => levels.slice(0, n - 1)
const byId = 'query($id: ID!) { comment(id: $id) { id body isDeleted author { id } } }'
const ofPost = (fields: string) =>
  `query($id: ID!) { _entities(representations: [{ __typename: "Post", id: $id }]) { ... on Post { comments { ${fields} } } } }`
const thread = async () => (await ask(ofPost(down(8)), { id: postId(1) })).data._entities[0].comments

beforeAll(() => project(user(1), user(2), post(1), ...levels.map((n) => comment(n, { below: below(n) }))))

describe('a thread of eight levels', () => {
  test('is read downward with one statement for each level', async () => {
    const { data, statements } = await ask(ofPost(down(8)), { id: postId(1) })
    expect(idsDown(data._entities[0].comments)).toEqual(levels.map(commentId))
    expect(statements).toHaveLength(8)
  })

  test('is read upward from its end', async () => {
    const { data } = await ask(`query($id: ID!) { comment(id: $id) { ${up(8)} } }`, { id: commentId(8) })
    const ids = []
    for (let at = data.comment; at; at = at.parent) ids.push(at.id)
    expect(ids).toEqual(levels.toReversed().map(commentId))
  })

  test('keeps the place of a comment that is deleted in its middle, without text and author', async () => {
    await project(deleted(3, { below: below(3) }), deleted(4, { below: below(4) }))
    expect(idsDown(await thread())).toEqual(levels.map(commentId))
    const { data } = await ask(byId, { id: commentId(3) })
    expect(data.comment).toEqual({ id: commentId(3), body: '', isDeleted: true, author: null })
  })

  test('ends above a comment that is deleted at its end', async () => {
    await project(deleted(8, { below: below(8) }))
    expect(idsDown(await thread())).toEqual(levels.slice(0, -1).map(commentId))
    expect((await ask(byId, { id: commentId(8) })).data.comment).toBeNull()
  })

  test('drops deleted comments that have no descendants left', async () => {
    await project(...[5, 6, 7].map((n) => deleted(n, { below: below(n) })))
    expect(idsDown(await thread())).toEqual([1, 2].map(commentId))
    for (const n of [3, 4, 5]) expect((await ask(byId, { id: commentId(n) })).data.comment).toBeNull()
  })

  test('is correct when a reply arrives before its parent', async () => {
    await project(comment(12, { below: [11] }), deleted(11))
    expect((await ask(byId, { id: commentId(11) })).data.comment).toMatchObject({ isDeleted: true })
    const { data } = await ask(`query($id: ID!) { comment(id: $id) { ${up(1)} } }`, { id: commentId(12) })
    expect(data.comment.parent.id).toBe(commentId(11))
  })
})

test('a hidden comment keeps its place and its author, without its text', async () => {
  await project(comment(20, { hidden: true, hiddenReason: 'spam' }))
  const { data } = await ask(`query($id: ID!) { comment(id: $id) { body isHidden isDeleted author { username } } }`, {
    id: commentId(20),
  })
  expect(data.comment).toEqual({ body: '', isHidden: true, isDeleted: false, author: { username: 'user_2' } })
})

test('a comment has all its fields', async () => {
  await project(comment(21, { below: [20] }, 7))
  const fields =
    'id body version createdAt updatedAt isDeleted isHidden post { id } author { id username fullName avatarUrl }'
  const { data } = await ask(
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on Comment { ${fields} } } }`,
    { r: [21, 99].map((n) => ({ __typename: 'Comment', id: commentId(n) })) },
  )
  expect(data._entities).toEqual([
    {
      id: commentId(21),
      body: 'Comment 21',
      version: 7,
      createdAt: '1970-01-01T00:00:00.021Z',
      updatedAt: '1970-01-01T00:00:00.021Z',
      isDeleted: false,
      isHidden: false,
      post: { id: postId(1) },
      author: { id: userId(2), username: 'user_2', fullName: 'User 2', avatarUrl: 'https://example.org/2.png' },
    },
    null,
  ])
})

test('an author who is unknown or deleted has the placeholder name', async () => {
  await project(user(3, { username: '', fullName: '', avatarUrl: '', deleted: true }))
  await project(comment(22, { authorId: userId(3) }), comment(23, { authorId: userId(4) }))
  for (const [n, author] of [
    [22, 3],
    [23, 4],
  ] as const) {
    const { data } = await ask('query($id: ID!) { comment(id: $id) { author { id username fullName avatarUrl } } }', {
      id: commentId(n),
    })
    expect(data.comment.author).toEqual({
      id: userId(author),
      username: 'unknown',
      fullName: 'Anonymous',
      avatarUrl: null,
    })
  }
})

test('an id that is not a UUID is refused', async () => {
  const { errors } = await ask(byId, { id: '12' })
  expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT')
})
