import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { eventually } from './eventually.ts'
import { expectTablesToEqualFold } from './fold-equals-tables.ts'
import { runOps } from './ops-command.ts'
import { clientWith, type Person, signIn, signUp } from './sign-up.ts'
import { type Stack, startStack } from './stack.ts'

const CALLERS = 20
const COMMANDS_EACH = 50

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

/** What there is to act on, whoever made it. */
const posts: string[] = []
const comments: { id: string; postId: string }[] = []
/** How often each code was answered; `done` is none. */
const answers = new Map<string, number>()

/** Rejections that callers who get in each other's way may meet. */
const expected = new Set([
  'POST_NOT_FOUND',
  'COMMENT_NOT_FOUND',
  'PARENT_NOT_FOUND',
  'THREAD_TOO_DEEP',
  'USER_NOT_FOUND',
  'FORBIDDEN',
  'POST_TITLE_TAKEN',
  'USERNAME_TAKEN',
  'VERSION_CONFLICT',
])

const chance = (probability: number) => Math.random() < probability
const one = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)]

const nodes: Record<string, string> = {
  createPost: 'node: post { id }',
  createComment: 'node: comment { id }',
}

async function send(person: Person, mutation: string, given: object): Promise<string | undefined> {
  const input = { ...given, idempotencyKey: randomUUID() }
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const once = async () => {
    const { data, errors } = await person.ask(
      `mutation($input: ${type}) { it: ${mutation}(input: $input) { ${nodes[mutation] ?? ''} errors { code } } }`,
      { input },
    )
    if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
    const code = data.it.errors[0]?.code ?? 'done'
    if (code !== 'done' && !expected.has(code)) throw new Error(`${mutation} was rejected: ${code}`)
    return { code, id: data.it.node?.id as string | undefined }
  }
  // A client that is impatient sends twice at once; one that lost the reply sends again.
  const replies = await Promise.all(chance(0.2) ? [once(), once()] : [once()])
  if (chance(0.1)) replies.push(await once())
  const accepted = replies.filter(({ code }) => code === 'done')
  expect(new Set(accepted.map(({ id }) => id)).size, `${mutation} had one effect`).toBeLessThanOrEqual(1)
  for (const { code } of replies.slice(0, 1)) answers.set(code, (answers.get(code) ?? 0) + 1)
  return accepted[0]?.id
}

/** One command, chosen by chance among all that change something. */
async function command(person: Person, people: readonly Person[], n: number): Promise<void> {
  // Titles are few, so that they are freed and taken again.
  const title = `Title ${Math.floor(Math.random() * 8)}`
  const id = one(posts)
  const comment = one(comments)
  const other = one(people)?.id
  switch (Math.floor(Math.random() * 14)) {
    case 0:
    case 1: {
      const tags = ['Ink', 'paper', 'ÄRGER', '墨'].filter(() => chance(0.4))
      const status = chance(0.3) ? 'DRAFT' : 'PUBLISHED'
      const made = await send(person, 'createPost', { title, body: `b${n}`, tags, status })
      if (made) posts.push(made)
      return
    }
    case 2:
      if (id) await send(person, 'updatePost', { id, ...(chance(0.5) ? { title } : { body: `b${n}`, tags: ['ink'] }) })
      return
    case 3:
      if (id) await send(person, 'publishPost', { id })
      return
    case 4:
      if (id && chance(0.5)) await send(person, 'deletePost', { id })
      return
    case 5:
    case 6: {
      const parent = chance(0.6) ? comment : undefined
      const postId = parent?.postId ?? id
      if (!postId) return
      const made = await send(person, 'createComment', {
        postId,
        body: `c${n}`,
        ...(parent && { parentId: parent.id }),
      })
      if (made) comments.push({ id: made, postId })
      return
    }
    case 7:
      if (comment) await send(person, 'editComment', { id: comment.id, body: `c${n} edited` })
      return
    case 8:
      if (comment) await send(person, 'deleteComment', { id: comment.id })
      return
    case 9:
      if (comment) await send(person, 'hideComment', { id: comment.id, reason: 'r' })
      return
    case 10:
      if (other && other !== person.id)
        await send(person, chance(0.6) ? 'followUser' : 'unfollowUser', { userId: other })
      return
    case 11:
    case 12:
      if (id) await send(person, chance(0.6) ? 'favoritePost' : 'unfavoritePost', { id })
      return
    default:
      // Names are few, too.
      await send(
        person,
        'updateProfile',
        chance(0.5) ? { username: `name_${Math.floor(Math.random() * 12)}` } : { bio: `b${n}` },
      )
  }
}

test('a thousand mixed commands of twenty callers leave the tables that the log folds to, and nothing parked', async () => {
  const people = await Promise.all(Array.from({ length: CALLERS }, () => signUp(stack.gatewayUrl)))
  // Every fifth is a moderator.
  const callers = await Promise.all(
    people.map(async (person, n) => {
      if (n % 5 !== 0) return person
      expect(await runOps(stack, 'grant', 'moderator', person.username)).toMatchObject({ code: 0 })
      return { ...person, ask: clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, person)).accessToken) }
    }),
  )
  await Promise.all(
    callers.map(async (person) => {
      for (let n = 0; n < COMMANDS_EACH; n++) {
        await command(person, callers, n)
        if (chance(0.1)) await delay(5)
      }
    }),
  )
  // Some go.
  for (const { ask, password } of callers.slice(0, 3)) {
    const { data } = await ask(
      'mutation($input: DeleteAccountInput!) { deleteAccount(input: $input) { errors { code } } }',
      {
        input: { password },
      },
    )
    expect(data.deleteAccount.errors).toEqual([])
  }

  expect([...answers.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThan(700)
  expect(answers.get('done')).toBeGreaterThan(400)
  await eventually(() => expectTablesToEqualFold(stack), 30_000)
  expect((await runOps(stack, 'dead-letters', 'list', '--all')).out).toBe('There are none.\n')
}, 120_000)
