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
  describe('with what is not a token of ours ends nothing:', () => {
    const stays = async (alter: (token: string, sessionId: string) => string) => {
      const { id, session, caller } = await member(accounts)
      const altered = alter(session.refreshToken, caller.actor.sessionId)
      expect(altered).not.toBe(session.refreshToken)
      expect(await refreshSession(accounts, altered)).toMatchObject(ended)
      expect(await sessions(id)).toBe(1)
      await accepted(refreshSession(accounts, session.refreshToken))
    }
    const bytesOf = (token: string) => Buffer.from(token, 'base64url')

    test('a token that somebody made up for the session of another', () =>
      stays((token, sessionId) => {
        const made = createRefreshTokens('another secret of ours').make(sessionId).token
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

  test('goes on when SIGNING_KEY_SECRET was changed; a token that was used before the change is merely refused', async () => {
    const { id, session } = await member(accounts)
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    const changed = rig.open({ secret: 'another secret of ours' })
    expect(await refreshSession(changed, session.refreshToken)).toMatchObject(ended)
    await accepted(refreshSession(changed, first.session.refreshToken))
    expect(await sessions(id)).toBe(1)
  })

  describe('of the release that kept used tokens:', () => {
    /** Its tokens were 32 random bytes. @returns one of a session, used or not */
    const older = async (sessionId: string, usedAt: Date | null) => {
      const token = randomBytes(32).toString('base64url')
      await rig.database.refreshToken.create({ data: { hash: hashOf(token), sessionId, usedAt } })
      return token
    }
    const upgraded = async () => {
      const { id, caller } = await member(accounts)
      const { sessionId } = caller.actor
      await rig.database.refreshToken.deleteMany({ where: { sessionId } })
      return { id, sessionId, used: await older(sessionId, new Date()), current: await older(sessionId, null) }
    }

    test('the session goes on, with tokens of ours', async () => {
      const { id, current } = await upgraded()
      const { session } = await accepted(refreshSession(accounts, current))
      await accepted(refreshSession(accounts, session.refreshToken))
      expect(await sessions(id)).toBe(1)
    })

    test('a used token ends the session until it is forgotten, and is merely refused then', async () => {
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
