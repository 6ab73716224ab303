import type { Rejections } from '#cqrs/command/rejections.ts'
import { rejections as comments } from './comments/write/commands.ts'
import { rejections as posts } from './posts/write/commands.ts'
import type { ServiceName } from './services.ts'
import { rejections as users } from './users/write/commands.ts'

/** The rejection codes of each service. */
export const rejections: Readonly<Record<ServiceName, Rejections>> = { users, posts, comments }
