import {
  type Authorization,
  authorAlone,
  authorOrModerator,
  draftsAuthor,
  type Row,
  type System,
  signedIn,
} from '../authorization.ts'
import { newDraft, newPost } from '../posts/new-post.ts'
import { newComment } from './new-comment.ts'

const draftsCommenter = ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'done', 'COMMENT_NOT_FOUND'] as const

const newOf = { 'a published post': newPost, 'a draft': newDraft } as const

/** A mutation of a comment on a published post, and of one on a draft. */
const onComment = (mutation: string, more: object, published: Row['answers'], draft: Row['answers']): Row[] =>
  (['a published post', 'a draft'] as const).map((of) => ({
    mutation,
    of,
    input: async (system) => ({ ...(await newComment(system, await newOf[of](system))), ...more }),
    answers: of === 'a draft' ? draft : published,
  }))

/** A post that the comments service knows. */
async function knownPost(system: System, of: keyof typeof newOf) {
  const { id } = await newOf[of](system)
  await newComment(system, { id })
  return id
}

export const authorization: Authorization = {
  mutations: [
    ...(['a published post', 'a draft'] as const).map(
      (of): Row => ({
        mutation: 'createComment',
        of,
        input: async (system) => ({ postId: await knownPost(system, of), body: 'b' }),
        answers: of === 'a draft' ? draftsAuthor : signedIn,
      }),
    ),
    ...onComment('editComment', { body: 'c' }, authorAlone, draftsCommenter),
    ...onComment('deleteComment', {}, authorOrModerator, draftsCommenter),
    ...onComment(
      'hideComment',
      { reason: 'r' },
      ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'done'],
      ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'FORBIDDEN', 'COMMENT_NOT_FOUND'],
    ),
  ],
  pathsToDraft: [
    { path: 'a comment', query: 'comment(id: $comment) { id post { id } }', author: true },
    {
      path: 'comments of a user',
      query: 'user(id: $author) { comments(first: 100) { nodes { id post { id } } } }',
      author: true,
    },
  ],
}
