import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Broker, UnreadableLog } from '#cqrs/broker/broker.ts'
import { partitionOf } from '#cqrs/broker/partition.ts'
import { behindReason, readBehindLog } from '#cqrs/outbox/behind.ts'
import { becomeLeader } from '#cqrs/outbox/leadership.ts'
import { hold } from '#cqrs/restore/hold.ts'
import { RestoreInterrupted } from '#cqrs/restore/interrupted.ts'
import { OtherCluster } from '#cqrs/restore/lost-ends.ts'
import { RestoreRuns } from '#cqrs/restore/restore.ts'
import { user } from '../../subgraphs/users/write/user.ts'
import { createRestoredWorld, type RestoredWorld } from './restored.fixture.ts'

let world: RestoredWorld
beforeEach(async () => {
  world = await createRestoredWorld()
})
afterEach(() => world?.close())

const late = new Date('2026-03-01')
const nothing = { skipped: 0, written: 0, dropped: [], sentAgain: 0, lifted: 0, lostEnds: [], conflicts: [] }

describe('a write database that is behind its log', () => {
  test('gets every newer state, keeps equally new ones, and is not changed by a second run', async () => {
    const [edited, made, same] = [world.newUser(), world.newUser({ version: 1 }), world.newUser()]
    await world.keep(edited)
    await world.keep(same)
    for (const state of [edited, { ...edited, version: 4, bio: 'Later.' }, made, same]) await world.log(state)

    expect(await world.restore({ dry: true })).toEqual({ ...nothing, written: 2 })
    expect(await world.rowOf(edited.id)).toMatchObject({ version: 3, bio: edited.bio })
    expect(await world.rowOf(made.id)).toBeUndefined()

    expect(await world.restore()).toEqual({ ...nothing, written: 2 })
    expect(await world.rowOf(edited.id)).toMatchObject({ version: 4, bio: 'Later.', username: edited.username })
    expect(await world.rowOf(made.id)).toMatchObject({ version: 1, username: made.username })
    expect(await world.rowOf(same.id)).toMatchObject({ version: 3 })
    expect(await world.outbox()).toEqual([])
    expect(await world.held()).toBe(false)
    const ends = (await world.broker.watermarks(world.topic)).map(({ next }, partition) => ({
      partition,
      nextOffset: String(next),
      clusterId: world.clusterId,
    }))
    expect(
      await world.query(
        `SELECT partition, "nextOffset", "clusterId" FROM "write".relay_position WHERE topic = $1 ORDER BY partition`,
        world.topic,
      ),
    ).toEqual(ends)

    expect(await world.restore()).toEqual(nothing)
  })

  test('deletes again the users that the log has as deleted, with their accounts and sessions', async () => {
    const [gone, there] = [world.newUser(), world.newUser()]
    for (const { id, username } of [gone, there]) {
      await world.query(
        `INSERT INTO "write".accounts ("userId", email, "emailKey", "passwordHash") VALUES ($1, $2, $2, '')`,
        id,
        username,
      )
      await world.query(
        `INSERT INTO "write".sessions (id, "userId", "expiresAt") VALUES ($1, $2, now() + interval '1 day')`,
        randomUUID(),
        id,
      )
    }
    await world.keep(gone)
    await world.keep(there)
    await world.log({ ...gone, version: 4, username: '', fullName: '', bio: '', deleted: true })
    await world.log({ ...there, version: 4 })
    await world.restore()
    expect(await world.rowOf(gone.id)).toEqual({ version: 4, username: null, fullName: '', bio: '', deleted: true })
    for (const table of ['accounts', 'sessions'])
      expect(await world.query(`SELECT "userId" FROM "write".${table}`)).toEqual([{ userId: there.id }])
  })

  test('takes over usernames, even if they passed between users', async () => {
    const [a, b, c] = [world.newUser(), world.newUser(), world.newUser({ version: 1 })]
    await world.keep(a)
    await world.keep(b)
    await world.log({ ...a, version: 5, username: b.username })
    await world.log({ ...b, version: 5, username: 'somebody' })
    await world.log({ ...c, username: a.username })
    expect(await world.restore()).toEqual({ ...nothing, written: 3 })
    expect(await world.rowOf(a.id)).toMatchObject({ username: b.username })
    expect(await world.rowOf(b.id)).toMatchObject({ username: 'somebody' })
    expect(await world.rowOf(c.id)).toMatchObject({ username: a.username })
  })

  test('stays behind when a newer row has a username from the log, until that row is given up', async () => {
    const [taken, taker, other] = [world.newUser({ version: 1 }), world.newUser({ version: 1 }), world.newUser()]
    const squatter = { ...taker, username: taken.username }
    await world.log(taken)
    await world.log(other)
    await world.keep(squatter)
    await world.pend(squatter, { time: late, type: 'inkstream.user.created.v1' })
    await world.remember(squatter)
    await world.query(
      `INSERT INTO "write".accounts ("userId", email, "emailKey", "passwordHash") VALUES ($1, '', '', '')`,
      squatter.id,
    )

    const conflicts = [{ id: taken.id, name: taken.username, heldBy: squatter.id }]
    expect(await world.restore({ dry: true })).toEqual({ ...nothing, written: 1, conflicts })
    expect(await world.restore()).toEqual({ ...nothing, written: 1, conflicts })
    expect(await world.rowOf(other.id)).toBeDefined()
    expect(await world.held()).toBe(true)

    const dropped = [{ id: squatter.id, version: 1, type: 'inkstream.user.created.v1' }]
    expect(await world.restore({ dry: true, giveUp: [squatter.id] })).toEqual({ ...nothing, written: 1, dropped })
    expect(await world.restore({ giveUp: [squatter.id] })).toEqual({ ...nothing, written: 1, dropped })
    expect(await world.rowOf(squatter.id)).toBeUndefined()
    expect(await world.remembered()).toEqual([])
    expect(await world.query(`SELECT FROM "write".accounts`)).toEqual([])
    expect(await world.rowOf(taken.id)).toMatchObject({ username: taken.username })
    expect(await world.outbox()).toEqual([])
    expect(await world.held()).toBe(false)
  })

  test.each([1, 2])(
    'drops commands that were accepted on an old state (%i of them), and reports them',
    async (accepted) => {
      const before = world.newUser()
      const fork = { ...before, bio: 'Forked.' }
      await world.log(before)
      const { state } = await world.log({ ...before, version: 4, bio: 'In the log.' })
      const versions = [4, 5].slice(0, accepted)
      await world.keep({ ...fork, version: 3 + accepted })
      for (const version of versions) await world.pend({ ...fork, version }, { time: late })
      for (const version of [3, ...versions]) await world.remember({ ...fork, version })

      const expected = {
        ...nothing,
        written: 1,
        dropped: versions.map((version) => ({ id: before.id, version, type: 'inkstream.user.profileUpdated.v1' })),
      }
      expect(await world.restore({ dry: true })).toEqual(expected)
      expect(await world.restore()).toEqual(expected)
      expect(await world.rowOf(before.id)).toMatchObject({ version: 4, bio: state.bio })
      expect(await world.outbox()).toEqual([])
      // Repeated under their keys, the dropped commands run again; commands from before the backup do not.
      expect(await world.remembered()).toEqual([{ id: before.id, version: 3 }])
      expect(await world.restore()).toEqual(nothing)
    },
  )

  test('drops silently the events that were pending when the backup was made', async () => {
    const waiting = world.newUser()
    await world.keep(waiting)
    const { time, eventId } = await world.log(waiting)
    await world.pend(waiting, { time, eventId })
    await world.log({ ...waiting, version: 4 }, new Date('2026-02-02'))
    expect(await world.restore()).toEqual({ ...nothing, written: 1 })
    expect(await world.outbox()).toEqual([])
  })

  test('keeps commands accepted on states that are in the log, and new aggregates', async () => {
    const [changed, made, repeated] = [world.newUser(), world.newUser({ version: 1 }), world.newUser()]
    await world.log(changed)
    const next = { ...changed, version: 4, bio: 'Next.' }
    for (const state of [next, made, repeated]) await world.keep(state)
    for (const state of [next, made]) await world.pend(state, { time: late })
    await world.log(repeated)
    await world.pend(repeated, { time: late, type: 'inkstream.user.republished.v1' })
    const before = await world.outbox()
    expect(await world.restore()).toEqual(nothing)
    expect(await world.outbox()).toEqual(before)
    expect(await world.rowOf(changed.id)).toMatchObject({ version: 4, bio: 'Next.' })
  })

  test('skips invalid records of other producers', async () => {
    const mine = world.newUser()
    await world.send(
      { topic: world.topic, key: 'nobody', value: Buffer.from('x'), headers: { ce_sequence: '1' } },
      { topic: world.topic, key: randomUUID(), value: Buffer.from([255, 255]), headers: { ce_sequence: '1' } },
      { topic: world.topic, key: randomUUID(), value: Buffer.from([]), headers: {} },
    )
    await world.log(mine)
    expect(await world.restore()).toEqual({ ...nothing, skipped: 3, written: 1 })
  })
})

