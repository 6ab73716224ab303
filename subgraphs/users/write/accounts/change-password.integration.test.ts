import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accepted, callOf, createRig, nobody, type Rig, rejectedWith, somebody } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { changePassword } from './change-password.ts'
import { endAccount } from './end-account.ts'
import { refreshSession } from './refresh-session.ts'
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
  const { user, session } = await accepted(signUp(accounts, input, nobody))
  if (!session) throw new Error('no session')
  return { ...input, id: user.id, session, call: callOf(session) }
}

const sessions = (userId: string) => rig.database.session.count({ where: { userId } })
const ended = rejectedWith('INVALID_SESSION', 'refreshToken')

describe('changing the password', () => {
  const newPassword = 'a better password'

  test('ends every session and opens one for the caller', async () => {
    const { id, session, call, email, password } = await member()
    await accepted(signIn(accounts, { email, password }, nobody))
    const changed = await accepted(changePassword(accounts, { currentPassword: password, newPassword }, call))
    expect(await sessions(id)).toBe(1)
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    await accepted(refreshSession(accounts, changed.session.refreshToken))
    expect(await signIn(accounts, { email, password }, nobody)).toMatchObject(rejectedWith('INVALID_CREDENTIALS'))
    await accepted(signIn(accounts, { email, password: newPassword }, nobody))
  })

  test('is refused with a wrong password, and throttled by session and network', async () => {
    const { id, call, password } = await member()
    const strict = rig.open({ limits: { passwordsPerAccount: { times: 2, seconds: 60 } } })
    const change = (currentPassword: string) => changePassword(strict, { currentPassword, newPassword }, call)
    const wrong = rejectedWith('INVALID_CREDENTIALS', 'currentPassword')
    expect(await change('wrong password')).toEqual({
      status: 'rejected',
      errors: [{ code: 'INVALID_CREDENTIALS', message: 'The password is wrong.', path: ['currentPassword'] }],
    })
    await accepted(change(password))
    expect(await change('wrong password')).toMatchObject(wrong)
    expect(await change('wrong password')).toMatchObject(wrong)
    expect(await change(newPassword)).toMatchObject(rejectedWith('TOO_MANY_ATTEMPTS'))
    expect(await sessions(id)).toBe(1)
  })

  test('is throttled by session when the attempts come from many networks', async () => {
    const { call, email, password } = await member()
    const strict = rig.open({ limits: { passwordsPerSession: { times: 2, seconds: 60 } } })
    const change = (currentPassword: string, as: typeof call) =>
      changePassword(strict, { currentPassword, newPassword }, as)
    for (const address of ['198.51.100.1', '198.51.100.2'])
      expect(await change('wrong password', { ...call, address })).toMatchObject(
        rejectedWith('INVALID_CREDENTIALS', 'currentPassword'),
      )
    expect(await change(password, { ...call, address: '198.51.100.3' })).toMatchObject(
      rejectedWith('TOO_MANY_ATTEMPTS'),
    )
    const { session } = await accepted(signIn(accounts, { email, password }, nobody))
    await accepted(change(password, callOf(session)))
  })

  test('succeeds for one of two concurrent requests', async () => {
    const { call, password } = await member()
    const change = (newPassword: string) => changePassword(accounts, { currentPassword: password, newPassword }, call)
    const outcomes = await Promise.all([change('one of two'), change('two of two')])
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    expect(outcomes).toContainEqual(
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'INVALID_CREDENTIALS' })] }),
    )
  })

  test('is refused when nobody is signed in, and for an invalid password', async () => {
    const { call, password } = await member()
    const input = { currentPassword: password, newPassword }
    expect(await changePassword(accounts, input, nobody)).toMatchObject(rejectedWith('UNAUTHENTICATED'))
    expect(await changePassword(accounts, { ...input, newPassword: 'short' }, call)).toMatchObject(
      rejectedWith('INVALID_INPUT', 'newPassword'),
    )
  })
})

describe('deleting the account', () => {
  test('deletes the account, its sessions and the name, and frees the address', async () => {
    const { id, session, call, email, password, username } = await member()
    const { state } = await accepted(endAccount(accounts, { password }, call))
    expect(state).toMatchObject({ id, version: 2, deleted: true, fullName: '' })
    expect(await rig.database.account.count({ where: { userId: id } })).toBe(0)
    expect(await sessions(id)).toBe(0)
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await signIn(accounts, { email, password }, nobody)).toMatchObject(rejectedWith('INVALID_CREDENTIALS'))
    const events = await rig.database.outbox.findMany({ where: { key: id }, orderBy: { id: 'asc' } })
    expect(events.map(({ type }) => type)).toEqual(['inkstream.user.created.v1', 'inkstream.user.deleted.v1'])
    await accepted(signUp(accounts, { ...somebody(), email, username }, nobody))
  })

  test('is refused with a wrong password, and throttled by account', async () => {
    const { call, password } = await member()
    const strict = rig.open({ limits: { passwordsPerAccount: { times: 1, seconds: 60 } } })
    expect(await endAccount(strict, { password: 'wrong password' }, call)).toEqual({
      status: 'rejected',
      errors: [{ code: 'INVALID_CREDENTIALS', message: 'The password is wrong.', path: ['password'] }],
    })
    expect(await endAccount(strict, { password }, call)).toMatchObject(rejectedWith('TOO_MANY_ATTEMPTS'))
  })

  test('is refused when nobody is signed in, and the second time', async () => {
    const { call, password } = await member()
    expect(await endAccount(accounts, { password }, nobody)).toMatchObject(rejectedWith('UNAUTHENTICATED'))
    await accepted(endAccount(accounts, { password }, call))
    expect(await endAccount(accounts, { password }, call)).toMatchObject(rejectedWith('UNAUTHENTICATED'))
  })
})
