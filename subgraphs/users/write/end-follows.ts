import { v7 as uuidv7 } from 'uuid'
import { appendAllToOutbox } from '#cqrs/outbox/outbox.ts'
import type { Prisma } from '#prisma/users/write/generated/client.ts'
import type { WriteDatabase } from '#toolkit/database/client.ts'
import { WriteDatabaseBehind } from '#toolkit/database/faults.ts'
import { follow } from './follow.ts'
import { createPageSize } from './page-size.ts'
import type { Follow } from './states.ts'

/** The time limit of one run, in milliseconds. */
const BUDGET_MS = 20_000
/** How many deleted accounts one statement reads. */
const USERS_AT_ONCE = 100

/** How long a command that read a user before the deletion may still begin a follow, in milliseconds. */
const SETTLED_AFTER_MS = 60_000

type Database = WriteDatabase<Prisma.TransactionClient>
type Run = {
  readonly database: Database
  readonly schema: string
  readonly size: ReturnType<typeof createPageSize>
  readonly goesOn: () => boolean
  ended: number
  readonly failures: unknown[]
}

/**
 * Ends follows from and to deleted accounts, each with its own event. A deleted account may have more follows than one
 * command's transaction should write, so they are ended in the background, in pages whose size adapts to their speed.
 * Locked follows are left for the next run. Accounts without follows are marked, and not read again. A run takes 20
 * seconds at most.
 * @returns how many were ended
 * @throws when some could not be ended, after ending all others
 */
export async function endFollows(database: Database, schema: string, signal?: AbortSignal): Promise<number> {
  const until = performance.now() + BUDGET_MS
  const goesOn = () => performance.now() < until && !signal?.aborted
  const run: Run = { database, schema, size: createPageSize(), goesOn, ended: 0, failures: [] }
  let after: Date | null = null
  while (goesOn()) {
    const users: readonly { id: string; updatedAt: Date }[] = await deletedUsers(database, schema, after)
    for (const { id } of users) for (const side of ['followerId', 'followeeId'] as const) await endOf(run, side, id)
    after = users.at(-1)?.updatedAt ?? null
    if (users.length < USERS_AT_ONCE) break
  }
  await markEnded(database, schema)
  if (run.failures.length > 0)
    throw new Error(`${run.failures.length} pages of follows could not be ended, ${run.ended} follows were`, {
      cause: run.failures[0],
    })
  return run.ended
}

const deletedUsers = (database: Database, schema: string, after: Date | null) =>
  database.$queryRawUnsafe<{ id: string; updatedAt: Date }[]>(
    `SELECT id, "updatedAt" FROM "${schema}".users
     WHERE deleted AND NOT "followsEnded" AND ($1::timestamptz IS NULL OR "updatedAt" > $1::timestamptz)
     ORDER BY "updatedAt" LIMIT ${USERS_AT_ONCE}`,
    after,
  )

/** Ends one account's follows on one side, in order of id. A page that fails is tried again in halves. */
async function endOf(run: Run, side: 'followerId' | 'followeeId', userId: string): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; run.goesOn(); ) {
    const page = await run.database.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM "${run.schema}".follows
       WHERE "${side}" = $1::uuid AND id > $2::uuid AND NOT deleted ORDER BY id LIMIT ${run.size.now()}`,
      userId,
      after,
    )
    const last = page.at(-1)?.id
    if (last === undefined) return
    const began = performance.now()
    try {
      run.ended += await endPage(
        run,
        page.map(({ id }) => id),
      )
      run.size.took(performance.now() - began)
      after = last
    } catch (error) {
      if (error instanceof WriteDatabaseBehind) throw error
      run.size.failed()
      // Skip a single follow that cannot be ended: the next run tries it again.
      if (page.length > 1) continue
      run.failures.push(error)
      after = last
    }
  }
}

/** Two statements for the whole page: their cost limits how fast follows end. */
const endPage = ({ database, schema }: Run, ids: readonly string[]): Promise<number> =>
  database.$transaction(
    async (transaction) => {
      const time = new Date()
      const ended = await transaction.$queryRawUnsafe<Follow[]>(
        `UPDATE "${schema}".follows SET version = version + 1, "updatedAt" = $2::timestamptz, deleted = true
         WHERE id IN (SELECT id FROM "${schema}".follows
           WHERE id = ANY($1::uuid[]) AND NOT deleted FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        ids,
        time,
      )
      await appendAllToOutbox(
        transaction,
        schema,
        ended.map((state) => ({
          topic: follow.topic.name,
          key: state.id,
          version: state.version,
          type: 'inkstream.follow.deleted.v1',
          eventId: uuidv7(),
          time,
          trace: null,
          value: follow.encode(state),
        })),
      )
      return ended.length
    },
    { isolationLevel: 'ReadCommitted', timeout: 10_000, maxWait: 5_000 },
  )

/** Compares with the application's time, because `updatedAt` is one too. */
const markEnded = (database: Database, schema: string): PromiseLike<number> =>
  database.$executeRawUnsafe(
    `UPDATE "${schema}".users u SET "followsEnded" = true
     WHERE u.deleted AND NOT u."followsEnded" AND u."updatedAt" < $1::timestamptz
       AND NOT EXISTS (SELECT FROM "${schema}".follows f WHERE f."followerId" = u.id AND NOT f.deleted)
       AND NOT EXISTS (SELECT FROM "${schema}".follows f WHERE f."followeeId" = u.id AND NOT f.deleted)`,
    new Date(Date.now() - SETTLED_AFTER_MS),
  )