describe('a log that lacks states of the database', () => {
  test('gets the missing states, once', async () => {
    const [lost, behind, pending] = [world.newUser(), world.newUser(), world.newUser()]
    for (const state of [lost, { ...behind, version: 4 }, pending]) await world.keep(state)
    await world.log(behind)
    await world.pend(pending, { time: late })
    const expected = { ...nothing, sentAgain: 2 }
    expect(await world.restore({ dry: true })).toEqual(expected)
    expect(await world.restore()).toEqual(expected)
    expect((await world.outbox()).map(({ key, version }) => [key, version]).toSorted()).toEqual(
      [
        [lost.id, 3],
        [behind.id, 4],
        [pending.id, 3],
      ].toSorted(),
    )
    expect(await world.restore()).toEqual(nothing)
  })

  test('gets a state again when an older one follows it, because compaction would keep the older one', async () => {
    const [kept, overtaken] = [world.newUser({ version: 5 }), world.newUser({ version: 5 })]
    await world.keep(kept)
    for (const state of [kept, overtaken]) {
      await world.log(state)
      await world.log({ ...state, version: 2 })
    }
    const expected = { ...nothing, written: 1, sentAgain: 2 }
    expect(await world.restore({ dry: true })).toEqual(expected)
    expect(await world.restore()).toEqual(expected)
    expect((await world.outbox()).map(({ version }) => version)).toEqual([5, 5])
    expect(await world.restore()).toEqual(nothing)
  })

  test('gets raised versions only in a partition that lost its end', async () => {
    const users = Array.from({ length: 12 }, () => world.newUser())
    const [first] = users
    const partition = partitionOf(first?.id ?? '', 6)
    const inside = users.filter(({ id }) => partitionOf(id, 6) === partition)
    for (const state of users) {
      await world.keep(state)
      await world.log(state)
    }
    const { next = 0n } = (await world.broker.watermarks(world.topic))[partition] ?? {}
    await world.query('CREATE SCHEMA read_1')
    await world.query(
      `CREATE TABLE read_1.projection_offset (topic text, partition int, "nextOffset" bigint, "clusterId" text)`,
    )
    await world.query(
      `INSERT INTO read_1.projection_offset SELECT $1, n, $2::int, $3 FROM generate_series(0, 5) n`,
      world.topic,
      0,
      world.clusterId,
    )
    await world.query(
      `UPDATE read_1.projection_offset SET "nextOffset" = $2 WHERE partition = $1`,
      partition,
      next + 7n,
    )
    const readers = [{ name: 'users.read_1', client: world.client, schema: 'read_1' }]
    const lostEnds = [{ topic: world.topic, partition, reader: 'users.read_1', was: next + 7n, ends: next }]

    const expected = { ...nothing, lifted: inside.length, lostEnds }
    expect(await world.restore({ readers, dry: true })).toEqual(expected)
    expect(await world.restore({ readers })).toEqual(expected)
    for (const { id } of users)
      expect((await world.rowOf(id))?.version).toBe(inside.some((one) => one.id === id) ? 1_000_003 : 3)
    expect((await world.outbox()).map(({ version }) => version)).toEqual(inside.map(() => 1_000_003))
    expect(await world.query('SELECT FROM read_1.projection_offset')).toEqual([])
    expect(await world.restore({ readers })).toEqual(nothing)
  })
})

