import { follow } from './follow.ts'
import { user } from './user.ts'

/** The aggregates that the service writes, each to a topic that it owns. */
export const aggregates = [user, follow]
