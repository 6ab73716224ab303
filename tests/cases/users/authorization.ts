import { randomUUID } from 'node:crypto'
import { signIn } from '../../support/sign-up.ts'
import { type Authorization, type Caller, everybody, type Row, type System, signedIn } from '../authorization.ts'

const passwordOf = ({ people }: System, caller: Caller) =>
  caller === 'nobody' ? 'ink that dries' : people[caller].password

export const authorization: Authorization = {
  mutations: [
    {
      mutation: 'createUser',
      of: 'an account',
      input() {
        const username = `u_${randomUUID().slice(0, 8)}`
        return { username, fullName: 'New', email: `${username}@example.org`, password: 'ink that dries' }
      },
      answers: everybody,
    },
    {
      mutation: 'signIn',
      of: 'an account',
      input: ({ people }) => ({ email: people.author.email, password: people.author.password }),
      answers: everybody,
    },
    {
      mutation: 'refreshSession',
      of: 'a session',
      input: async ({ gatewayUrl, people }) =>
        `refreshToken: "${(await signIn(gatewayUrl, people.author)).refreshToken}"`,
      answers: everybody,
    },
    { mutation: 'updateProfile', of: 'their own', input: () => ({ bio: 'b' }), answers: signedIn },
    ...['followUser', 'unfollowUser'].map(
      (mutation): Row => ({
        mutation,
        of: 'the author',
        input: ({ people }) => ({ userId: people.author.id }),
        answers: ['UNAUTHENTICATED', 'done', 'CANNOT_FOLLOW_SELF', 'done'],
      }),
    ),
    {
      mutation: 'changePassword',
      of: 'their own',
      input: (system, caller) => ({ currentPassword: passwordOf(system, caller), newPassword: 'ink that dries' }),
      answers: signedIn,
    },
    { mutation: 'signOut', of: 'their own', input: () => '', answers: signedIn },
    { mutation: 'signOutEverywhere', of: 'their own', input: () => '', answers: signedIn },
    {
      mutation: 'deleteAccount',
      of: 'their own',
      input: (system, caller) => ({ password: passwordOf(system, caller) }),
      answers: signedIn,
      last: true,
    },
  ],
  pathsToDraft: [
    {
      path: 'posts of whom followers follow',
      query:
        'user(id: $author) { followers(first: 10) { nodes { following(first: 10) { nodes { posts(first: 10) { nodes { id } } } } } } }',
      author: false,
    },
  ],
}
