import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { comment } from '../comment.ts'
import { body } from '../rules.ts'

/** Adds a comment to a post that is there. */
export const createComment = command({
  name: 'CreateComment',
  aggregate: comment,
  input: z.object({ postId: id, authorId: id, body, idempotencyKey }),

  load: (store, { postId }) => store.postReference(postId),

  decide(post, { postId, authorId, body }, { newId, now }) {
    if (!post || post.deleted) return reject('POST_NOT_FOUND', 'postId')
    return accept('inkstream.comment.created.v1', {
      id: newId(),
      version: 0,
      postId,
      authorId,
      body,
      createdAt: now,
      updatedAt: now,
      deleted: false,
    })
  },
})
