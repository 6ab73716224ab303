import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import { runOps } from '../../support/ops-command.ts'
import { clientWith, signIn } from '../../support/sign-up.ts'
import { errors, type Fields, key, pageInfo, pagesAround, soon } from '../fields.ts'

export const fields: Fields = {
  async write(world) {
    const { stack, other, answer, made } = world
    const username = `u_${randomUUID().slice(0, 8)}`
    const email = `${username}@example.org`
    const { createUser } = await answer(
      other.ask,
      `mutation { createUser(input: { username: "${username}", fullName: "Ada", bio: "b", email: "${email}", password: "ink that dries", ${key()} }) {
         user { id version } session { accessToken expiresAt refreshToken endsAt } ${errors} } }`,
    )
    Object.assign(made, { user: createUser.user.id, username, email })
    await vi.waitFor(
      async () => expect(await runOps(stack, 'grant', 'moderator', username)).toMatchObject({ code: 0 }),
      soon,
    )
    const { refreshToken } = await signIn(stack.gatewayUrl, { email, password: 'ink that dries' })
    const { refreshSession } = await answer(
      other.ask,
      `mutation { refreshSession(refreshToken: "${refreshToken}") { user { id } session { accessToken } ${errors} } }`,
    )
    world.ask = clientWith(stack.gatewayUrl, refreshSession.session.accessToken)
    await answer(
      world.ask,
      `mutation {
         updateProfile(input: { username: "${username}", fullName: "Ada Lovelace", bio: "c", avatarUrl: "https://example.org/a.png", expectedVersion: 1, ${key()} }) { user { avatarUrl version } ${errors} }
         followUser(input: { userId: "${other.id}", ${key()} }) { user { id viewerIsFollowing } ${errors} }
       }`,
    )
  },

  async read({ ask, other, answer, made }) {
    const about =
      'id username fullName bio avatarUrl followersCount followingCount viewerIsFollowing createdAt updatedAt version'
    const nodes = `edges { cursor node { id } } nodes { id } ${pageInfo}`
    const { users, user, viewer } = await vi.waitFor(async () => {
      const data = await answer(
        ask,
        `{
           viewerRoles
           viewer { ${about} following(first: 10) { ${nodes} } }
           user(id: "${other.id}") { followersCount followers(first: 10) { ${nodes} } }
           userByUsername(username: "${made.username}") { id }
           users(first: 10) { ${nodes} }
         }`,
      )
      expect(data).toMatchObject({
        viewerRoles: ['moderator'],
        viewer: {
          ...{ id: made.user, followingCount: 1, avatarUrl: 'https://example.org/a.png' },
          following: { totalCount: 1, nodes: [{ id: other.id }] },
        },
        user: { followersCount: 1, followers: { totalCount: 1, nodes: [{ id: made.user }] } },
        userByUsername: { id: made.user },
      })
      return data
    }, soon)
    for (const at of pagesAround)
      await answer(
        ask,
        `{
           users(${at(users)}) { totalCount }
           viewer { following(${at(viewer.following)}) { totalCount } followers(${at(user.followers)}) { totalCount } }
         }`,
      )
  },

  async end({ ask, other, answer, made }) {
    await answer(
      ask,
      `mutation {
         unfollowUser(input: { userId: "${other.id}", ${key()} }) { user { viewerIsFollowing } ${errors} }
         changePassword(input: { currentPassword: "ink that dries", newPassword: "ink that dried" }) { session { accessToken } ${errors} }
         signIn(input: { email: "${made.email}", password: "ink that dried" }) { user { id } session { accessToken } ${errors} }
         deleteAccount(input: { password: "ink that dried" }) { deletedUserId ${errors} }
       }`,
    )
    await answer(other.ask, `mutation { signOut { ${errors} } signOutEverywhere { ${errors} } }`)
  },
}
