import { expect, vi } from 'vitest'
import type { System } from '../authorization.ts'

/** Comments on a post as its author. Retries until the comments service knows the post. */
export async function newComment({ ask }: System, { id: postId }: { id: string }): Promise<{ id: string }> {
  return vi.waitFor(
    async () => {
      const { data } = await ask.author(
        'mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id } errors { code } } }',
        { input: { postId, body: 'b' } },
      )
      expect(data.createComment.errors).toEqual([])
      return data.createComment.comment
    },
    { timeout: 10_000, interval: 20 },
  )
}
