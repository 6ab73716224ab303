import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { idempotencyKey } from '#cqrs/command/input.ts'
import { UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { POST_TITLE_TAKEN, post } from '../post.ts'
import { body, tags, title } from '../rules.ts'
import { slugOf } from '../slug.ts'

/** Creates a post, published or a draft, with a title that no other post of its author has. */
export const createPost = command({
  name: 'CreatePost',
  aggregate: post,
  input: z.object({
    title,
    body,
    tags: tags.default([]),
    status: z.enum(['DRAFT', 'PUBLISHED']).default('PUBLISHED'),
    idempotencyKey,
  }),
  rejections: { UNAUTHENTICATED, POST_TITLE_TAKEN },

  load: async () => undefined,

  decide(_, { title, body, tags, status }, { caller, newId, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    const id = newId()
    const draft = status === 'DRAFT'
    return accept('inkstream.post.created.v1', {
      id,
      version: 0,
      authorId: caller.userId,
      title,
      slug: slugOf(title, id),
      body,
      tags,
      draft,
      publishedAt: draft ? null : now,
      formerSlugs: [],
      hidden: false,
      hiddenReason: '',
      createdAt: now,
      updatedAt: now,
      deleted: false,
    })
  },

  taken: { posts_authorId_titleKey_key: reject('POST_TITLE_TAKEN', 'title') },
})
