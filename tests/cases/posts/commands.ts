import type { Commands, Random } from '../commands.ts'

/** Few, so that they are freed and reused. */
const title = ({ below }: Random) => `Title ${below(8)}`

async function create(random: Random): Promise<void> {
  const { person, n, chance, made, send } = random
  const tags = ['Ink', 'paper', 'ÄRGER', '墨'].filter(() => chance(0.4))
  const status = chance(0.3) ? 'DRAFT' : 'PUBLISHED'
  const id = await send('createPost', { title: title(random), body: `b${n}`, tags, status }, 'post')
  if (id) made('post').push({ id, by: person.id })
}

async function update(random: Random): Promise<void> {
  const { n, chance, any, send } = random
  const id = any('post')?.id
  if (id)
    await send('updatePost', { id, ...(chance(0.5) ? { title: title(random) } : { body: `b${n}`, tags: ['ink'] }) })
}

async function publish({ any, send }: Random): Promise<void> {
  const id = any('post')?.id
  if (id) await send('publishPost', { id })
}

async function remove({ chance, any, send }: Random): Promise<void> {
  const id = any('post')?.id
  if (id && chance(0.5)) await send('deletePost', { id })
}

async function moderate({ chance, any, send }: Random): Promise<void> {
  const id = any('post')?.id
  if (id) await (chance(0.5) ? send('hidePost', { id, reason: 'r' }) : send('unhidePost', { id }))
}

async function favorite({ chance, any, send }: Random): Promise<void> {
  const id = any('post')?.id
  if (id) await send(chance(0.6) ? 'favoritePost' : 'unfavoritePost', { id })
}

export const commands: Commands = {
  mutations: [
    ...['createPost', 'updatePost', 'publishPost', 'deletePost', 'hidePost', 'unhidePost'],
    ...['favoritePost', 'unfavoritePost'],
  ],
  rejections: ['POST_NOT_FOUND', 'POST_TITLE_TAKEN', 'FORBIDDEN', 'VERSION_CONFLICT'],
  choices: [create, create, update, publish, remove, moderate, favorite, favorite],
}
