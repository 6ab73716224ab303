import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { caller, comment, commentId, post, postId, user, userId } from './world.fixture.ts'

const { project, ask } = useSubgraph()

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
