import { describe, expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'
import { fromPhc } from './phc.ts'

const cheap = { memory: 64, passes: 1, parallelism: 1 }
const passwords = createPasswords(cheap)

describe('a password', () => {
  test('matches its own hash and no other', async () => {
    const hash = await passwords.hash('ink that dries')
    expect(await passwords.verify('ink that dries', hash)).toBe(true)
    expect(await passwords.verify('ink that drips', hash)).toBe(false)
    expect(await passwords.verify('ink that dries', undefined)).toBe(false)
  })

  test('never has the same hash twice', async () =>
    expect(await passwords.hash('same')).not.toBe(await passwords.hash('same')))

  test('is hashed with the parameters of OWASP by default, and the hash contains them', async () => {
    expect(await createPasswords().hash('ink')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  })

  // A test vector of the reference implementation (phc-winner-argon2, test.c): argon2id, v=19.
  test("matches another implementation's hash", async () => {
    const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
    expect(await passwords.verify('password', hash)).toBe(true)
  })
})

test('a hash with other parameters is outdated', async () => {
  const hash = await passwords.hash('ink')
  expect(passwords.outdated(hash)).toBe(false)
  for (const more of [{ memory: 128 }, { passes: 2 }, { memory: 128, parallelism: 2 }])
    expect(createPasswords({ ...cheap, ...more }).outdated(hash)).toBe(true)
})

test('an invalid hash throws an error that does not quote it', () =>
  expect(() => fromPhc('$2b$10$secret')).toThrow(/^a stored password hash is no argon2id PHC string$/))

test('passwords beyond the queue limit are refused, and the others are hashed', async () => {
  const few = createPasswords(cheap, { atOnce: 1, waiting: 2 })
  const settled = await Promise.allSettled(['a', 'b', 'c', 'd'].map((password) => few.hash(password)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
})
