import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { runOps } from '../support/ops-command.ts'
import { clientWith, type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** The access token of a deleted account is valid for some more minutes, but must not write anything. */
let stack: Stack

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

type Answer = { readonly code: string; readonly message: string }

/** The answer to a deleted account. */
const gone: Answer = { code: 'UNAUTHENTICATED', message: 'Your account is gone: sign in with another, or sign up.' }
const done = 'done'

/** @returns the rejection, or `done` */
async function run(by: Person['ask'], mutation: string, input: object | string): Promise<Answer | typeof done> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const query =
    typeof input === 'string'
      ? `mutation { it: ${mutation}${input} { errors { code message } } }`
      : `mutation($input: ${type}) { it: ${mutation}(input: $input) { errors { code message } } }`
  const { data, errors } = await by(query, typeof input === 'string' ? {} : { input })
  if (errors || !data.it) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data.it.errors[0] ?? done
}

async function post(by: Person['ask'], status = 'PUBLISHED'): Promise<string> {
  const { data } = await by('mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } } }', {
    input: { title: `On ink ${randomUUID()}`, body: 'b', status },
  })
  return data.createPost.post.id
}

const comment = (by: Person['ask'], postId: string): Promise<string> =>
  vi.waitFor(
    async () => {
      const { data } = await by(
        'mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }',
        { input: { postId, body: 'b' } },
      )
      expect(data.createComment.comment).not.toBeNull()
      return data.createComment.comment.id
    },
    { timeout: 10_000, interval: 20 },
  )

test('every mutation gives a deleted account the same answer, and moderators can remove its content', async () => {
  const [leaver, other, chief] = await Promise.all([1, 2, 3].map(() => signUp(stack.gatewayUrl)))
  if (!leaver || !other || !chief) throw new Error('unreachable')
  expect(await runOps(stack, 'grant', 'moderator', leaver.username)).toMatchObject({ code: 0 })
  expect(await runOps(stack, 'grant', 'moderator', chief.username)).toMatchObject({ code: 0 })
  const ask = clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, leaver)).accessToken)
  const moderator = clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, chief)).accessToken)
  const another = await signIn(stack.gatewayUrl, other)

  const [own, others, draft] = [await post(ask), await post(other.ask), await post(ask, 'DRAFT')]
  expect(await run(ask, 'followUser', { userId: other.id })).toBe(done)
  const [said, heard] = [await comment(ask, others), await comment(other.ask, others)]
  const note = await comment(ask, draft)
  const hidden = await post(other.ask)
  const below = await comment(other.ask, hidden)
  expect(await run(moderator, 'hidePost', { id: hidden, reason: 'r' })).toBe(done)
  const readable = async () =>
    (
      await ask(
        `query($id: ID!, $note: ID!, $hidden: ID!, $below: ID!, $other: ID!) {
         viewer { id } post(id: $id) { id } comment(id: $note) { id }
         hidden: post(id: $hidden) { isHidden } below: comment(id: $below) { id }
         allHidden: posts(filter: { hidden: true }) { totalCount nodes { id } }
         drafts { totalCount nodes { id } } feed { totalCount nodes { id } }
         user(id: $other) { followersCount followers { totalCount nodes { id } } } }`,
        { id: draft, note, hidden, below, other: other.id },
      )
    ).data
  await vi.waitFor(
    async () =>
      expect(await readable()).toEqual({
        viewer: { id: leaver.id },
        post: { id: draft },
        comment: { id: note },
        hidden: { isHidden: true },
        below: { id: below },
        allHidden: { totalCount: 1, nodes: [{ id: hidden }] },
        drafts: { totalCount: 1, nodes: [{ id: draft }] },
        feed: { totalCount: 1, nodes: [{ id: others }] },
        user: { followersCount: 1, followers: { totalCount: 1, nodes: [{ id: leaver.id }] } },
      }),
    { timeout: 10_000, interval: 20 },
  )
  expect(await run(ask, 'deleteAccount', { password: leaver.password })).toBe(done)

  const refused: Readonly<Record<string, object | string>> = {
    updateProfile: { bio: 'From beyond.' },
    signOut: '',
    signOutEverywhere: '',
    changePassword: { currentPassword: leaver.password, newPassword: 'ink that dried' },
    deleteAccount: { password: leaver.password },
    followUser: { userId: other.id },
    unfollowUser: { userId: other.id },
    createPost: { title: 'From beyond', body: 'b' },
    updatePost: { id: own, title: 'From beyond' },
    publishPost: { id: own },
    favoritePost: { id: others },
    unfavoritePost: { id: others },
    createComment: { postId: others, body: 'From beyond.' },
    editComment: { id: said, body: 'From beyond.' },
    hidePost: { id: others, reason: 'r' },
    unhidePost: { id: hidden },
    hideComment: { id: heard, reason: 'r' },
    unhideComment: { id: heard },
    deleteComment: { id: heard },
    deletePost: { id: others },
  }
  // Mutations that open a session ignore the access token.
  const username = `u_${randomUUID().slice(0, 8)}`
  const open: Readonly<Record<string, object | string>> = {
    createUser: { username, fullName: 'Ada', email: `${username}@example.org`, password: 'ink that dries' },
    signIn: { email: other.email, password: other.password },
    refreshSession: `(refreshToken: "${another.refreshToken}")`,
  }
  const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const mutations = Object.keys(buildSchema(sdl, { assumeValidSDL: true }).getMutationType()?.getFields() ?? {})
  expect([...Object.keys(refused), ...Object.keys(open)].sort()).toEqual(mutations.sort())
  // Wait until posts and comments have read the deletion.
  await vi.waitFor(
    async () => {
      expect(await run(ask, 'publishPost', { id: own })).toEqual(gone)
      expect(await run(ask, 'editComment', { id: said, body: 'b' })).toEqual(gone)
    },
    { timeout: 10_000, interval: 20 },
  )
  const none = { totalCount: 0, nodes: [] }
  await vi.waitFor(
    async () =>
      expect(await readable()).toEqual({
        ...{ viewer: null, post: null, comment: null, hidden: null, below: null },
        ...{ allHidden: none, drafts: none, feed: none },
        // Their follows end in the background; until then they are counted, but not listed.
        user: { followersCount: expect.any(Number), followers: { totalCount: expect.any(Number), nodes: [] } },
      }),
    { timeout: 10_000, interval: 20 },
  )
  for (const [mutation, input] of Object.entries(refused))
    expect([mutation, await run(ask, mutation, input)]).toEqual([mutation, gone])
  for (const [mutation, input] of Object.entries(open))
    expect([mutation, await run(ask, mutation, input)]).toEqual([mutation, done])

  expect(await run(other.ask, 'favoritePost', { id: own })).toBe(done)
  expect(await run(other.ask, 'deletePost', { id: own })).toMatchObject({ code: 'FORBIDDEN' })
  expect(await run(moderator, 'deleteComment', { id: said })).toBe(done)
  expect(await run(moderator, 'deletePost', { id: own })).toBe(done)
}, 60_000)
