import { randomUUID } from 'node:crypto'
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
