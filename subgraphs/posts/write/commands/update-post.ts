import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { post } from '../post.ts'
import { body, title } from '../rules.ts'
import { slugOf } from '../slug.ts'

/** Changes a post's title, its body, or both. A new title brings a new slug. */
export const updatePost = command({
  name: 'UpdatePost',
  aggregate: post,
  input: z.object({ id, title: title.optional(), body: body.optional(), expectedVersion, idempotencyKey }),

  load: (store, { id }) => store.post(id),

  decide(current, { title, body }, { now }) {
    if (!current || current.deleted) return reject('POST_NOT_FOUND', 'id')
    return accept('inkstream.post.updated.v1', {
      ...current,
      title: title ?? current.title,
      slug: title === undefined || title === current.title ? current.slug : slugOf(title, current.id),
      body: body ?? current.body,
      updatedAt: now,
    })
  },

  taken: { posts_authorId_titleKey_key: reject('POST_TITLE_TAKEN', 'title') },
})
