import type { Post } from './post.ts'

/** A post for the tests of commands. */
export const post: Post = {
  id: '01890000-0000-7000-8000-00000000000b',
  version: 3,
  authorId: '01890000-0000-7000-8000-00000000000a',
  title: 'On Ink',
  slug: 'on-ink-0000000b',
  body: 'It dries.',
  createdAt: new Date('2026-01-01'),
  updatedAt: new Date('2026-01-01'),
  deleted: false,
}
