import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { comment, commentId, deleted, post, postId, user, userId } from './world.fixture.ts'

const { project, ask } = useSubgraph()

/** Comments 1 to 9 are top-level; 11 to 19 are replies to the first. Those with a number divisible by 4 are deleted. */
const top = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const there = (n: number) => n % 4 !== 0
const answers = top.map((n) => n + 10)

beforeAll(async () => {
  await project(user(1), user(2), post(1), post(2))
  for (const n of top) await project(there(n) ? comment(n) : deleted(n))
  for (const n of answers) await project(there(n) ? comment(n, { below: [1] }) : deleted(n, { below: [1] }))
})

type Args = { first?: number; after?: string; last?: number; before?: string }
const connection =
  'nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
const ends = '$first: Int, $after: String, $last: Int, $before: String'
const page = 'first: $first, after: $after, last: $last, before: $before'

const lists = {
  Post: {
    ids: top.filter(there).map(commentId),
    read: (args: Args) =>
      ask(
        `query(${ends}, $r: [_Any!]!) { _entities(representations: $r) { ... on Post { comments(${page}) { ${connection} } } } }`,
        {
          ...args,
          r: [{ __typename: 'Post', id: postId(1) }],
        },
      ).then(({ data, errors }) => ({ errors, list: data?._entities[0].comments })),
  },
  User: {
    ids: [...top, ...answers].filter(there).toReversed().map(commentId),
    read: (args: Args) =>
      ask(
        `query(${ends}, $r: [_Any!]!) { _entities(representations: $r) { ... on User { comments(${page}) { ${connection} } } } }`,
        {
          ...args,
          r: [{ __typename: 'User', id: userId(2) }],
        },
      ).then(({ data, errors }) => ({ errors, list: data?._entities[0].comments })),
  },
  Comment: {
    ids: answers.filter(there).map(commentId),
    read: ({ first, after }: Args) =>
      ask(
        `query($first: Int, $after: String, $id: ID!) { comment(id: $id) { replies(first: $first, after: $after) { ${connection} } } }`,
        {
          first,
          after,
          id: commentId(1),
        },
      ).then(({ data, errors }) => ({ errors, list: data?.comment.replies })),
  },
}

const ids = (list: { nodes: { id: string }[] }) => list.nodes.map(({ id }) => id)

describe.each(Object.entries(lists))('the comments of a %s', (_, { ids: expected, read }) => {
  test('are read forward in pages, each once, with the total count', async () => {
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const { list } = await read({ first: 2, after })
      seen.push(...ids(list))
      expect(list.totalCount).toBe(expected.length)
      expect(list.pageInfo.hasPreviousPage).toBe(after !== undefined)
      if (!list.pageInfo.hasNextPage) break
      after = list.pageInfo.endCursor
    }
    expect(seen).toEqual(expected)
  })

  test.each([[{ first: 101 }], [{ first: -1 }], [{ first: 2, after: 'bm9uZQ' }]])(
    'are refused for invalid arguments: %j',
    async (args) => {
      const { errors } = await read(args)
      expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT')
    },
  )
})

describe.each([
  ['Post', lists.Post],
  ['User', lists.User],
] as const)('the comments of a %s', (_, { ids: expected, read }) => {
  test('are read backward in pages, each once', async () => {
    const seen: string[] = []
    for (let before: string | undefined; ; ) {
      const { list } = await read({ last: 2, before })
      seen.unshift(...ids(list))
      if (!list.pageInfo.hasPreviousPage) break
      before = list.pageInfo.startCursor
    }
    expect(seen).toEqual(expected)
  })
})

test('a cursor of one list is refused by another', async () => {
  const { list } = await lists.Post.read({ first: 1 })
  const { errors } = await lists.User.read({ first: 1, after: list.pageInfo.endCursor })
  expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT')
})

test('a cursor stays valid when its own comment is deleted and another is added', async () => {
  await project(comment(41, { postId: postId(2) }), comment(42, { postId: postId(2) }))
  const query = `query($r: [_Any!]!, $after: String) {
    _entities(representations: $r) { ... on Post { comments(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } } } }`
  const r = [{ __typename: 'Post', id: postId(2) }]
  const first = (await ask(query, { r })).data._entities[0].comments
  await project(deleted(41, { postId: postId(2) }), comment(40, { postId: postId(2) }))
  const second = (await ask(query, { r, after: first.pageInfo.endCursor })).data._entities[0].comments
  expect(ids(second)).toEqual([commentId(42)])
})

describe('a fetch', () => {
  const page = `query($r: [_Any!]!) { _entities(representations: $r) {
    ... on Post { comments(first: 5) { totalCount nodes { id author { username fullName avatarUrl }
      replies(first: 5) { totalCount nodes { id author { fullName } parent { id author { fullName } } } } } } }
    ... on User { comments(first: 5) { totalCount nodes { id post { id } author { fullName } } } }
    ... on Comment { id author { fullName } } } }`

  test('sends one statement for each entity type and list field, and one for each totalCount', async () => {
    const r = [
      ...[1, 2].map((n) => ({ __typename: 'Post', id: postId(n) })),
      ...[1, 2].map((n) => ({ __typename: 'User', id: userId(n) })),
      ...[2, 3].map((n) => ({ __typename: 'Comment', id: commentId(n) })),
    ]
    const { errors, statements } = await ask(page, { r })
    expect(errors).toBeUndefined()
    // Post.comments, Comment.replies and User.comments have a page and a count each.
    expect(statements.filter((statement) => statement.includes('count(*)'))).toHaveLength(3)
    expect(statements.filter((statement) => statement.includes('LATERAL'))).toHaveLength(3)
    // The other two: comments by id, and Comment.parent.
    expect(statements).toHaveLength(8)
  })

  test('sends no statement for fields that were not requested', async () => {
    const { statements } = await ask(
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Post { comments(first: 5) { nodes { id body author { fullName } } } } } }',
      { r: [1, 2].map((n) => ({ __typename: 'Post', id: postId(n) })) },
    )
    expect(statements).toHaveLength(1)
  })
})
