import type DataLoader from 'dataloader'
import { childConnections, parentId } from '#cqrs/graphql/children.ts'
import type { Order } from '#cqrs/graphql/page.ts'
import type { PrismaClient, User } from '#prisma/users/read/generated/client.ts'
import { raw, sql, table } from '#toolkit/database/sql-template.ts'

/** A user in a list of follows, with what its cursor holds. */
type FollowUser = User & { readonly followedAt: Date; readonly followId: string }

/** The id of a follow has no order in time; it only tells follows of the same millisecond apart. */
const newestFollowFirst: Order = {
  direction: 'desc',
  by: [
    { sql: raw('f."createdAt"'), type: 'timestamptz', field: 'followedAt' },
    { sql: raw('f.id'), type: 'uuid', field: 'followId' },
  ],
}

/** The two sides of a follow: whose list it is in, who is listed, and the counter of the list. */
const followers = { of: 'followeeId', listed: 'followerId', count: 'followersCount' } as const
const following = { of: 'followerId', listed: 'followeeId', count: 'followingCount' } as const

type Users = DataLoader<string, User | undefined>

/**
 * Lists of follows below users, newest follow first, without users who are deleted or unknown. The total is the user's
 * counter, so both fields of an answer agree. It counts a deleted account until its follows have ended in the
 * background, about a minute, and a user whose own event has not come yet.
 */
const followList = (
  read: PrismaClient,
  schema: string,
  users: Users,
  list: string,
  { of, listed, count }: typeof followers | typeof following,
) =>
  childConnections<FollowUser>(read, {
    list,
    order: newestFollowFirst,
    source: {
      columns: raw('u.*, f."createdAt" AS "followedAt", f.id AS "followId"'),
      from: sql`${table(schema, 'follows')} f JOIN ${table(schema, 'users')} u ON u.id = f.${raw(`"${listed}"`)}`,
      where: sql`f.${raw(`"${of}"`)} = ${parentId} AND f.active AND u.version > 0 AND NOT u.deleted`,
    },
    counts: async (parents) =>
      new Map(await Promise.all(parents.map(async (id) => [id, (await users.load(id))?.[count] ?? 0] as const))),
  })

/** Who follows each user. */
export const followersOf = (read: PrismaClient, schema: string, users: Users) =>
  followList(read, schema, users, 'followers', followers)

/** Whom each user follows. */
export const followingOf = (read: PrismaClient, schema: string, users: Users) =>
  followList(read, schema, users, 'following', following)
