import type { Caller } from '#toolkit/trust/caller.ts'
import type { Comment } from './states.ts'

const caller = (userId: string, ...roles: string[]) => ({ userId, roles, sessionId: null }) satisfies Caller

/** The callers in the scenarios of comments. */
export const ada = caller('01890000-0000-7000-8000-00000000000a')
export const bea = caller('01890000-0000-7000-8000-00000000000b')
export const moderator = caller('01890000-0000-7000-8000-00000000000c', 'moderator')

/** A post, a draft and a hidden post by Bea. */
export const post = { authorId: bea.userId, draft: false, hidden: false, deleted: false }
export const draft = { ...post, draft: true }
export const hiddenPost = { ...post, hidden: true }

/** Ada's comment on it. */
export const comment: Comment = {
  id: '01890000-0000-7000-8000-0000000000c1',
  version: 3,
  postId: '01890000-0000-7000-8000-0000000000e1',
  authorId: ada.userId,
  body: 'Well said.',
  ancestorIds: [],
  hidden: false,
  hiddenReason: '',
  createdAt: new Date('2026-01-01T00:00:00.000Z'),
  updatedAt: new Date('2026-01-01T00:00:00.000Z'),
  deleted: false,
}
