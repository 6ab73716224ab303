import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { caller, comment, commentId, deleted, post, postId, user, userId } from './world.fixture.ts'

const { project, ask, plans, sql } = useSubgraph()

const moderator = caller(5, 'moderator')
const callers = [
  ['nobody', null],
  ['another user', caller(3)],
  ['the author of the post', caller(1)],
  ['somebody with another role', caller(4, 'editor')],
  ['its author', caller(2)],
  ['a moderator', moderator],
] as const

/** A hidden comment (2), between one above it (1) and one below it (3). */
beforeAll(() =>
  project(
    ...[1, 2, 3, 4, 5].map((n) => user(n)),
    post(1),
    comment(1, { authorId: userId(4) }),
    comment(2, { below: [1], hidden: true, hiddenReason: 'A secret reason.' }),
    comment(3, { below: [1, 2], authorId: userId(4) }),
  ),
)

describe('the reason why a comment is hidden', () => {
  const hidden = '{ id hiddenReason }'
  const paths = `query($hidden: ID!, $above: ID!, $below: ID!, $post: ID!, $user: ID!) {
    comment(id: $hidden) ${hidden}
    above: comment(id: $above) { replies { nodes ${hidden} } }
    below: comment(id: $below) { parent ${hidden} }
    _entities(representations: [{ __typename: "Comment", id: $hidden }, { __typename: "Post", id: $post }, { __typename: "User", id: $user }]) {
      ... on Comment ${hidden}
      ... on Post { thread { nodes ${hidden} } comments { nodes { replies { nodes ${hidden} } } } }
      ... on User { comments { nodes ${hidden} } }
    } }`
  const variables = {
    ...{ hidden: commentId(2), above: commentId(1), below: commentId(3) },
    ...{ post: postId(1), user: userId(2) },
  }

  test.each(callers)('is read by its author and by moderators, on every path: %s', async (who, caller) => {
    const { data, errors } = await ask(paths, variables, caller)
    expect(errors).toBeUndefined()
    const answer = JSON.stringify(data)
    expect(answer.split(`"id":"${commentId(2)}"`)).toHaveLength(8)
    const told = who === 'its author' || who === 'a moderator'
    expect(answer.split('"hiddenReason":"A secret reason."')).toHaveLength(told ? 8 : 1)
    expect(answer.includes('secret')).toBe(told)
  })

  test('is gone when the comment is shown again', async () => {
    await project(comment(4, { hidden: true, hiddenReason: 'A secret reason.' }), comment(4, {}, 2))
    const { data } = await ask(
      'query($id: ID!) { comment(id: $id) { body hiddenReason } }',
      { id: commentId(4) },
      moderator,
    )
    expect(data.comment).toEqual({ body: 'Comment 4', hiddenReason: null })
  })
})

describe('the list for moderators', () => {
  const query = `query($first: Int, $after: String, $filter: CommentFilter) {
    comments(first: $first, after: $after, filter: $filter) {
      totalCount nodes { id body hiddenReason post { id } author { username } } pageInfo { hasNextPage endCursor } } }`
  const list = async (variables: object, by = moderator) => {
    const { data, errors } = await ask(query, { ...variables }, by)
    expect(errors).toBeUndefined()
    return data.comments
  }
  const ids = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id)

  beforeAll(() =>
    project(
      ...[post(2, { draft: true }), post(3, { deleted: true }), post(4, { authorId: userId(5), draft: true })],
      ...[post(5, { hidden: true }), comment(10, { postId: postId(5) })],
      comment(11, { postId: postId(4) }),
      comment(12, { postId: postId(2), hidden: true, hiddenReason: 'r' }),
      comment(13, { postId: postId(3), hidden: true, hiddenReason: 'r' }),
      comment(14, { postId: postId(9), hidden: true, hiddenReason: 'r' }),
      deleted(15),
      comment(16, { below: [15], hidden: true, hiddenReason: 'r' }),
    ),
  )

  test('has the comments on all posts that they see, newest first, without deleted ones', async () => {
    const all = await list({})
    expect(ids(all)).toEqual([16, 11, 10, 4, 3, 2, 1].map(commentId))
    expect(all.totalCount).toBe(7)
    expect(all.nodes[0]).toEqual({
      ...{ id: commentId(16), body: '', hiddenReason: 'r' },
      ...{ post: { id: postId(1) }, author: { username: 'user_2' } },
    })
  })

  test('has hidden comments alone, or none of them', async () => {
    const hidden = await list({ filter: { hidden: true }, first: 1 })
    expect([ids(hidden), hidden.totalCount]).toEqual([[commentId(16)], 2])
    const next = await list({ filter: { hidden: true }, first: 1, after: hidden.pageInfo.endCursor })
    expect([ids(next), next.pageInfo.hasNextPage]).toEqual([[commentId(2)], false])
    expect(ids(await list({ filter: { hidden: false } }))).toEqual([11, 10, 4, 3, 1].map(commentId))
    for (const filter of [null, {}, { hidden: null }]) expect((await list({ filter })).totalCount).toBe(7)
  })

  test.each(callers)('is refused to everybody else: %s', async (who, caller) => {
    const { data, errors } = await ask(query, { filter: { hidden: true } }, caller)
    if (who === 'a moderator') return expect(errors).toBeUndefined()
    expect(data.comments).toBeNull()
    const code = caller === null ? 'UNAUTHENTICATED' : 'FORBIDDEN'
    expect(errors).toMatchObject([{ extensions: { code } }])
  })

  test('is empty for a moderator whose account is deleted', async () => {
    await project(user(6, { deleted: true }))
    expect(await list({}, caller(6, 'moderator'))).toMatchObject({ totalCount: 0, nodes: [] })
  })

  test('is a scan of an index, of no more rows than the page has', async () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => commentId(900_000 + n))
    await sql(
      `INSERT INTO read_1.comments (id, version, "postId", "authorId", visible, hidden)
       SELECT id, 1, $1, $2, true, n % 100 = 0 FROM unnest($3::uuid[]) WITH ORDINALITY AS made(id, n)`,
      [postId(1), userId(2), ids],
    )
    await sql('ANALYZE read_1.comments', [])
    for (const [filter, index] of [
      [{}, 'comments_pkey'],
      [{ hidden: true }, 'comments_id_hidden_idx'],
    ] as const) {
      await ask('query($filter: CommentFilter) { comments(filter: $filter) { nodes { id } } }', { filter }, moderator)
      const [plan = '', ...others] = await plans()
      expect(others).toEqual([])
      expect(plan).toMatch(new RegExp(`Index Scan Backward using ${index} on comments c \\(actual rows=21`))
    }
  })
})
