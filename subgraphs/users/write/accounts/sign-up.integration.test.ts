import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStore } from '../store.ts'
import { accepted, callOf, createRig, nobody, type Rig, rejectedWith, somebody } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { createPasswords } from './passwords.ts'
import { signIn } from './sign-in.ts'
import { signUp } from './sign-up.ts'

let rig: Rig
let accounts: Accounts

beforeAll(async () => {
  rig = await createRig()
  accounts = rig.open()
})
afterAll(() => rig?.close())

const counts = async () => [
  await rig.database.user.count(),
  await rig.database.account.count(),
  await rig.database.session.count(),
  await rig.database.refreshToken.count(),
  await rig.database.outbox.count(),
  await rig.database.idempotencyKey.count(),
]

describe('signing up', () => {
  test('creates user, account and session in one transaction', async () => {
    const input = somebody()
    const { user, session } = await accepted(signUp(accounts, input, nobody))
    expect(user).toMatchObject({ username: input.username, version: 1 })
    expect(callOf(session).caller).toMatchObject({ userId: user.id, roles: [] })
    expect(await rig.database.account.findUnique({ where: { userId: user.id } })).toMatchObject({
      email: input.email,
      emailKey: input.email.toLowerCase(),
      passwordHash: expect.stringMatching(/^\$argon2id\$/),
    })
    expect(await rig.database.session.findMany({ where: { userId: user.id } })).toHaveLength(1)
  })

  test('is refused when the address is taken, in any case, and writes nothing', async () => {
    const input = somebody()
    await accepted(signUp(accounts, input, nobody))
    const before = await counts()
    const again = { ...somebody(), email: ` ${input.email.toUpperCase()} `, idempotencyKey: randomUUID() }
    expect(await signUp(accounts, again, nobody)).toMatchObject(rejectedWith('EMAIL_TAKEN', 'email'))
    expect(await counts()).toEqual(before)
  })

  test('is refused when the address is taken in another form of its domain, also from an earlier release', async () => {
    const { username } = somebody()
    const forms = [`${username}@xn--mnchen-3ya.de`, `${username}@MÜNCHEN.de`, `${username}@münchen.de.`]
    for (const earlier of [undefined, ...forms.slice(0, 2).map((email) => email.toLowerCase())]) {
      const first = somebody()
      const { user } = await accepted(signUp(accounts, { ...first, email: forms[0] }, nobody))
      if (earlier) await rig.database.account.update({ where: { userId: user.id }, data: { emailKey: earlier } })
      for (const email of forms) {
        expect(await signUp(accounts, { ...somebody(), email }, nobody)).toMatchObject(
          rejectedWith(email.endsWith('.') ? 'INVALID_INPUT' : 'EMAIL_TAKEN', 'email'),
        )
        const signedIn = await accepted(signIn(accounts, { email, password: first.password }, nobody))
        expect(signedIn.user.id).toBe(user.id)
      }
      await rig.database.account.delete({ where: { userId: user.id } })
    }
  })

  test.each(['example.org.', '例え.xn--mnchen-3ya.de'])(
    'is refused when an earlier release stored the address with the domain %s as written',
    async (domain) => {
      const first = somebody()
      const { user } = await accepted(signUp(accounts, first, nobody))
      const email = `${first.username}.x@${domain}`
      await rig.database.account.update({ where: { userId: user.id }, data: { emailKey: email } })
      expect(await signUp(accounts, { ...somebody(), email }, nobody)).toMatchObject(
        rejectedWith(email.endsWith('.') ? 'INVALID_INPUT' : 'EMAIL_TAKEN', 'email'),
      )
      const signedIn = await accepted(signIn(accounts, { email, password: first.password }, nobody))
      expect(signedIn.user.id).toBe(user.id)
    },
  )

  test('is refused when the name is taken, and writes nothing', async () => {
    const input = somebody()
    await accepted(signUp(accounts, input, nobody))
    const before = await counts()
    const again = { ...somebody(), username: input.username }
    expect(await signUp(accounts, again, nobody)).toMatchObject(rejectedWith('USERNAME_TAKEN', 'username'))
    expect(await counts()).toEqual(before)
  })

  test('is refused for invalid input, also for an explicit null, before anything is hashed', async () => {
    const passwords = { ...accounts.passwords, hash: () => Promise.reject(new Error('hashed')) }
    const refused = signUp({ ...accounts, passwords }, { ...somebody(), bio: null, email: 'x' }, nobody)
    expect(await refused).toMatchObject(rejectedWith('INVALID_INPUT', 'email'))
    await accepted(signUp(accounts, { ...somebody(), bio: null }, nobody))
  })

  test('repeated returns the same user, and no session', async () => {
    const input = { ...somebody(), idempotencyKey: randomUUID() }
    const first = await accepted(signUp(accounts, input, nobody))
    const before = await counts()
    const second = await accepted(signUp(accounts, { ...input, password: 'another one' }, nobody))
    expect(second).toEqual({ status: 'accepted', user: first.user, session: null })
    expect(await counts()).toEqual(before)
  })

  test('is throttled by network', async () => {
    const strict = rig.open({ limits: { signUpsPerAddress: { times: 2, seconds: 60 } } })
    const from = (address: string) => signUp(strict, somebody(), { ...nobody, address })
    await accepted(from('2001:db8:0:1::1'))
    await accepted(from('2001:db8:0:1::2'))
    expect(await from('2001:db8:0:1::3')).toMatchObject(rejectedWith('TOO_MANY_ATTEMPTS'))
    await accepted(from('2001:db8:0:2::1'))
  })

  test('is refused when too many passwords wait', async () => {
    const busy = { ...accounts, passwords: createPasswords(undefined, { atOnce: 1, waiting: 0 }) }
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => signUp(busy, somebody(), nobody)))
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const outcome of refused) expect(outcome).toMatchObject(rejectedWith('TOO_MANY_ATTEMPTS'))
  })
})

