import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kind, parse } from 'graphql'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { runOps } from '../support/ops-command.ts'
import { clientWith, type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** An access token is good for some minutes after its account was deleted: nothing is written by it. */
let stack: Stack

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

/** The mutations that a service has. */
function mutationsOf(service: string): string[] {
  const file = join(import.meta.dirname, '..', '..', 'subgraphs', service, 'schema.graphql')
  return parse(readFileSync(file, 'utf8')).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map(({ name }) => name.value)
      : [],
  )
}

/** @returns the code of the rejection, or `done` */
async function run(by: Person['ask'], mutation: string, input: object, fields = ''): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const { data, errors } = await by(
    `mutation($input: ${type}) { it: ${mutation}(input: $input) { errors { code } ${fields} } }`,
    { input },
  )
  if (errors || !data.it) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data.it.errors[0]?.code ?? 'done'
}

async function post(by: Person['ask']): Promise<string> {
  const { data } = await by('mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } } }', {
    input: { title: `On ink ${randomUUID()}`, body: 'b' },
  })
  return data.createPost.post.id
}

const comment = (by: Person['ask'], postId: string): Promise<string> =>
  eventually(async () => {
    const { data } = await by(
      'mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }',
      { input: { postId, body: 'b' } },
    )
    expect(data.createComment.comment).not.toBeNull()
    return data.createComment.comment.id
  })

test('a deleted account writes nothing in any service, and moderators remove what it wrote', async () => {
  const [gone, other, chief] = await Promise.all([1, 2, 3].map(() => signUp(stack.gatewayUrl)))
  if (!gone || !other || !chief) throw new Error('unreachable')
  expect(await runOps(stack, 'grant', 'moderator', gone.username)).toMatchObject({ code: 0 })
  expect(await runOps(stack, 'grant', 'moderator', chief.username)).toMatchObject({ code: 0 })
  const ask = clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, gone)).accessToken)
  const moderator = clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, chief)).accessToken)

  const [own, others] = [await post(ask), await post(other.ask)]
  const [said, heard] = [await comment(ask, others), await comment(other.ask, others)]
  expect(await run(ask, 'deleteAccount', { password: gone.password })).toBe('done')

  const inputs: Readonly<Record<string, object>> = {
    createPost: { title: 'From beyond', body: 'b' },
    updatePost: { id: own, title: 'From beyond' },
    publishPost: { id: own },
    favoritePost: { id: others },
    unfavoritePost: { id: others },
    createComment: { postId: others, body: 'From beyond.' },
    editComment: { id: said, body: 'From beyond.' },
    hideComment: { id: heard, reason: 'r' },
    deleteComment: { id: heard },
    deletePost: { id: others },
  }
  expect(Object.keys(inputs).sort()).toEqual([...mutationsOf('posts'), ...mutationsOf('comments')].sort())
  // As soon as the services have heard of it.
  await eventually(async () => {
    expect(await run(ask, 'publishPost', { id: own })).toBe('USER_NOT_FOUND')
    expect(await run(ask, 'editComment', { id: said, body: 'b' })).toBe('USER_NOT_FOUND')
  })
  for (const [mutation, input] of Object.entries(inputs))
    expect([mutation, await run(ask, mutation, input)]).toEqual([mutation, 'USER_NOT_FOUND'])

  expect(await run(other.ask, 'favoritePost', { id: own })).toBe('done')
  expect(await run(other.ask, 'deletePost', { id: own })).toBe('FORBIDDEN')
  expect(await run(moderator, 'deleteComment', { id: said })).toBe('done')
  expect(await run(moderator, 'deletePost', { id: own })).toBe('done')
}, 60_000)
