import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accepted, callOf, cheap, createRig, nobody, type Rig, rejectedWith, somebody } from './accounts.fixture.ts'
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

/** Signs a new user up. */
async function member() {
  const input = somebody()
  const { user } = await accepted(signUp(accounts, input, nobody))
  return { ...input, id: user.id }
}

describe('signing in', () => {
  test('opens another session, with the address in any case', async () => {
    const { id, email, password, username } = await member()
    const { user, session } = await accepted(signIn(accounts, { email: ` ${email.toUpperCase()}`, password }, nobody))
    expect(user).toMatchObject({ id, username, version: 1 })
    expect(callOf(session).caller).toMatchObject({ userId: id, roles: [] })
    expect(await rig.database.session.count({ where: { userId: id } })).toBe(2)
  })

  test('returns the same for a wrong password and for a missing account', async () => {
    const { email } = await member()
    const wrong = await signIn(accounts, { email, password: 'wrong password' }, nobody)
    const unknown = await signIn(accounts, { email: 'nobody@example.org', password: 'wrong password' }, nobody)
    expect(wrong).toMatchObject(rejectedWith('INVALID_CREDENTIALS'))
    expect(unknown).toEqual(wrong)
  })

  test('runs the same statements when there is no account', async () => {
    const input = somebody()
    await accepted(signUp(accounts, input, nobody))
    const traceOf = async (email: string) => {
      const { open, statements, close } = await rig.observe()
      try {
        await signIn(open, { email, password: 'wrong password' }, nobody)
        return statements
      } finally {
        await close()
      }
    }
    const known = await traceOf(input.email)
    expect(known.length).toBeGreaterThan(0)
    expect(await traceOf('nobody@example.org')).toEqual(known)
  })

  test('takes as long when there is no account', async () => {
    const owasp = { ...accounts, passwords: createPasswords() }
    const input = somebody()
    await accepted(signUp(owasp, input, nobody))
    const ways = {
      known: { email: input.email, password: 'wrong password' },
      unknown: { email: 'nobody@example.org', password: 'wrong password' },
    }
    const times: Record<keyof typeof ways, number[]> = { known: [], unknown: [] }
    for (let n = 0; n < 15; n++)
      for (const way of ['known', 'unknown'] as const) {
        const begun = performance.now()
        await signIn(owasp, ways[way], nobody)
        times[way].push(performance.now() - begun)
      }
    // Without hashing it would take a tenth of the time; the wide bound keeps a busy machine from failing this.
    const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)]
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2)
  })

  test('carries the roles that the account has now', async () => {
    const { id, email, password } = await member()
    await rig.database.account.update({ where: { userId: id }, data: { roles: ['moderator'] } })
    const { session } = await accepted(signIn(accounts, { email, password }, nobody))
    expect(callOf(session).caller.roles).toEqual(['moderator'])
  })

  test('rehashes a password with outdated parameters, also for several sign-ins at once', async () => {
    const { id, email, password } = await member()
    const today = rig.open({ work: { ...cheap, passes: 2 } })
    await Promise.all([1, 2, 3].map(() => accepted(signIn(today, { email, password }, nobody))))
    const { passwordHash } = await rig.database.account.findUniqueOrThrow({ where: { userId: id } })
    expect(passwordHash).toContain('m=64,t=2,p=1')
    await accepted(signIn(today, { email, password }, nobody))
  })

  test('opens nothing when the password is changed while it is verified', async () => {
    const { id, email, password } = await member()
    const passwordHash = await accounts.passwords.hash('another password')
    const slow: Accounts = {
      ...accounts,
      passwords: {
        ...accounts.passwords,
        async verify(given, hash) {
          const fits = await accounts.passwords.verify(given, hash)
          await rig.database.account.update({ where: { userId: id }, data: { passwordHash } })
          return fits
        },
      },
    }
    expect(await signIn(slow, { email, password }, nobody)).toMatchObject(rejectedWith('INVALID_CREDENTIALS'))
    expect(await rig.database.session.count({ where: { userId: id } })).toBe(1)
  })

  test.each([
    ['email', { email: 'x', password: 'a password' }],
    ['password', { email: 'a@example.org', password: 'x'.repeat(201) }],
  ])('refuses an invalid %s', async (field, input) =>
    expect(await signIn(accounts, input, nobody)).toMatchObject(rejectedWith('INVALID_INPUT', field)),
  )
})

