import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { openWriteSide, type WriteSide } from '#cqrs/roles/write-side.ts'
import { PrismaClient } from '#prisma/posts/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { comments } from './read/projections/comments.ts'
import { favorites } from './read/projections/favorites.ts'
import { follows } from './read/projections/follows.ts'
import { posts } from './read/projections/posts.ts'
import { users } from './read/projections/users.ts'
import { aggregates } from './write/aggregates.ts'
import { userReferences } from './write/references/users.ts'
import { createStore } from './write/store.ts'

export { aggregates } from './write/aggregates.ts'

/** The projections of the read tables, and the order in which the tables are always locked. */
export const readModel = {
  projections: [comments, favorites, follows, posts, users],
  tables: ['comments', 'favorites', 'follows', 'post_counts', 'posts', 'tags', 'users'],
}

/** Data of other services that commands need, in the write database. */
export const references = { projections: [userReferences], tables: ['users'] }

/** The write database of posts, for repairs of the log. */
export const writeSide = (writeUrl: string): WriteSide =>
  openWriteSide({
    database: new PrismaClient({ adapter: prismaAdapter(writeUrl, WRITE_SCHEMA, backgroundBounds) }),
    store: createStore,
    aggregates,
  })
