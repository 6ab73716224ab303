import { accountIsGone } from '#cqrs/command/decision.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import type { Store } from './store.ts'

/** Rejects commands of a deleted account: its access token stays valid until it expires. */
export const refuseGone = async (
  store: Store,
  { userId }: NonNullable<Caller>,
): Promise<typeof accountIsGone | undefined> => ((await store.isGone(userId)) ? accountIsGone : undefined)
