import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createRunner } from '#cqrs/command/runner.ts'
import { PrismaClient as PostsClient } from '#prisma/posts/write/generated/client.ts'
import { PrismaClient as UsersClient } from '#prisma/users/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createPost } from '../../subgraphs/posts/write/commands/create-post.ts'
import { deletePost } from '../../subgraphs/posts/write/commands/delete-post.ts'
import { updatePost } from '../../subgraphs/posts/write/commands/update-post.ts'
import { createStore as createPostsStore } from '../../subgraphs/posts/write/store.ts'
import { createRefreshTokens } from '../../subgraphs/users/write/accounts/refresh-tokens.ts'
import { newSession } from '../../subgraphs/users/write/accounts/sessions.ts'
import { createUser } from '../../subgraphs/users/write/commands/create-user.ts'
import { deleteAccount } from '../../subgraphs/users/write/commands/delete-account.ts'
import { followUser } from '../../subgraphs/users/write/commands/follow-user.ts'
import { unfollowUser } from '../../subgraphs/users/write/commands/unfollow-user.ts'
import { createStore as createUsersStore } from '../../subgraphs/users/write/store.ts'
import { createTestDatabase } from '../support/databases.ts'

let posts: PostsClient
let users: UsersClient

beforeAll(async () => {
  posts = new PostsClient({ adapter: prismaAdapter((await createTestDatabase('posts', 'write')).url, 'write') })
  users = new UsersClient({ adapter: prismaAdapter((await createTestDatabase('users', 'write')).url, 'write') })
})
afterAll(() => Promise.all([posts.$disconnect(), users.$disconnect()]))

const machinery = { schema: 'write', idempotencySecret: 'a secret of sixteen', onCommit: () => undefined }
const postsRunner = () => createRunner({ ...machinery, database: posts, store: createPostsStore })
const usersRunner = () => createRunner({ ...machinery, database: users, store: createUsersStore })
const by = (userId: string) => ({ caller: { userId, roles: [], sessionId: null }, address: null, trace: null })

async function stateOf<State>(outcome: Promise<{ status: 'accepted'; state: State } | { status: 'rejected' }>) {
  const settled = await outcome
  if (settled.status === 'rejected') throw new Error(`rejected: ${JSON.stringify(settled)}`)
  return settled.state
}

describe('a repeated command returns its first answer', () => {
  test('even if the post has changed since', async () => {
    const run = postsRunner()
    const call = by(randomUUID())
    const { id } = await stateOf(run(createPost, { title: `Draft ${randomUUID()}`, body: 'b' }, call))
    const first = { id, title: 'First title', idempotencyKey: randomUUID() }
    const answered = await stateOf(run(updatePost, first, call))
    await stateOf(run(updatePost, { id, title: 'Second title' }, call))
    expect(await stateOf(run(updatePost, first, call))).toEqual(answered)
    expect(answered).toMatchObject({ version: 2, title: 'First title' })
  })

  test('even if it had nothing to write and the post has changed since', async () => {
    const run = postsRunner()
    const call = by(randomUUID())
    const { id } = await stateOf(run(createPost, { title: 'Same title', body: 'b' }, call))
    const same = { id, title: 'Same title', idempotencyKey: randomUUID() }
    await stateOf(run(updatePost, same, call))
    await stateOf(run(updatePost, { id, title: 'Other title' }, call))
    expect(await stateOf(run(updatePost, same, call))).toMatchObject({ version: 1, title: 'Same title' })
  })

  test('even if the follow has ended since', async () => {
    const run = usersRunner()
    const [follower, followee] = [await signedUp(), await signedUp()]
    const follow = { userId: followee, idempotencyKey: randomUUID() }
    await stateOf(run(followUser, follow, by(follower)))
    await stateOf(run(unfollowUser, { userId: followee }, by(follower)))
    expect(await stateOf(run(followUser, follow, by(follower)))).toMatchObject({ version: 1, deleted: false })
  })
})

describe('erasure clears stored answers', () => {
  test('of a deleted post', async () => {
    const run = postsRunner()
    const call = by(randomUUID())
    const create = { title: `Secret ${randomUUID()}`, body: 'b', idempotencyKey: randomUUID() }
    const { id } = await stateOf(run(createPost, create, call))
    await stateOf(run(updatePost, { id, body: 'still secret', idempotencyKey: randomUUID() }, call))
    await stateOf(run(deletePost, { id, idempotencyKey: randomUUID() }, call))
    const kept = await posts.idempotencyKey.findMany({ where: { aggregateId: id } })
    expect(kept).toHaveLength(3)
    for (const { value } of kept) expect(Buffer.from(value ?? []).toString('utf8')).not.toMatch(/secret/i)
    expect(await stateOf(run(createPost, create, call))).toMatchObject({ id, title: '', body: '', deleted: true })
  })

  test('of a post that is deleted while a command has nothing to write', async () => {
    const run = postsRunner()
    const call = by(randomUUID())
    const { id } = await stateOf(run(createPost, { title: `Secret ${randomUUID()}`, body: 'b' }, call))
    const [deleting, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const deleted = posts.$transaction(async (transaction) => {
      await transaction.post.update({ where: { id }, data: { version: 2, deleted: true, title: '', body: '' } })
      deleting.resolve()
      await finish.promise
    })
    await deleting.promise
    const same = { id, body: 'b', idempotencyKey: randomUUID() }
    const unchanged = run(updatePost, same, call)
    await vi.waitFor(
      async () => {
        const waiting = await posts.$queryRaw`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`
        expect(waiting).toHaveLength(1)
      },
      { timeout: 10_000, interval: 20 },
    )
    finish.resolve()
    await deleted
    expect(await unchanged).toMatchObject({ status: 'rejected', errors: [{ code: 'POST_NOT_FOUND' }] })
    expect(await posts.idempotencyKey.findMany({ where: { aggregateId: id } })).toEqual([])
  })

  test('of a deleted account', async () => {
    const run = usersRunner()
    const username = `gone_${randomUUID().slice(0, 8)}`
    const userId = await signedUp(username)
    await stateOf(run(deleteAccount('hash'), { password: 'a good password' }, by(userId)))
    const kept = await users.idempotencyKey.findMany({ where: { aggregateId: userId } })
    expect(kept).toMatchObject([{ value: null }])
  })
})

async function signedUp(username = `u_${randomUUID().slice(0, 8)}`): Promise<string> {
  const input = {
    username,
    fullName: 'Somebody',
    email: `${username}@example.org`,
    password: 'a good password',
    idempotencyKey: randomUUID(),
  }
  const nobody = { caller: null, address: null, trace: null }
  return (
    await stateOf(
      usersRunner()(
        createUser('hash', newSession({ refreshTokens: createRefreshTokens('a secret of sixteen'), sessionDays: 30 })),
        input,
        nobody,
      ),
    )
  ).id
}
