import { parse } from 'graphql'
import { expect, test } from 'vitest'
import type { Call } from '#toolkit/trust/caller.ts'
import { type Count, rateLimited } from './rate-limits.ts'

const limits = new Map([
  ['*', 3],
  ['searchPosts', 1],
])
const user = (userId: string, address: string): Call => ({
  caller: { userId, roles: [], sessionId: null },
  address,
  trace: null,
})
const anonymous = (address: string): Call => ({ caller: null, address, trace: null })

/** Counts in a window that never ends. */
function createCount(): Count {
  const counted = new Map<string, number>()
  return async (key, times) => {
    const sum = (counted.get(key) ?? 0) + times
    counted.set(key, sum)
    return { times: sum, endsInMs: 1_500 }
  }
}

function createCaller(count: Count) {
  return async (call: Call, source: string) => {
    const document = parse(source)
    const [operation] = document.definitions
    if (operation?.kind !== 'OperationDefinition') throw new Error('no operation')
    return (await rateLimited(document, operation, { call, limits, count }))?.field
  }
}

test('a root field is refused beyond its own limit, or that of all others', async () => {
  const ask = createCaller(createCount())
  const alice = user('a', '192.0.2.1')
  expect(await ask(alice, '{ searchPosts { id } }')).toBeUndefined()
  expect(await ask(alice, '{ searchPosts { id } }')).toBe('searchPosts')
  for (let n = 0; n < 3; n++) expect(await ask(alice, '{ posts { id } }')).toBeUndefined()
  expect(await ask(alice, '{ posts { id } }')).toBe('posts')
})

test('each alias counts, in fragments too', async () => {
  const ask = createCaller(createCount())
  const source = '{ a: posts { id } ...F } fragment F on Query { b: posts { id }  c: posts { id }  d: posts { id } }'
  expect(await ask(user('a', '192.0.2.1'), source)).toBe('posts')
})

test('users are counted by themselves, others of one network together', async () => {
  const ask = createCaller(createCount())
  const search = '{ searchPosts { id } }'
  expect(await ask(user('a', '192.0.2.1'), search)).toBeUndefined()
  expect(await ask(user('b', '192.0.2.1'), search)).toBeUndefined()
  expect(await ask(anonymous('192.0.2.1'), search)).toBeUndefined()
  expect(await ask(user('a', '198.51.100.1'), search)).toBe('searchPosts')
  expect(await ask(anonymous('192.0.2.1'), search)).toBe('searchPosts')
  expect(await ask(anonymous('2001:db8::1'), search)).toBeUndefined()
  expect(await ask(anonymous('2001:db8::2'), search)).toBe('searchPosts')
})

test('the refusal says when to try again', async () => {
  const document = parse('{ searchPosts { id }  again: searchPosts { id } }')
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('no operation')
  const count = createCount()
  expect(await rateLimited(document, operation, { call: anonymous('192.0.2.1'), limits, count })).toEqual({
    field: 'searchPosts',
    refusal: {
      code: 'TOO_MANY_REQUESTS',
      message: 'searchPosts was asked more than 1 times in a minute: try again in 2 s.',
      extensions: { field: 'searchPosts', retryAfterS: 2 },
      headers: { 'retry-after': '2' },
    },
  })
})
