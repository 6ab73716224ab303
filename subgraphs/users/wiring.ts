import { openWriteSide, type WriteSide } from '#cqrs/roles/write-side.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { follows } from './read/projections/follows.ts'
import { users } from './read/projections/users.ts'
import { aggregates } from './write/aggregates.ts'
import { openDatabase } from './write/database.ts'
import { createStore } from './write/store.ts'

export { aggregates } from './write/aggregates.ts'

/** The projections of the read tables, and the order in which the tables are always locked. */
export const readModel = { projections: [follows, users], tables: ['follows', 'users'] }

/** The write database of users, for repairs of the log. */
export const writeSide = (writeUrl: string): WriteSide =>
  openWriteSide({ database: openDatabase(writeUrl, backgroundBounds), store: createStore, aggregates })
