import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetUsedTokens } from '../forget-expired.ts'
import { accepted, createRig, member, type Rig, rejectedWith } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { refreshSession } from './refresh-session.ts'
import { createRefreshTokens, hashOf } from './refresh-tokens.ts'

let rig: Rig
let accounts: Accounts

beforeAll(async () => {
  rig = await createRig()
  accounts = rig.open()
})
afterAll(() => rig?.close())

const sessions = (userId: string) => rig.database.session.count({ where: { userId } })
const ended = rejectedWith('INVALID_SESSION', 'refreshToken')

describe('refreshing a session', () => {
  describe('with a token that was not issued here ends nothing:', () => {
    const stays = async (alter: (token: string, sessionId: string) => string) => {
      const { id, session, call } = await member(accounts)
      const altered = alter(session.refreshToken, call.caller.sessionId)
      expect(altered).not.toBe(session.refreshToken)
      expect(await refreshSession(accounts, altered)).toMatchObject(ended)
      expect(await sessions(id)).toBe(1)
      await accepted(refreshSession(accounts, session.refreshToken))
    }
    const bytesOf = (token: string) => Buffer.from(token, 'base64url')

    test("a token that somebody forged for another's session", () =>
      stays((token, sessionId) => {
        const made = createRefreshTokens('another secret').make(sessionId).token
        expect(made).toHaveLength(token.length)
        return made
      }))
    test.each([0, 20, 60])('a token with byte %i altered', (at) =>
      stays((token) => {
        const bytes = bytesOf(token)
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
        return bytes.toString('base64url')
      }),
    )
    test.each([
      ['a space', (token: string) => `${token} `],
      ['padding', (token: string) => `${token}=`],
      ['a line break in the middle', (token: string) => `${token.slice(0, 9)}\n${token.slice(9)}`],
      ['the other alphabet', (token: string) => `+${token.slice(1)}`],
      ['more', (token: string) => `${token}AAAA`],
      ['less', (token: string) => token.slice(0, -4)],
    ])('a token with %s', (_, alter) => stays(alter))
  })

  test('works after SIGNING_KEY_SECRET changes; a token used before the change is only refused', async () => {
    const { id, session } = await member(accounts)
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    const changed = rig.open({ secret: 'another secret' })
    expect(await refreshSession(changed, session.refreshToken)).toMatchObject(ended)
    await accepted(refreshSession(changed, first.session.refreshToken))
    expect(await sessions(id)).toBe(1)
  })

  describe('with tokens of the release that stored used tokens:', () => {
    /** Makes a token of that release: 32 random bytes. */
    const older = async (sessionId: string, usedAt: Date | null) => {
      const token = randomBytes(32).toString('base64url')
      await rig.database.refreshToken.create({ data: { hash: hashOf(token), sessionId, usedAt } })
      return token
    }
    const upgraded = async () => {
      const { id, call } = await member(accounts)
      const { sessionId } = call.caller
      await rig.database.refreshToken.deleteMany({ where: { sessionId } })
      return { id, sessionId, used: await older(sessionId, new Date()), current: await older(sessionId, null) }
    }

    test('the session continues, with tokens of this release', async () => {
      const { id, current } = await upgraded()
      const { session } = await accepted(refreshSession(accounts, current))
      await accepted(refreshSession(accounts, session.refreshToken))
      expect(await sessions(id)).toBe(1)
    })

    test('a used token ends the session; after it is deleted, it is only refused', async () => {
      const [one, other] = [await upgraded(), await upgraded()]
      expect(await refreshSession(accounts, one.used)).toMatchObject(ended)
      expect(await sessions(one.id)).toBe(0)
      await forgetUsedTokens(rig.pool, 'write')
      expect(await refreshSession(accounts, other.used)).toMatchObject(ended)
      await accepted(refreshSession(accounts, other.current))
      expect(await rig.database.refreshToken.count({ where: { sessionId: other.sessionId } })).toBe(1)
    })
  })
})
