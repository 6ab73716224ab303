import { v7 as uuidv7 } from 'uuid'
import type { WriteDatabase } from '#cqrs/command/database.ts'
import { appendToOutbox } from '#cqrs/outbox/outbox.ts'
import type { Prisma } from '#prisma/users/write/generated/client.ts'
import { follow } from './follow.ts'
import { createStore } from './store.ts'

/** How many follows one transaction ends, and how many transactions one run has at most. */
const ENDED_AT_ONCE = 500
const TRANSACTIONS = 20

/** A command that read a user before it was deleted may still begin a follow for so long, in seconds. */
const SETTLED_AFTER_S = 60

type Database = WriteDatabase<Prisma.TransactionClient>

/**
 * Ends follows from and to accounts that were deleted, each with an event of its own. A deleted account may have any
 * number of them, more than one command's transaction should write, so they end in the background. Accounts that have
 * none left are marked, and not looked at again.
 * @returns how many ended, 10,000 at most
 */
export async function endFollows(database: Database, schema: string): Promise<number> {
  let all = 0
  for (let n = 0; n < TRANSACTIONS; n++) {
    const ended = await endSome(database, schema)
    all += ended
    if (ended > 0) continue
    await database.$executeRawUnsafe(
      `UPDATE "${schema}".users u SET "followsEnded" = true
       WHERE u.deleted AND NOT u."followsEnded" AND u."updatedAt" < now() - interval '${SETTLED_AFTER_S} seconds'
         AND NOT EXISTS (SELECT FROM "${schema}".follows f WHERE u.id IN (f."followerId", f."followeeId") AND NOT f.deleted)`,
    )
    break
  }
  return all
}

const endSome = (database: Database, schema: string): Promise<number> =>
  database.$transaction(
    async (transaction) => {
      const store = createStore(transaction)
      const over = await transaction.$queryRawUnsafe<{ id: string }[]>(
        `SELECT f.id FROM "${schema}".users u
           JOIN "${schema}".follows f ON u.id IN (f."followerId", f."followeeId")
         WHERE u.deleted AND NOT u."followsEnded" AND NOT f.deleted LIMIT ${ENDED_AT_ONCE} FOR UPDATE OF f SKIP LOCKED`,
      )
      const time = new Date()
      for (const id of new Set(over.map(({ id }) => id))) {
        const current = await store.follow(id)
        if (!current || current.deleted) continue
        const version = current.version + 1
        const ended = { ...current, updatedAt: time, deleted: true }
        await store.saveFollow(ended, version)
        await appendToOutbox(transaction, schema, {
          topic: follow.topic.name,
          key: id,
          version,
          type: 'inkstream.follow.deleted.v1',
          eventId: uuidv7(),
          time,
          trace: null,
          value: follow.encode({ ...ended, version }),
        })
      }
      return over.length
    },
    { isolationLevel: 'ReadCommitted', timeout: 30_000, maxWait: 5_000 },
  )
