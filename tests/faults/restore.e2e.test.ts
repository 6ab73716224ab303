import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type Supervised, supervise } from '#infra/supervisor/supervisor.ts'
import { rolesOf } from '#infra/topology.ts'
import { type ServiceName, serviceNames } from '#subgraphs/services.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { opsEnvironment, runOps } from '../support/ops-command.ts'
import { type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Follows docs/guides/backup.md: "A write database was restored". */

let stack: Stack
let ask: ReturnType<typeof graphqlClient>
let server: pg.Client
/** Roles that were stopped and started again. */
const restarted = new Map<string, Supervised>()

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = graphqlClient(stack.gatewayUrl)
  server = new pg.Client({ connectionString: inject('postgresUrl') })
  await server.connect()
})
afterAll(async () => {
  await Promise.all([...restarted.values()].map((role) => role.stop()))
  await stack?.stop()
  await server?.end()
})

const role = (name: string) => restarted.get(name) ?? stack.role(name)
const databaseOf = (service: ServiceName) => new URL(stack.databaseUrl(`${service}.write`)).pathname.slice(1)

const stop = (names: readonly string[]) => Promise.all(names.map((name) => role(name).stop()))
const start = (names: readonly string[]) => {
  for (const name of names) restarted.set(name, supervise(role(name).spec, { logsDir: stack.logsDir }))
}
const allRoles = serviceNames.flatMap(rolesOf)

/** Copies a database while its roles are stopped: the embedded PostgreSQL has no pg_dump. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await server.query(`DROP DATABASE IF EXISTS "${to}" WITH (FORCE)`)
  await server.query(`CREATE DATABASE "${to}" TEMPLATE "${from}"`)
}

const health = async (name: string) => {
  const response = await fetch(`http://127.0.0.1:${role(name).spec.port}/health/ready`)
  return { ready: response.ok, body: await response.text() }
}
const settled = (service: ServiceName) =>
  vi.waitFor(
    async () => {
      expect((await health(`${service}-relay`)).body).toContain('"pending":0')
      for (const name of rolesOf(service)) expect((await health(name)).ready).toBe(true)
    },
    { timeout: 30_000, interval: 20 },
  )

const mutations = {
  createPost: 'mutation($input: CreatePostInput!) { it: createPost(input: $input) { post { id } errors { code } } }',
  updatePost: 'mutation($input: UpdatePostInput!) { it: updatePost(input: $input) { post { id } errors { code } } }',
  deletePost: 'mutation($input: DeletePostInput!) { it: deletePost(input: $input) { deletedPostId errors { code } } }',
  createComment:
    'mutation($input: CreateCommentInput!) { it: createComment(input: $input) { comment { id } errors { code } } }',
  editComment:
    'mutation($input: EditCommentInput!) { it: editComment(input: $input) { comment { id } errors { code } } }',
  deleteAccount: 'mutation($input: DeleteAccountInput!) { it: deleteAccount(input: $input) { errors { code } } }',
  updateProfile: 'mutation($input: UpdateProfileInput!) { it: updateProfile(input: $input) { errors { code } } }',
  followUser: 'mutation($input: FollowUserInput!) { it: followUser(input: $input) { errors { code } } }',
}
async function run(person: Person, mutation: keyof typeof mutations, input: object) {
  const { data, errors, extensions } = await person.ask(mutations[mutation], { input })
  expect({ errors, rejected: data?.it?.errors }).toEqual({ errors: undefined, rejected: [] })
  token = (extensions?.consistency as { readonly token: string } | undefined)?.token ?? ''
  return data.it
}
/** The token of the last accepted mutation. */
let token = ''
const createPost = async (author: Person, title: string): Promise<string> =>
  (await run(author, 'createPost', { title, body: 'As it was.' })).post.id
const postOf = async (id: string) => (await ask('query($id: ID!) { post(id: $id) { title body } }', { id })).data.post
const withToken = async (id: string, given: string) => {
  const post = 'query($id: ID!) { post(id: $id) { body comments { nodes { body } } } }'
  return await ask(post, { id }, { 'consistency-token': given })
}
const codeOf = async (person: Person, mutation: keyof typeof mutations, input: object) =>
  (await person.ask(mutations[mutation], { input })).errors?.[0]?.extensions?.code

