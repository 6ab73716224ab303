import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { databases } from '#infra/databases.ts'
import { cookieHeader, setCookiesOf } from '../../gateway/sessions/users.fixture.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { readTopic } from '../support/read-topic.ts'
import { clientWith, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack(
    { postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') },
    { envOf: () => ({ LOG_LEVEL: 'trace' }) },
  )
})
afterAll(() => stack?.stop())

/** The rows of all tables of a schema, as one text. */
async function textOfTables(url: string, schema: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
      [schema],
    )
    expect(tables.length).toBeGreaterThan(2)
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(
        `SELECT row_to_json(t)::text AS text FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)} AS t`,
      )
      texts.push(...rows.map(({ text }) => text))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}

test('e-mail addresses, passwords and tokens are in no topic, log line or table, except those of users', async () => {
  const mark = randomUUID().slice(0, 8)
  const secrets = { email: `Private.${mark}@Example.org`, password: `first secret ${mark}` }
  const changed = `second secret ${mark}`
  const ask = graphqlClient(stack.gatewayUrl)
  const person = await signUp(stack.gatewayUrl, secrets)

  // Use every operation that carries secrets, also with invalid input.
  const run = async (query: string, variables: object = {}, by = ask) => (await by(query, variables)).data
  const signIn =
    'mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } errors { code } } }'
  const refresh =
    'mutation($token: String!) { refreshSession(refreshToken: $token) { session { accessToken refreshToken } errors { code } } }'
  const create = 'mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code } } }'
  const { signIn: signedIn } = await run(signIn, { input: secrets })
  await run(signIn, { input: { ...secrets, password: `wrong ${mark}` } })
  await run(create, { input: { ...secrets, username: `v_${mark}`, fullName: 'Twice', idempotencyKey: randomUUID() } })
  await run(create, { input: { ...secrets, username: 'x', fullName: 'Invalid' } })
  const { refreshSession } = await run(refresh, { token: signedIn.session.refreshToken })
  await run(refresh, { token: signedIn.session.refreshToken })
  const page = pageOf(stack.gatewayUrl)
  const cookies = [
    ...(await page('POST', '/session', secrets)),
    ...(await page('POST', '/session/refresh')),
    ...(await page('POST', '/session', { refreshToken: refreshSession.session.refreshToken })),
    ...(await page('POST', '/session', { ...secrets, more: 1 })),
    ...(await page('POST', '/graphql', { query: '{ nonsense }' })),
    ...(await page('DELETE', '/session')),
  ]
  await run(
    'mutation($input: ChangePasswordInput!) { changePassword(input: $input) { errors { code } } }',
    { input: { currentPassword: secrets.password, newPassword: changed } },
    person.ask,
  )
  await run(
    'mutation { createPost(input: { title: "On ink", body: "b" }) { errors { code } } }',
    {},
    clientWith(stack.gatewayUrl, refreshSession.session.accessToken),
  )
  await ask('query($x: Nonsense!) { viewer { id } }', { input: secrets })
  const tokens = [person.session, signedIn.session, refreshSession.session].flatMap(({ accessToken, refreshToken }) => [
    accessToken,
    refreshToken,
  ])
  // Access and refresh token of each of the three.
  expect(cookies).toHaveLength(6)
  tokens.push(...cookies)
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 10_000, interval: 20 })

  const places: Record<string, string> = {}
  for (const { service, side, schema } of databases)
    if (`${service}.${side}` !== 'users.write')
      places[`${service} ${side}`] = await textOfTables(stack.databaseUrl(`${service}.${side}`), schema)
  for (const topic of Object.values(topics))
    places[topic.name] = (await readTopic(stack.kafkaBrokers, stack.prefix + topic.name))
      .map(({ value }) => Buffer.from(value).toString('latin1'))
      .join('\n')
  for (const file of readdirSync(stack.logsDir)) places[file] = readFileSync(join(stack.logsDir, file), 'utf8')

  expect(Object.keys(places)).toEqual(
    expect.arrayContaining(['users read', 'blog.users.v1', 'users-api.log', 'gateway.log']),
  )
  expect(places['users read']).toContain(person.username)
  expect(places['blog.users.v1']).toContain(person.username)
  // Check that the search works: users' own table contains the address.
  const own = await textOfTables(stack.databaseUrl('users.write'), 'write')
  expect(own).toContain(secrets.email)
  for (const [place, text] of Object.entries({
    ...places,
    'users write, but for the address': own.replaceAll(secrets.email, ''),
  })) {
    for (const secret of [secrets.password, changed, `wrong ${mark}`, ...tokens])
      expect(text.includes(secret), `${place} has a secret`).toBe(false)
    if (place in places) expect(text.toLowerCase().includes(`private.${mark}`), `${place} has an address`).toBe(false)
  }
}, 60_000)

/** A page of the gateway's origin, which keeps cookies. @returns a function that sends, and answers the tokens set */
function pageOf(gatewayUrl: string) {
  const jar = new Map<string, string>()
  return async (method: string, path: string, body?: object): Promise<readonly string[]> => {
    const reply = await fetch(new URL(path, gatewayUrl), {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: cookieHeader([...jar].map(([name, value]) => ({ name, value }))),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    await reply.text()
    const set = setCookiesOf(reply)
    for (const { name, value } of set) jar.set(name, value)
    return set.map(({ value }) => value).filter((value) => value.length > 1)
  }
}
