import { v7 as uuidv7 } from 'uuid'
import type { WriteDatabase } from '#cqrs/command/database.ts'
import { appendToOutbox } from '#cqrs/outbox/outbox.ts'
import type { Prisma } from '#prisma/users/write/generated/client.ts'
import { follow } from './follow.ts'
import { createStore } from './store.ts'

/** How many follows one run ends. */
const ENDED_AT_ONCE = 500

/**
 * Ends follows from and to accounts that were deleted, each with an event of its own. A deleted account may have any
 * number of them, more than one command's transaction should write, so they end in the background.
 * @returns how many ended
 */
export const endFollows = (database: WriteDatabase<Prisma.TransactionClient>, schema: string): Promise<number> =>
  database.$transaction(
    async (transaction) => {
      const store = createStore(transaction)
      const over = await transaction.$queryRawUnsafe<{ id: string }[]>(
        `SELECT f.id FROM "${schema}".users u
           JOIN "${schema}".follows f ON u.id IN (f."followerId", f."followeeId")
         WHERE u.deleted AND NOT f.deleted LIMIT ${ENDED_AT_ONCE} FOR UPDATE OF f SKIP LOCKED`,
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
