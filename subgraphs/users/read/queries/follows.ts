import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/users/read/generated/client.ts'
import type { Actor } from '#toolkit/trust/caller.ts'
import { followId } from '../../shared/follow-id.ts'

/** Whether the caller follows a user, batched. False when nobody is signed in. */
export function followsOf(read: PrismaClient, actor: Actor): (userId: string) => Promise<boolean> {
  const active = loader<string, true>(async (ids) => {
    const rows = await read.follow.findMany({ where: { id: { in: [...ids] }, active: true }, select: { id: true } })
    return new Map(rows.map(({ id }) => [id, true]))
  })
  return async (userId) => actor !== null && (await active.load(followId(actor.userId, userId))) === true
}
