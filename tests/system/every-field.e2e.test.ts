import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { printSchema, Supergraph } from '@apollo/federation-internals'
import {
  buildSchema,
  type GraphQLSchema,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { runOps } from '../support/ops-command.ts'
import { clientWith, type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Requests every field and every argument of the public schema through the gateway. */
let stack: Stack
const used = new Set<string>()

const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
const schema: GraphQLSchema = buildSchema(printSchema(Supergraph.build(sdl).apiSchema()))

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

/** Schema coordinates of all fields, arguments and input fields. */
function coordinates(): Set<string> {
  const all = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue
    if (isInputObjectType(type)) for (const field of Object.keys(type.getFields())) all.add(`${type}.${field}`)
    if (isObjectType(type))
      for (const { name, args } of Object.values(type.getFields())) {
        all.add(`${type}.${name}`)
        for (const arg of args) all.add(`${type}.${name}(${arg.name}:)`)
      }
  }
  return all
}

/** Runs an operation with inline inputs, and records the coordinates that it uses. @throws on errors in the reply */
// biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
async function answer(ask: Person['ask'], operation: string): Promise<any> {
  const { data, errors } = await ask(operation)
  if (errors) throw new Error(`${JSON.stringify(errors)} of ${operation}`)
  for (const payload of Object.values(data as Record<string, { errors?: unknown[] } | null>))
    if (payload?.errors?.length) throw new Error(`${JSON.stringify(payload.errors)} of ${operation}`)
  const info = new TypeInfo(schema)
  visit(
    parse(operation),
    visitWithTypeInfo(info, {
      Field: ({ name }) => void used.add(`${info.getParentType()}.${name.value}`),
      Argument: ({ name }) => void used.add(`${info.getParentType()}.${info.getFieldDef()?.name}(${name.value}:)`),
      ObjectField: ({ name }) => {
        const parent = info.getParentInputType()
        if (parent) used.add(`${String(parent).replace('!', '')}.${name.value}`)
      },
    }),
  )
  return data
}

const key = () => `idempotencyKey: "${randomUUID()}"`
const errors = 'errors { code message path currentVersion }'
const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'

test('every field and argument of the schema answers', async () => {
  const username = `u_${randomUUID().slice(0, 8)}`
  const email = `${username}@example.org`
  const other = await signUp(stack.gatewayUrl)
  const { createUser } = await answer(
    other.ask,
    `mutation { createUser(input: { username: "${username}", fullName: "Ada", bio: "b", email: "${email}", password: "ink that dries", ${key()} }) {
       user { id version } session { accessToken expiresAt refreshToken } ${errors} } }`,
  )
  const { id } = createUser.user
  await vi.waitFor(async () => expect(await runOps(stack, 'grant', 'moderator', username)).toMatchObject({ code: 0 }), {
    timeout: 10_000,
    interval: 20,
  })
  const { refreshToken } = await signIn(stack.gatewayUrl, { email, password: 'ink that dries' })
  const { refreshSession } = await answer(
    other.ask,
    `mutation { refreshSession(refreshToken: "${refreshToken}") { user { id } session { accessToken } ${errors} } }`,
  )
  const ask = clientWith(stack.gatewayUrl, refreshSession.session.accessToken)

  const { createPost, draft } = await answer(
    ask,
    `mutation {
       updateProfile(input: { username: "${username}", fullName: "Ada Lovelace", bio: "c", avatarUrl: "https://example.org/a.png", expectedVersion: 1, ${key()} }) { user { avatarUrl version } ${errors} }
       createPost(input: { title: "On ink", body: "It dries.", tags: ["ink"], status: PUBLISHED, ${key()} }) { post { id slug title body status tags publishedAt } ${errors} }
       draft: createPost(input: { title: "Not yet", body: "b", status: DRAFT }) { post { id status } ${errors} }
       followUser(input: { userId: "${other.id}", ${key()} }) { user { id viewerIsFollowing } ${errors} }
     }`,
  )
  const post = createPost.post.id
  await answer(
    ask,
    `mutation {
       updatePost(input: { id: "${post}", title: "On old ink", body: "It has dried.", tags: ["ink", "old"], expectedVersion: 1, ${key()} }) { post { title } ${errors} }
       publishPost(input: { id: "${draft.post.id}", expectedVersion: 1, ${key()} }) { post { publishedAt status } ${errors} }
       favoritePost(input: { id: "${post}", ${key()} }) { post { id viewerHasFavorited } ${errors} }
     }`,
  )
  const comment = async (parent = ''): Promise<string> =>
    vi.waitFor(
      async () => {
        const { createComment } = await answer(
          ask,
          `mutation { createComment(input: { postId: "${post}", ${parent && `parentId: "${parent}",`} body: "So it does.", ${key()} }) { comment { id body } ${errors} } }`,
        )
        return createComment.comment.id
      },
      { timeout: 10_000, interval: 20 },
    )
  const top = await comment()
  const reply = await comment(top)
  const [hidden, deleted] = [await comment(), await comment()]
  await answer(
    ask,
    `mutation {
       editComment(input: { id: "${reply}", body: "It does.", expectedVersion: 1, ${key()} }) { comment { body version } ${errors} }
       hideComment(input: { id: "${hidden}", reason: "r", ${key()} }) { comment { isHidden body } ${errors} }
       deleteComment(input: { id: "${deleted}", expectedVersion: 1, ${key()} }) { comment { isDeleted } ${errors} }
     }`,
  )
  await other.ask(`mutation { createPost(input: { title: "By another", body: "b" }) { ${errors} } }`)

  const author = `author { id username fullName }`
  const aboutPost = `id slug title body status tags ${author} commentsCount favoritesCount viewerHasFavorited createdAt updatedAt publishedAt version`
  const aboutComment = `id body ${author} isDeleted isHidden createdAt updatedAt version`
  const aboutUser = `id username fullName bio avatarUrl followersCount followingCount viewerIsFollowing createdAt updatedAt version postsCount`
  const read = async () =>
    answer(
      ask,
      `{
         viewer { ${aboutUser} }
         user(id: "${id}") { id comments(first: 10) { edges { cursor node { id } } ${pageInfo} } posts(first: 10) { edges { cursor node { id } } nodes { id } ${pageInfo} } }
         userByUsername(username: "${username}") { id comments(last: 1) { nodes { id } ${pageInfo} } posts(last: 1) { nodes { id } ${pageInfo} } }
         users(first: 10) { edges { cursor node { id } } nodes { id } ${pageInfo} }
         post(id: "${post}") { ${aboutPost}
           latestComments(first: 3) { id body createdAt ${author} }
           comments(first: 10) { edges { cursor node { id } } nodes { ${aboutComment} post { id } parent { id } replies(first: 5) { nodes { id parent { id } } ${pageInfo} } } ${pageInfo} } }
         bySlug: postBySlug(slug: "${createPost.post.slug}") { id comments(last: 1) { nodes { id } ${pageInfo} } }
         comment(id: "${reply}") { ${aboutComment} parent { id } post { id title } }
         posts(first: 10, filter: { authorId: "${id}", tag: "ink", favoritedBy: "${id}" }) { edges { cursor node { id } } nodes { id } ${pageInfo} }
         feed(first: 10) { nodes { title ${author} } ${pageInfo} }
         drafts(first: 10) { nodes { id } ${pageInfo} }
         searchPosts(query: "old ink", first: 10) { edges { cursor } nodes { id } ${pageInfo} }
         tags(first: 10) { name postsCount }
       }`,
    )
  const seen = await vi.waitFor(
    async () => {
      const data = await read()
      expect(data.post).toMatchObject({
        ...{ title: 'On old ink', commentsCount: 3, favoritesCount: 1, viewerHasFavorited: true, version: 2 },
        latestComments: [{ id: reply }, { id: top }],
      })
      expect(data.post.comments.nodes).toMatchObject([
        { id: top, replies: { nodes: [{ id: reply, parent: { id: top } }] } },
        { id: hidden, body: '', isHidden: true },
      ])
      expect(data.bySlug).toMatchObject({ id: post })
      expect(data.posts.nodes).toEqual([{ id: post }])
      expect(data.searchPosts.nodes).toEqual([{ id: post }])
      expect(data.feed.nodes).toMatchObject([{ title: 'By another' }])
      expect(data.tags).toEqual([
        { name: 'ink', postsCount: 1 },
        { name: 'old', postsCount: 1 },
      ])
      expect(data.viewer).toMatchObject({
        id,
        followingCount: 1,
        postsCount: 2,
        avatarUrl: 'https://example.org/a.png',
      })
      return data
    },
    { timeout: 10_000, interval: 20 },
  )

  const user = seen.user
  const first = (list: { pageInfo: { endCursor: string } }) => `after: "${list.pageInfo.endCursor}"`
  const last = (list: { pageInfo: { startCursor: string } }) => `last: 5, before: "${list.pageInfo.startCursor}"`
  for (const at of [first, last])
    await answer(
      ask,
      `{
         users(${at(seen.users)}) { totalCount }
         posts(${at(seen.posts)}) { totalCount }
         user(id: "${id}") { posts(${at(user.posts)}) { totalCount } comments(${at(user.comments)}) { totalCount } }
         post(id: "${post}") { comments(${at(seen.post.comments)}) { totalCount } }
       }`,
    )
  await answer(
    ask,
    `{
       feed(${first(seen.feed)}) { totalCount }
       drafts(after: null) { totalCount }
       searchPosts(query: "old ink", ${first(seen.searchPosts)}) { totalCount }
       comment(id: "${top}") { replies(after: "${seen.post.comments.nodes[0].replies.pageInfo.endCursor}") { edges { cursor } totalCount } }
     }`,
  )
  await answer(
    ask,
    `mutation {
       unfavoritePost(input: { id: "${post}", ${key()} }) { post { viewerHasFavorited } ${errors} }
       unfollowUser(input: { userId: "${other.id}", ${key()} }) { user { viewerIsFollowing } ${errors} }
       deletePost(input: { id: "${draft.post.id}", expectedVersion: 2, ${key()} }) { deletedPostId ${errors} }
       changePassword(input: { currentPassword: "ink that dries", newPassword: "ink that dried" }) { session { accessToken } ${errors} }
       signIn(input: { email: "${email}", password: "ink that dried" }) { user { id } session { accessToken } ${errors} }
       deleteAccount(input: { password: "ink that dried" }) { deletedUserId ${errors} }
     }`,
  )
  await answer(other.ask, `mutation { signOut { ${errors} } signOutEverywhere { ${errors} } }`)

  expect([...coordinates()].filter((one) => !used.has(one))).toEqual([])
}, 60_000)
