import type { Commands, Random } from '../commands.ts'

async function create({ person, n, chance, any, made, send }: Random): Promise<void> {
  const parent = chance(0.6) ? any('comment') : undefined
  const postId = parent?.of ?? any('post')?.id
  if (!postId) return
  const reply = parent && { parentId: parent.id }
  const id = await send('createComment', { postId, body: `c${n}`, ...reply }, 'comment')
  if (id) made('comment').push({ id, by: person.id, of: postId })
}

/** Sends a command about some comment. */
const onComment =
  (mutation: string, more: (n: number) => object = () => ({})) =>
  async ({ n, any, send }: Random): Promise<void> => {
    const id = any('comment')?.id
    if (id) await send(mutation, { id, ...more(n) })
  }

export const commands: Commands = {
  mutations: ['createComment', 'editComment', 'deleteComment', 'hideComment', 'unhideComment'],
  rejections: [
    ...['POST_NOT_FOUND', 'COMMENT_NOT_FOUND', 'PARENT_NOT_FOUND', 'THREAD_TOO_DEEP'],
    ...['FORBIDDEN', 'VERSION_CONFLICT'],
  ],
  choices: [
    create,
    create,
    onComment('editComment', (n) => ({ body: `c${n} edited` })),
    onComment('deleteComment'),
    onComment('hideComment', () => ({ reason: 'r' })),
    onComment('unhideComment'),
  ],
}