test('no event has an address, a password, a hash or a token', async () => {
  const input = somebody()
  const { user, session } = await accepted(signUp(accounts, input, nobody))
  const { passwordHash } = await rig.database.account.findUniqueOrThrow({ where: { userId: user.id } })
  const events = await rig.database.outbox.findMany({ where: { key: user.id } })
  const written = events.map((event) => Buffer.from(event.value).toString('latin1')).join()
  expect(written).toContain(input.username)
  for (const secret of ['xample.org', input.password, passwordHash, session?.refreshToken])
    expect(written).not.toContain(secret)
})

describe('a fault', () => {
  /** The parts of an error that reach the log: pino writes message, stack and every property. */
  const logged = (error: Error) => JSON.stringify([error.message, error.stack, error, error.cause])

  test('does not reveal the address or the hash', async () => {
    const input = somebody()
    const { user } = await accepted(signUp(accounts, input, nobody))
    const { passwordHash, ...account } = await rig.database.account.findUniqueOrThrow({ where: { userId: user.id } })
    const other: Parameters<ReturnType<typeof createStore>['openAccount']>[0] = {
      userId: randomUUID(),
      email: 'other@xample.org',
      passwordHash,
    }
    const open = (account: typeof other, prepare = '') =>
      rig.database.$transaction(async (transaction) => {
        if (prepare) await transaction.$executeRawUnsafe(prepare)
        await createStore(transaction).openAccount(account)
      })
    const wrong = [
      open({ userId: user.id, email: account.email, passwordHash }),
      open({ ...other, email: account.email }),
      open({ ...other, userId: 'no uuid' }),
      open({ ...other, passwordHash: null as never }),
      open({ ...other, email: 'other@xample.org\0' }),
      open(other, `ALTER TABLE "write".accounts ADD CHECK (email = '') NOT VALID`),
      open(other, 'DROP TABLE "write".accounts'),
    ]
    for (const result of await Promise.allSettled(wrong)) {
      const text = logged(result.status === 'rejected' ? (result.reason as Error) : new Error(''))
      expect(text.length).toBeGreaterThan(100)
      for (const secret of ['xample.org', passwordHash]) expect(text.includes(secret), text).toBe(false)
    }
  })
})
