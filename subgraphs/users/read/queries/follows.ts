import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/users/read/generated/client.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { followId } from '../../shared/follow-id.ts'

/** Whether the caller follows a user, batched. False when nobody is signed in. */
export function followsOf(read: PrismaClient, caller: Caller): (userId: string) => Promise<boolean> {
  const active = loader<string, true>(async (ids) => {
    const rows = await read.follow.findMany({ where: { id: { in: [...ids] }, active: true }, select: { id: true } })
    return new Map(rows.map(({ id }) => [id, true]))
  })
  return async (userId) => caller !== null && (await active.load(followId(caller.userId, userId))) === true
}
