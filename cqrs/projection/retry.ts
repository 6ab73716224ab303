import type pg from 'pg'
import type { IncomingRecord } from '../broker/broker.ts'
import { type ApplyOptions, transaction, writeRetried } from './apply.ts'
import { closeRetried, type DeadLetter } from './dead-letters.ts'
import { fold } from './fold.ts'

/** Projects a parked record again, through the same guards. @returns why it failed once more, or undefined */
export async function retryDeadLetter(
  pool: pg.Pool,
  options: ApplyOptions,
  letter: DeadLetter,
): Promise<string | undefined> {
  const record: IncomingRecord = {
    offset: BigInt(letter.offset),
    key: Buffer.from(letter.key),
    value: letter.value,
    headers: letter.headers,
  }
  const { folded, poison } = fold([record], options.projections)
  if (poison[0]) return poison[0].error
  return transaction(pool, async (client) => {
    const refused = await writeRetried(client, options, folded)
    if (refused) return refused
    await closeRetried(client, options.schema, letter.id)
    return undefined
  })
}
