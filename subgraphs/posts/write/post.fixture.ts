import type { Caller } from '#toolkit/trust/caller.ts'
import type { Post } from './states.ts'

const user = (userId: string, ...roles: string[]): NonNullable<Caller> => ({ userId, roles, sessionId: null })

export const author = user('01890000-0000-7000-8000-00000000000a')
export const stranger = user('01890000-0000-7000-8000-00000000000c')
export const moderator = user('01890000-0000-7000-8000-00000000000d', 'moderator')

/** A published post for the tests of commands. */
export const post: Post = {
  id: '01890000-0000-7000-8000-00000000000b',
  version: 3,
  authorId: author.userId,
  title: 'On Ink',
  slug: 'on-ink-0000000b',
  body: 'It dries.',
  tags: ['ink'],
  draft: false,
  publishedAt: new Date('2026-01-01'),
  formerSlugs: [],
  hidden: false,
  hiddenReason: '',
  createdAt: new Date('2026-01-01'),
  updatedAt: new Date('2026-01-01'),
  deleted: false,
}

export const draft: Post = { ...post, draft: true, publishedAt: null }
export const hidden: Post = { ...post, hidden: true, hiddenReason: 'Copied.' }
export const deleted: Post = { ...post, title: '', slug: '', body: '', tags: [], deleted: true }