describe('write databases restored from a backup', () => {
  let [author, leaver, latecomer] = [] as unknown as [Person, Person, Person]
  let [edited, removed, made, comment] = ['', '', '', '']
  let tokenOfLost = ''

  beforeAll(async () => {
    author = await signUp(stack.gatewayUrl)
    leaver = await signUp(stack.gatewayUrl)
    await run(author, 'followUser', { userId: leaver.id })
    edited = await createPost(author, 'To be edited')
    removed = await createPost(author, 'To be removed')
    for (const service of serviceNames) await settled(service)
    comment = (await run(author, 'createComment', { postId: edited, body: 'First.' })).comment.id
    for (const service of serviceNames) await settled(service)

    await stop(allRoles)
    for (const service of serviceNames) await copyDatabase(databaseOf(service), `${databaseOf(service)}_backup`)
    start(allRoles)
    for (const service of serviceNames) await settled(service)

    await run(leaver, 'deleteAccount', { password: leaver.password })
    latecomer = await signUp(stack.gatewayUrl, { username: leaver.username })
    await run(author, 'updatePost', { id: edited, body: 'Edited.' })
    tokenOfLost = token
    await run(author, 'deletePost', { id: removed })
    made = await createPost(author, 'Made after the backup')
    await run(author, 'editComment', { id: comment, body: 'Second.' })
    for (const service of serviceNames) await settled(service)
    await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 60_000, interval: 20 })

    await stop(allRoles)
    for (const service of serviceNames) await copyDatabase(`${databaseOf(service)}_backup`, databaseOf(service))
    start(allRoles)
  }, 240_000)

  test('are detected within 5 s: nothing is sent, and commands are refused with the reason', async () => {
    for (const service of serviceNames) {
      await vi.waitFor(async () => expect((await fetch(healthUrl(`${service}-relay`))).status).toBeGreaterThan(0), {
        timeout: 30_000,
        interval: 20,
      })
      const { ready, body } = await vi.waitFor(
        async () => {
          const found = await health(`${service}-relay`)
          expect(found.body).toContain(`npm run ops -- restored ${service}`)
          return found
        },
        { timeout: 5_000, interval: 20 },
      )
      expect({ ready, body }).toMatchObject({
        ready: false,
        body: expect.stringMatching(/ahead of the write database by \d+ records/),
      })
      await vi.waitFor(async () => expect((await health(`${service}-api`)).ready).toBe(true), {
        timeout: 30_000,
        interval: 20,
      })
    }
    expect(await codeOf(author, 'createPost', { title: 'Meanwhile', body: 'b' })).toBe('WRITE_DATABASE_BEHIND')
    expect(await codeOf(author, 'updateProfile', { bio: 'Meanwhile.' })).toBe('WRITE_DATABASE_BEHIND')
    // Queries still answer from the read tables.
    expect(await postOf(made)).toEqual({ title: 'Made after the backup', body: 'As it was.' })
  }, 120_000)

  test('stay unchanged with --dry-run, which reports what would be done', async () => {
    const { code, out } = await runOps(stack, 'restored', 'posts', '--dry-run')
    expect(out).toContain('States that are newer in the log, to be written here: 3.')
    expect(out).toContain('Nothing was changed.')
    expect(code).toBe(0)
    expect((await health('posts-relay')).ready).toBe(false)
  }, 60_000)

  test('are rolled forward, even after a run that was killed halfway', async () => {
    // Waiting for a locked row, the run is in the middle of its work.
    const row = new pg.Client({ connectionString: stack.databaseUrl('users.write') })
    await row.connect()
    await row.query('BEGIN')
    const { rows: holder } = await row.query(
      'SELECT pg_backend_pid() AS pid FROM "write".users WHERE id = $1 FOR UPDATE',
      [leaver.id],
    )
    const killed = spawn(process.execPath, ['ops/main.ts', 'restored', 'users'], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: opsEnvironment(stack),
      stdio: 'ignore',
    })
    await vi.waitFor(
      async () => {
        const { rows } = await server.query('SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [
          holder[0].pid,
        ])
        expect(rows).toHaveLength(1)
      },
      { timeout: 30_000, interval: 20 },
    )
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    await row.query('ROLLBACK')
    await row.end()
    expect((await health('users-relay')).ready).toBe(false)

    const users = await runOps(stack, 'restored', 'users')
    expect(users).toMatchObject({ code: 0 })
    expect(users.out).toContain('States that are newer in the log, written here:')
    expect(users.out).toContain(`their accounts were opened after the backup: 1. ${latecomer.username}.`)
    for (const command of ['open-account', 'end-sessions', 'rotate-keys', 'grant'])
      expect(users.out).toContain(`npm run ops -- ${command}`)
    const posts = await runOps(stack, 'restored', 'posts')
    expect(posts).toMatchObject({ code: 0 })
    expect(posts.out).toContain('States that are newer in the log, written here: 3.')
    const comments = await runOps(stack, 'restored', 'comments')
    expect(comments).toMatchObject({ code: 0 })
    expect(comments.out).toContain('States that are newer in the log, written here: 1.')
    for (const service of serviceNames) await settled(service)
    await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 60_000, interval: 20 })
  }, 180_000)

  test('contain all acknowledged changes: deletions, the edit and the new post', async () => {
    expect(await postOf(edited)).toEqual({ title: 'To be edited', body: 'Edited.' })
    expect(await postOf(removed)).toBeNull()
    await expect(signIn(stack.gatewayUrl, leaver)).rejects.toThrow('INVALID_CREDENTIALS')
    const { data } = await ask('query($username: String!) { userByUsername(username: $username) { id } }', {
      username: leaver.username,
    })
    expect(data.userByUsername).toEqual({ id: latecomer.id })

    expect(await withToken(edited, tokenOfLost)).toMatchObject({
      data: { post: { body: 'Edited.' } },
      extensions: { consistency: { fresh: true } },
    })

    // A user whose account was opened after the backup gets a new account.
    const { code, out } = await runOps(stack, 'open-account', latecomer.username, latecomer.email)
    expect(code).toBe(0)
    const password = /the password (\S+),/.exec(out)?.[1] ?? ''
    await signIn(stack.gatewayUrl, { email: latecomer.email, password })
  }, 60_000)

  test('accept commands on all of it, and the changes are projected', async () => {
    const session = await signIn(stack.gatewayUrl, author)
    expect(session.accessToken).not.toBe('')
    await run(author, 'updatePost', { id: edited, body: 'Edited again.' })
    const tokenOfPost = token
    await run(author, 'updatePost', { id: made, title: 'Made, and edited' })
    const after = await createPost(author, 'After all')
    await run(author, 'editComment', { id: comment, body: 'Third.' })
    expect(await withToken(edited, `${tokenOfLost}, ${tokenOfPost}, ${token}`)).toMatchObject({
      data: { post: { body: 'Edited again.', comments: { nodes: [{ body: 'Third.' }] } } },
      extensions: { consistency: { fresh: true } },
    })
    // The comments service has read the posts again.
    await run(author, 'createComment', { postId: made, body: 'To the new post.' })
    const refused = await author.ask(mutations.createComment, {
      input: { postId: removed, body: 'To a removed post.' },
    })
    expect(refused.data.it.errors).toEqual([{ code: 'POST_NOT_FOUND' }])
    await vi.waitFor(
      async () => {
        expect(await postOf(edited)).toMatchObject({ body: 'Edited again.' })
        expect(await postOf(made)).toMatchObject({ title: 'Made, and edited' })
        expect(await postOf(after)).toMatchObject({ title: 'After all' })
      },
      { timeout: 10_000, interval: 20 },
    )
  }, 60_000)

  test('are not changed by a second run', async () => {
    for (const service of serviceNames) {
      const { code, out } = await runOps(stack, 'restored', service)
      expect(out).toContain(`${service} is as new as the log.`)
      expect(code).toBe(0)
      await settled(service)
    }
    await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 60_000, interval: 20 })
  }, 120_000)
})

const healthUrl = (name: string) => `http://127.0.0.1:${role(name).spec.port}/health/live`
