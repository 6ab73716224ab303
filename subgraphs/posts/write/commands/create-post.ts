import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { post } from '../post.ts'
import { body, title } from '../rules.ts'
import { slugOf } from '../slug.ts'

/** Publishes a post under a title that its author has not used. */
export const createPost = command({
  name: 'CreatePost',
  aggregate: post,
  input: z.object({ authorId: id, title, body, idempotencyKey }),

  load: async () => undefined,

  decide(_, { authorId, title, body }, { newId, now }) {
    const id = newId()
    return accept('inkstream.post.created.v1', {
      id,
      version: 0,
      authorId,
      title,
      slug: slugOf(title, id),
      body,
      createdAt: now,
      updatedAt: now,
      deleted: false,
    })
  },

  taken: { posts_authorId_titleKey_key: reject('POST_TITLE_TAKEN', 'title') },
})
