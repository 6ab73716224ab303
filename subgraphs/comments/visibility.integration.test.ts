import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { caller, comment, commentId, post, postId, user, userId } from './world.fixture.ts'

const { project, ask } = useSubgraph()

/** Every path to a comment ($id), which is a reply to a top-level comment ($above) of the post. */
const paths = `query($id: ID!, $above: ID!, $entities: [_Any!]!) {
  comment(id: $id) { id }
  above: comment(id: $above) { id replies { nodes { id } totalCount } }
  _entities(representations: $entities) {
    ... on Comment { id parent { id } }
    ... on Post { comments { nodes { id } totalCount } thread { nodes { id } totalCount } }
    ... on User { comments { nodes { id } totalCount } }
  }
}`

const variables = (postNumber: number) => ({
  id: commentId(10 * postNumber + 1),
  above: commentId(10 * postNumber),
  entities: [
    { __typename: 'Comment', id: commentId(10 * postNumber + 1) },
    { __typename: 'Post', id: postId(postNumber) },
    { __typename: 'User', id: userId(10 + postNumber) },
  ],
})

const none = { nodes: [], totalCount: 0 }
const nothing = { comment: null, above: null, _entities: [null, { comments: none, thread: none }, { comments: none }] }
const everything = (postNumber: number) => {
  const [above, id] = [10 * postNumber, 10 * postNumber + 1].map((n) => ({ id: commentId(n) }))
  const answers = { nodes: [id], totalCount: 1 }
  return {
    comment: id,
    above: { ...above, replies: answers },
    _entities: [
      { ...id, parent: above },
      { comments: { nodes: [above], totalCount: 1 }, thread: { nodes: [above, id], totalCount: 2 } },
      { comments: answers },
    ],
  }
}

/** Two comments on the post of this number; the second is a reply to the first, by another user. */
const commentsOn = (n: number) => [
  comment(10 * n, { postId: postId(n) }),
  comment(10 * n + 1, { postId: postId(n), authorId: userId(10 + n), below: [10 * n] }),
]

const callers = [
  ['nobody', null],
  ['another user', caller(2)],
  ['a moderator', caller(5, 'moderator')],
  ['a moderator whose account is deleted', caller(6, 'moderator')],
  ['the author', caller(1)],
] as const

beforeAll(() => project(user(1), user(2), user(6, { deleted: true }), ...[1, 2, 3, 4, 5].flatMap(commentsOn)))

describe('comments on a published post', () => {
  beforeAll(() => project(post(1)))
  test.each(callers)('are seen by %s', async (_, caller) =>
    expect((await ask(paths, variables(1), caller)).data).toEqual(everything(1)),
  )
})

describe('comments on a draft', () => {
  beforeAll(() => project(post(2, { draft: true })))
  test.each(callers)('are seen only by its author: %s', async (_, caller) =>
    expect((await ask(paths, variables(2), caller)).data).toEqual(
      caller?.userId === userId(1) ? everything(2) : nothing,
    ),
  )
  test('are seen after it is published', async () => {
    await project(post(2, {}, 2))
    expect((await ask(paths, variables(2))).data).toEqual(everything(2))
  })
})

describe('comments on a hidden post', () => {
  beforeAll(() => project(post(5), post(5, { hidden: true, hiddenReason: 'Copied.' }, 2)))
  test.each(callers)('are seen only by its author and moderators: %s', async (who, caller) =>
    expect((await ask(paths, variables(5), caller)).data).toEqual(
      who === 'the author' || who === 'a moderator' ? everything(5) : nothing,
    ),
  )
  test('are seen when it is shown again', async () => {
    await project(post(5, {}, 3))
    expect((await ask(paths, variables(5))).data).toEqual(everything(5))
  })
})

describe('comments on a deleted post', () => {
  beforeAll(() => project(post(3), post(3, { deleted: true }, 2)))
  test.each(callers)('are seen by nobody: %s', async (_, caller) =>
    expect((await ask(paths, variables(3), caller)).data).toEqual(nothing),
  )
})

describe('comments on a post whose event has not arrived', () => {
  test.each(callers)('are seen by nobody: %s', async (_, caller) =>
    expect((await ask(paths, variables(4), caller)).data).toEqual(nothing),
  )
  test('are seen after the event has arrived', async () => {
    await project(post(4))
    expect((await ask(paths, variables(4))).data).toEqual(everything(4))
  })
})
