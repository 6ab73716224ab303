import {
  type Authorization,
  authorAlone,
  authorOrModerator,
  draftsAuthor,
  hiddenFor,
  type Row,
  type System,
  signedIn,
} from '../authorization.ts'
import { newDraft, newHidden, newPost } from '../posts/new-post.ts'
import { newComment } from './new-comment.ts'

const draftsCommenter = ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'done', 'COMMENT_NOT_FOUND'] as const

const hiddenAuthor = ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'done', 'FORBIDDEN'] as const
const hiddenAuthorOrModerator = ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'done', 'done'] as const

const newOf = { 'a published post': newPost, 'a draft': newDraft, 'a hidden post': newHidden } as const
const kinds = Object.keys(newOf) as (keyof typeof newOf)[]

/** A mutation of a comment on each kind of post, with its answers in the order of `newOf`. */
const onComment = (
  mutation: string,
  more: object,
  ...answers: readonly [Row['answers'], Row['answers'], Row['answers']]
): Row[] =>
  kinds.map((of, n) => ({
    mutation,
    of,
    input: async (system) => ({ ...(await newComment(system, await newOf[of](system))), ...more }),
    answers: answers[n] as Row['answers'],
  }))

/** A post that the comments service knows. */
async function knownPost(system: System, of: keyof typeof newOf) {
  const { id } = await newOf[of](system)
  await newComment(system, { id })
  return id
}

export const authorization: Authorization = {
  mutations: [
    ...kinds.map(
      (of, n): Row => ({
        mutation: 'createComment',
        of,
        input: async (system) => ({ postId: await knownPost(system, of), body: 'b' }),
        answers: ([signedIn, draftsAuthor, ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'done', 'done']] as const)[
          n
        ] as Row['answers'],
      }),
    ),
    ...onComment('editComment', { body: 'c' }, authorAlone, draftsCommenter, hiddenAuthor),
    ...onComment('deleteComment', {}, authorOrModerator, draftsCommenter, hiddenAuthorOrModerator),
    ...[
      { mutation: 'hideComment', more: { reason: 'r' } },
      { mutation: 'unhideComment', more: {} },
    ].flatMap(({ mutation, more }) =>
      onComment(
        mutation,
        more,
        ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'done'],
        ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'FORBIDDEN', 'COMMENT_NOT_FOUND'],
        ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'FORBIDDEN', 'done'],
      ),
    ),
  ],
  pathsToDraft: [
    { path: 'a comment', query: 'comment(id: $comment) { id post { id } }', author: true, hidden: hiddenFor },
    {
      path: 'comments of a post',
      query: 'post(id: $id) { latestComments { id } comments(first: 100) { nodes { id } } }',
      author: true,
      hidden: hiddenFor,
    },
    {
      path: 'thread of a post',
      query: 'post(id: $id) { thread { nodes { id } } }',
      author: true,
      hidden: hiddenFor,
    },
    {
      path: 'comments',
      query: 'comments(first: 100) { nodes { id post { id } } }',
      author: false,
      hidden: ['moderator'],
      moderators: true,
    },
    {
      path: 'comments of a user',
      query: 'user(id: $author) { comments(first: 100) { nodes { id post { id } } } }',
      author: true,
      hidden: hiddenFor,
    },
  ],
}
