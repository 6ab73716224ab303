import type { Commands } from '../commands.ts'

export const commands: Commands = {
  mutations: ['followUser', 'unfollowUser', 'updateProfile'],
  rejections: ['USER_NOT_FOUND', 'USERNAME_TAKEN', 'FORBIDDEN', 'VERSION_CONFLICT'],
  choices: [
    async ({ person, anybody, chance, send }) => {
      const other = anybody()?.id
      if (other && other !== person.id) await send(chance(0.6) ? 'followUser' : 'unfollowUser', { userId: other })
    },
    // Few usernames, so that they are freed and reused.
    ({ n, below, chance, send }) =>
      send(
        'updateProfile',
        chance(0.5) ? { username: `name_${below(12)}` } : { bio: `b${n}`, avatarUrl: `https://example.org/${n}` },
      ),
  ],
}