describe('attempts', () => {
  const limits = {
    signInsPerAccount: { times: 3, seconds: 60 },
    signInsPerAddress: { times: 20, seconds: 60 },
  }
  const from = (address: string) => ({ ...nobody, address })

  test('are counted by account and network, even without an account, and by all instances together', async () => {
    const { email, password } = await member()
    for (const address of [email, 'nobody.at.all@example.org']) {
      for (let n = 0; n < 3; n++) {
        const input = { email: address, password: 'wrong password' }
        expect(await signIn(rig.open({ limits }), input, from('198.51.100.1'))).toMatchObject(
          rejectedWith('INVALID_CREDENTIALS'),
        )
      }
      // The correct password is not even verified.
      expect(await signIn(rig.open({ limits }), { email: address, password }, from('198.51.100.1'))).toMatchObject(
        rejectedWith('TOO_MANY_ATTEMPTS'),
      )
    }
  })

  test('from another network lock nobody out, unless there are very many', async () => {
    const { email, password } = await member()
    const all = { ...limits, signInsPerAccountInAll: { times: 5, seconds: 60 } }
    const guess = (n: number) => signIn(rig.open({ limits: all }), { email, password: 'wrong' }, from(`203.0.113.${n}`))
    for (const n of [1, 1, 1, 1]) await guess(n)
    await accepted(signIn(rig.open({ limits: all }), { email, password }, from('198.51.100.9')))
    for (const n of [2, 3, 4, 5, 6]) await guess(n)
    expect(await signIn(rig.open({ limits: all }), { email, password }, from('198.51.100.9'))).toMatchObject(
      rejectedWith('TOO_MANY_ATTEMPTS'),
    )
  })

  test('are reset for the account when one succeeds', async () => {
    const { email, password } = await member()
    for (let n = 0; n < 5; n++) {
      await signIn(rig.open({ limits }), { email, password: 'wrong password' }, from('198.51.100.3'))
      await accepted(signIn(rig.open({ limits }), { email, password }, from('198.51.100.3')))
    }
  })

  test('beyond the limit of a network do not count for the account', async () => {
    const { email, password } = await member()
    const strict = rig.open({ limits: { ...limits, signInsPerAddress: { times: 1, seconds: 60 } } })
    await signIn(strict, { email, password: 'wrong password' }, from('198.51.100.4'))
    for (let n = 0; n < 5; n++)
      expect(await signIn(strict, { email, password }, from('198.51.100.4'))).toMatchObject(
        rejectedWith('TOO_MANY_ATTEMPTS'),
      )
    await accepted(signIn(strict, { email, password }, from('198.51.100.5')))
  })

  test('are counted from zero when the period is over', async () => {
    const { email, password } = await member()
    const strict = rig.open({ limits: { signInsPerAccount: { times: 1, seconds: 60 } } })
    await signIn(strict, { email, password: 'wrong password' }, nobody)
    expect(await signIn(strict, { email, password }, nobody)).toMatchObject(rejectedWith('TOO_MANY_ATTEMPTS'))
    await rig.database.throttle.updateMany({ data: { expire: 1n } })
    await accepted(signIn(strict, { email, password }, nobody))
  })

  test('store no address in the table', async () => {
    await signIn(accounts, { email: 'somebody@example.org', password: 'wrong password' }, from('203.0.113.9'))
    const rows = JSON.stringify((await rig.database.throttle.findMany()).map(({ key }) => key))
    expect(rows).not.toMatch(/example|203\.0\.113/)
  })
})
