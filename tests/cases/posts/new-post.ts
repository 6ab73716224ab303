import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { System } from '../authorization.ts'

/** Its author publishes a post. */
export async function newPost({ ask }: System, more: object = {}): Promise<{ id: string; slug: string }> {
  const { data } = await ask.author(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id slug } errors { code } } }',
    { input: { title: `On ink ${randomUUID()}`, body: 'b', ...more } },
  )
  return data.createPost.post
}

export const newDraft = (system: System, more: object = {}) => newPost(system, { status: 'DRAFT', ...more })

export async function hide({ ask }: System, id: string): Promise<void> {
  const { data } = await ask.moderator(
    'mutation($input: HidePostInput!) { hidePost(input: $input) { errors { code } } }',
    { input: { id, reason: 'A test.' } },
  )
  expect(data.hidePost.errors).toEqual([])
}

/** Its author publishes a post, and a moderator hides it. */
export async function newHidden(system: System, more: object = {}): Promise<{ id: string; slug: string }> {
  const post = await newPost(system, more)
  await hide(system, post.id)
  return post
}
