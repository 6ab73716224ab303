import type pg from 'pg'
import { transaction } from '#toolkit/database/sql.ts'
import { closeDeadLetter, findDeadLetter } from './dead-letters.ts'
import { fold } from './fold.ts'
import { fedBy, type Model } from './model.ts'
import { lockOffset } from './offsets.ts'
import { isPoison } from './poison.ts'
import { writeRows } from './write-rows.ts'

/** The outcome for an entry: `superseded` when the tables already hold the same or a newer state. */
export type Retried =
  | { readonly status: 'retried' }
  | { readonly status: 'superseded' }
  | { readonly status: 'not open' }
  | { readonly status: 'refused'; readonly error: string }

/**
 * Projects a parked record again, with the same guards, and closes its entry unless it is refused again.
 * @param topicPrefix the prefix of topic names in this deployment
 * @throws transient errors
 */
export async function retryDeadLetter(pool: pg.Pool, model: Model, topicPrefix: string, id: string): Promise<Retried> {
  const letter = await findDeadLetter(pool, model.schema, id)
  if (!letter || letter.closedAt) return { status: 'not open' }
  const fed = fedBy(model, letter.topic, topicPrefix)
  if (fed.projections.length === 0) return { status: 'refused', error: `nothing is projected from ${letter.topic}` }
  const { folded, poison } = fold(
    [{ offset: BigInt(letter.offset), key: Buffer.from(letter.key), value: letter.value, headers: letter.headers }],
    fed.projections,
  )
  if (poison[0]) return { status: 'refused', error: poison[0].error }
  try {
    return await transaction(pool, async (client): Promise<Retried> => {
      await lockOffset(client, model.schema, letter)
      const { written } = await writeRows(client, fed, folded)
      const closedBy = written.length > 0 ? 'retried' : 'superseded'
      if (!(await closeDeadLetter(client, model.schema, id, closedBy)))
        throw new Error(`entry ${id} was closed meanwhile`)
      return { status: closedBy }
    })
  } catch (error) {
    if (!isPoison(error)) throw error
    return { status: 'refused', error: (error as Error).message }
  }
}
