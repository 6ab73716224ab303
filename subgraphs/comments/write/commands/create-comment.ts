import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { type RejectionText, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayReply } from '../../shared/permissions.ts'
import { comment } from '../comment.ts'
import { isThereFor, POST_NOT_FOUND } from '../post-reference.ts'
import { body } from '../rules.ts'

const PARENT_NOT_FOUND: RejectionText = {
  message: 'The comment that this one answers is not there, or is about another post.',
  meaning: 'the comment to answer is gone, or is about another post',
  advice: 'reads the thread again',
}

const THREAD_TOO_DEEP: RejectionText = {
  message: 'Threads have at most 8 levels: answer a comment further up.',
  meaning: 'the answer would be on the ninth level',
  advice: 'answers a comment further up',
}

/** Adds a comment to a post, or a reply to another comment of the same post. */
export const createComment = command({
  name: 'CreateComment',
  aggregate: comment,
  input: z.object({ postId: id, parentId: id.optional(), body, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, PARENT_NOT_FOUND, THREAD_TOO_DEEP },

  load: async (store, { postId, parentId }) => ({
    post: await store.postReference(postId),
    parent: parentId === undefined ? undefined : await store.comment(parentId),
  }),

  decide({ post, parent }, { postId, parentId, body }, { caller, newId, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(post, caller)) return reject('POST_NOT_FOUND', 'postId')
    if (parentId !== undefined && (!parent || parent.deleted || parent.postId !== postId))
      return reject('PARENT_NOT_FOUND', 'parentId')
    if (parent && !mayReply(caller, parent)) return reject('THREAD_TOO_DEEP', 'parentId')
    return accept('inkstream.comment.created.v1', {
      id: newId(),
      version: 0,
      postId,
      authorId: caller.userId,
      body,
      ancestorIds: parent ? [...parent.ancestorIds, parent.id] : [],
      hidden: false,
      hiddenReason: '',
      createdAt: now,
      updatedAt: now,
      deleted: false,
    })
  },
})
