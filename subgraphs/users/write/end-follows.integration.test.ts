import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { WriteDatabaseBehind } from '#toolkit/database/faults.ts'
import { accepted, callOf, createRig, nobody, type Rig, somebody } from './accounts/accounts.fixture.ts'
import { endAccount } from './accounts/end-account.ts'
import { signUp } from './accounts/sign-up.ts'
import { followUser } from './commands/follow-user.ts'
import { unfollowUser } from './commands/unfollow-user.ts'
import { endFollows } from './end-follows.ts'
import { forgetExpiredSessions, forgetExpiredThrottles } from './forget-expired.ts'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig?.close())

async function member() {
  const input = somebody()
  const { user, session } = await accepted(signUp(rig.open(), input, nobody))
  return { ...input, id: user.id, call: callOf(session) }
}

test('follows from and to a deleted account end, each with an event, and no others', async () => {
  const [gone, ada, grace] = [await member(), await member(), await member()]
  const follow = async (by: typeof gone, whom: typeof gone) =>
    (await accepted(rig.run(followUser, { userId: whom.id }, by.call))).state.id
  const over = [await follow(gone, ada), await follow(ada, gone)]
  const stays = await follow(ada, grace)
  await accepted(endAccount(rig.open(), { password: gone.password }, gone.call))

  expect(await endFollows(rig.database, 'write')).toBe(2)
  expect(await endFollows(rig.database, 'write')).toBe(0)
  for (const key of over) {
    expect(await rig.database.follow.findUnique({ where: { id: key } })).toMatchObject({ version: 2, deleted: true })
    const events = await rig.database.outbox.findMany({ where: { key }, orderBy: { id: 'asc' } })
    expect(events.map(({ version, type }) => [version, type])).toEqual([
      [1, 'inkstream.follow.created.v1'],
      [2, 'inkstream.follow.deleted.v1'],
    ])
    expect(topics.follows.decode(events[1]?.value ?? new Uint8Array())).toMatchObject({ id: key, deleted: true })
  }
  expect(await rig.database.follow.findUnique({ where: { id: stays } })).toMatchObject({ version: 1, deleted: false })
})

test('an account without follows is marked once no new follow can begin, and not read again', async () => {
  const gone = await member()
  await accepted(endAccount(rig.open(), { password: gone.password }, gone.call))
  const settled = async () => (await rig.database.user.findUniqueOrThrow({ where: { id: gone.id } })).followsEnded
  await endFollows(rig.database, 'write')
  expect(await settled()).toBe(false)
  await rig.database.user.update({ where: { id: gone.id }, data: { updatedAt: new Date(Date.now() - 61_000) } })
  await endFollows(rig.database, 'write')
  expect(await settled()).toBe(true)
})

describe('an account that many follow', () => {
  /** @returns the account's id, and those of the follows */
  async function followedByMany(count: number) {
    const gone = await member()
    await accepted(endAccount(rig.open(), { password: gone.password }, gone.call))
    const { rows } = await rig.pool.query<{ id: string }>(
      `INSERT INTO "write".follows SELECT gen_random_uuid(), 1, gen_random_uuid(), $1, now(), now(), false
       FROM generate_series(1, $2::int) RETURNING id`,
      [gone.id, count],
    )
    return { id: gone.id, follows: rows.map(({ id }) => id) }
  }
  const going = async (userId: string): Promise<string[]> =>
    (await rig.database.follow.findMany({ where: { followeeId: userId, deleted: false } })).map(({ id }) => id)

  test('loses all follows except locked ones, which the next run ends', async () => {
    const { id, follows } = await followedByMany(1_200)
    const holder = new pg.Client(rig.url)
    await holder.connect()
    await holder.query('BEGIN')
    const held = follows.slice(0, 3).toSorted()
    await holder.query('SELECT FROM "write".follows WHERE id = ANY($1::uuid[]) FOR UPDATE', [held])
    try {
      expect(await endFollows(rig.database, 'write')).toBe(1_197)
      expect((await going(id)).toSorted()).toEqual(held)
    } finally {
      await holder.end()
    }
    expect(await endFollows(rig.database, 'write')).toBe(3)
    expect(await rig.database.outbox.count({ where: { key: { in: follows } } })).toBe(1_200)
  })

  test('loses all follows except one that fails, and the failure is reported', async () => {
    const { id, follows } = await followedByMany(250)
    const [bad = ''] = follows
    await rig.pool.query(`
      CREATE FUNCTION "write".refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON "write".outbox FOR EACH ROW WHEN (NEW.key = '${bad}') EXECUTE FUNCTION "write".refuse()`)
    try {
      await expect(endFollows(rig.database, 'write')).rejects.toThrow(
        '1 pages of follows could not be ended, 249 follows were',
      )
      expect(await going(id)).toEqual([bad])
    } finally {
      await rig.pool.query('DROP TRIGGER refuse ON "write".outbox')
    }
    expect(await endFollows(rig.database, 'write')).toBe(1)
  })

  test('keeps them while the write database is behind its topics', async () => {
    const { id } = await followedByMany(2)
    await rig.pool.query(`INSERT INTO "write".behind_log (topic, partition, records) VALUES ('t', 0, 1)`)
    try {
      await expect(endFollows(rig.database, 'write')).rejects.toThrow(WriteDatabaseBehind)
      expect(await going(id)).toHaveLength(2)
    } finally {
      await rig.pool.query('DELETE FROM "write".behind_log')
    }
  })
})

test('concurrent requests begin the follow of a pair once', async () => {
  // The first round opens the connections, so that the later rounds really race.
  for (let round = 0; round < 5; round++) {
    const [ada, grace] = [await member(), await member()]
    const follow = () => accepted(rig.run(followUser, { userId: grace.id }, ada.call))
    const outcomes = await Promise.all([follow(), follow(), follow(), follow()])
    for (const { state } of outcomes) expect(state).toMatchObject({ version: 1, deleted: false })
    const [{ state }] = outcomes
    expect(await rig.database.outbox.count({ where: { key: state.id } })).toBe(1)
  }
})

test('a repeated key returns the earlier state of the pair, and the followed user', async () => {
  const [ada, grace] = [await member(), await member()]
  const input = { userId: grace.id, idempotencyKey: '0123456789abcdef' }
  const first = await accepted(rig.run(followUser, input, ada.call))
  await accepted(rig.run(unfollowUser, { userId: grace.id }, ada.call))
  const again = await accepted(rig.run(followUser, input, ada.call))
  expect(again).toMatchObject({ repeated: true, state: { version: 1, deleted: false } })
  expect(again.loaded.followee).toEqual(first.loaded.followee)
})

test('only expired sessions and counts of attempts are deleted', async () => {
  const [old, young] = [await member(), await member()]
  await rig.database.session.updateMany({ where: { userId: old.id }, data: { expiresAt: new Date(0) } })
  await rig.database.throttle.createMany({
    data: [
      { key: 'old', points: 1, expire: 1n },
      { key: 'young', points: 1, expire: BigInt(Date.now() + 60_000) },
    ],
  })
  expect(await forgetExpiredSessions(rig.pool, 'write')).toBe(1)
  expect(await forgetExpiredThrottles(rig.pool, 'write')).toBe(1)
  expect(await rig.database.session.findMany({ where: { userId: { in: [old.id, young.id] } } })).toMatchObject([
    { userId: young.id },
  ])
  expect(await rig.database.refreshToken.count({ where: { sessionId: old.call.caller.sessionId } })).toBe(0)
  expect(await rig.database.throttle.findMany({ where: { key: { in: ['old', 'young'] } } })).toMatchObject([
    { key: 'young' },
  ])
})
