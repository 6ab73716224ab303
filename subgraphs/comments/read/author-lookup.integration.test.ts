import { create } from '@bufbuild/protobuf'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { createAuthorLookup, unknownAuthors } from './author-lookup.ts'
import { users } from './projections/users.ts'

let server: FastifyInstance | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

/** A stub of users' endpoint that replies with `answer`. */
async function usersService(
  answer: (asked: string[], reply: FastifyReply) => unknown,
): Promise<{ url: string; calls: () => number }> {
  let calls = 0
  const stub = Fastify()
  server = stub
  stub.post('/graphql', async (request, reply) => {
    calls++
    const { variables } = request.body as { variables: { representations: { id: string }[] } }
    return answer(
      variables.representations.map(({ id }) => id),
      reply,
    )
  })
  const address = await stub.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${address}/graphql`, calls: () => calls }
}

const key = { id: '1', secret: 'a secret of these tests' }
const ada = {
  id: '01a20d3f-3b63-74b4-a6c6-f956a17e3369',
  version: 3,
  username: 'ada',
  fullName: 'Ada',
  avatarUrl: null,
}
const nobody = '01a20d3f-3b63-74b4-a6c6-f956a17e3370'

test('requests all authors in one query, and leaves out those that users does not know', async () => {
  const { url, calls } = await usersService((ids) => ({
    data: { _entities: ids.map((id) => (id === ada.id ? ada : null)) },
  }))
  expect(await createAuthorLookup(url, key)([nobody, ada.id])).toEqual([ada])
  expect(calls()).toBe(1)
})

test.each([
  [null, ''],
  ['https://example.org/ada.png', 'https://example.org/ada.png'],
])('finds the row that the topic brings later, with the avatar %s as %j', async (avatarUrl, stored) => {
  const { version, ...names } = ada
  const lookUp = unknownAuthors(async () => [{ version, ...names, avatarUrl }])
  expect(await lookUp.load([ada.id], new AbortController().signal)).toEqual([
    { version, row: users.row(create(UserSchema, { ...names, avatarUrl: stored })) },
  ])
})

test.each([
  ['rubbish', { data: { _entities: [{ id: 'x' }] } }],
  ['an error', { errors: [{ message: 'no' }], data: null }],
])('fails when users answers %s', async (_, reply) => {
  const { url } = await usersService(() => reply)
  await expect(createAuthorLookup(url, key)([ada.id])).rejects.toThrow()
})

test('reports why users refuses the request', async () => {
  const stale = { code: 'UNSIGNED_REQUEST', reason: 'stale', aheadS: 40 }
  const { url } = await usersService((_, reply) =>
    reply.code(401).send({ errors: [{ message: 'no', extensions: stale }] }),
  )
  await expect(createAuthorLookup(url, key)([ada.id])).rejects.toThrow(
    'our request was refused because the clocks differ: ours is 40 s ahead',
  )
})

test('gives up after 300 ms', async () => {
  const { url } = await usersService(() => new Promise(() => undefined))
  const began = performance.now()
  await expect(createAuthorLookup(url, key)([ada.id])).rejects.toThrow()
  expect(performance.now() - began).toBeLessThan(1_500)
})

test('stops asking after five failures in a row', async () => {
  const { url, calls } = await usersService(() => ({ data: null }))
  const ask = createAuthorLookup(url, key)
  for (let n = 0; n < 8; n++) await expect(ask([ada.id])).rejects.toThrow()
  expect(calls()).toBe(5)
})

test('fails at once when nothing listens', async () => {
  await expect(createAuthorLookup('http://127.0.0.1:9/graphql', key)([ada.id])).rejects.toThrow()
})