describe('rolling forward', () => {
  test('allows only one run at a time', async () => {
    await world.query(`SELECT pg_advisory_lock(hashtextextended('inkstream.restored.write', 0))`)
    await expect(world.restore()).rejects.toThrow(RestoreRuns)
    expect(await world.held()).toBe(false)
  })

  test('refuses the log of another cluster', async () => {
    await world.query(
      `INSERT INTO "write".relay_position (topic, partition, "nextOffset", "clusterId") VALUES ($1, 0, 0, 'other')`,
      world.topic,
    )
    await world.log(world.newUser())
    await expect(world.restore()).rejects.toThrow(OtherCluster)
    expect(await world.query(`SELECT FROM "write".users`)).toEqual([])
    expect(await world.held()).toBe(false)
  })

  test('skips an unreadable place of the log if asked to', async () => {
    const [before, there, after] = [world.newUser(), world.newUser(), world.newUser()]
    for (const state of [before, there, after]) await world.log(state)
    await world.keep(there)
    const bad = Buffer.from(user.encode(there))
    const broker: Broker = {
      ...world.broker,
      async *read(at, from, to) {
        for await (const records of world.broker.read(at, from, to))
          for (const record of records) {
            if (bad.equals(record.value ?? Buffer.of()))
              throw new UnreadableLog({
                ...at,
                next: record.offset + 1n,
                error: new Error('the checksum does not match'),
              })
            yield [record]
          }
      },
    }
    await expect(world.restore({ broker })).rejects.toThrow(UnreadableLog)
    expect(await world.held()).toBe(false)
    expect(await world.restore({ broker, leaveOutUnreadable: true })).toEqual({ ...nothing, written: 2, sentAgain: 1 })
    expect((await world.outbox()).map(({ key }) => key)).toEqual([there.id])
    for (const { id } of [before, after]) expect(await world.rowOf(id)).toBeDefined()
  })

  test('waits for a send of the relay that is in progress', async () => {
    // A leading relay runs no statement while it sends.
    const relay = await becomeLeader({
      connectionString: world.url,
      schema: 'write',
      onStandby: () => undefined,
      signal: new AbortController().signal,
    })
    const sent = world.newUser()
    await world.keep(sent)
    const read = vi.fn(world.broker.read)
    const restored = world.restore({ broker: { ...world.broker, read } })
    await vi.waitFor(async () => expect(await world.held()).toBe(true), { timeout: 10_000, interval: 20 })
    // Health names the running command and reports no loss.
    expect(behindReason('users', await readBehindLog(world.client, 'write'))).toMatch(
      /^`npm run ops -- restored users` is/,
    )
    await world.log({ ...sent, version: 4 })
    expect(read).not.toHaveBeenCalled()
    await relay?.check()
    expect(await restored).toEqual({ ...nothing, written: 1 })
    await relay?.release()
  })

  test('waits until a relay stops when its database user may not see the relay’s statements', async () => {
    const relay = await becomeLeader({
      connectionString: world.url,
      schema: 'write',
      onStandby: () => undefined,
      signal: new AbortController().signal,
    })
    const user = `limited_${randomUUID().slice(0, 8)}`
    const session = new pg.Client(world.url)
    await session.connect()
    await session.query(`CREATE ROLE ${user}; GRANT ALL ON SCHEMA "write" TO ${user};
                         GRANT ALL ON "write".behind_log TO ${user}; SET ROLE ${user}`)
    let isHeld = false
    const held = hold(session, 'write', world.topic).then((it) => {
      isHeld = true
      return it
    })
    await vi.waitFor(
      async () =>
        expect(
          await world.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'
                           AND query LIKE '%query_start%hashtextextended%' AND pid <> pg_backend_pid()`),
        ).toHaveLength(1),
      { timeout: 10_000, interval: 20 },
    )
    expect(isHeld).toBe(false)
    await relay?.release()
    await (await held).takeBack()
    await session.end()
  })

  test('lets commands go on when it fails before it changed anything', async () => {
    const broker = { ...world.broker, watermarks: () => Promise.reject(new Error('Kafka is away')) }
    await expect(world.restore({ broker })).rejects.toThrow('Kafka is away')
    expect(await world.held()).toBe(false)
  })

  test('waits for commands in progress, and refuses new ones meanwhile', async () => {
    const accepted = world.newUser()
    await world.query('BEGIN')
    await world.query(`SELECT FROM "write".behind_log`)
    const running = world.restore()
    await vi.waitFor(
      async () =>
        expect(
          await world.query(`SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`),
        ).toHaveLength(1),
      { timeout: 10_000, interval: 20 },
    )
    await world.keep(accepted)
    await world.pend(accepted, { time: late })
    await world.query('COMMIT')
    expect(await running).toEqual(nothing)
  })

  test('keeps refusing commands when it is interrupted, and completes when it is run again', async () => {
    const users = Array.from({ length: 450 }, () => world.newUser())
    await world.send(
      ...users.map((state) => ({
        topic: world.topic,
        key: state.id,
        value: user.encode(state),
        headers: { ce_sequence: '3' },
      })),
    )
    const endSession = () =>
      world.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )
    let ended: Promise<unknown> | undefined
    await expect(
      world.restore({
        onProgress(doing) {
          if (doing === 'states written') ended ??= endSession()
        },
      }),
    ).rejects.toThrow(RestoreInterrupted)
    await ended
    const rows = async () => (await world.query(`SELECT FROM "write".users`)).length
    const before = await rows()
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(450)
    expect(await world.held()).toBe(true)
    expect(await world.restore()).toEqual({ ...nothing, written: 450 - before })
    expect(await rows()).toBe(450)
    expect(await world.held()).toBe(false)
  }, 60_000)
})
