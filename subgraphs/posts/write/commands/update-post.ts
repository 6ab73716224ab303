import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayEdit } from '../../shared/permissions.ts'
import { formerSlugs } from '../former-slugs.ts'
import { isThereFor, POST_NOT_FOUND, POST_TITLE_TAKEN, post } from '../post.ts'
import { body, tags, title } from '../rules.ts'
import { slugOf } from '../slug.ts'

/** Changes the given fields of a post. A new title brings a new slug, and the old slug still leads to the post. */
export const updatePost = command({
  name: 'UpdatePost',
  aggregate: post,
  input: z.object({
    id,
    title: title.optional(),
    body: body.optional(),
    tags: tags.optional(),
    expectedVersion,
    idempotencyKey,
  }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN, POST_TITLE_TAKEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.post(id),

  decide(current, input, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
    if (!mayEdit(current, caller)) return reject('FORBIDDEN')
    const { title = current.title, body = current.body, tags = current.tags } = input
    const renamed = title !== current.title
    if (!renamed && body === current.body && isDeepStrictEqual(tags, current.tags)) return unchanged(current)
    const slug = renamed ? slugOf(title, current.id) : current.slug
    return accept('inkstream.post.updated.v1', {
      ...current,
      title,
      slug,
      formerSlugs: formerSlugs(current, slug),
      body,
      tags,
      updatedAt: now,
    })
  },

  taken: { posts_authorId_titleKey_key: reject('POST_TITLE_TAKEN', 'title') },
})
