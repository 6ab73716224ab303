import { writeSide as comments } from '../subgraphs/comments/wiring.ts'
import { writeSide as posts } from '../subgraphs/posts/wiring.ts'
import { writeSide as users } from '../subgraphs/users/wiring.ts'
import type { Service } from './targets.ts'

const sides = { users, posts, comments }

/** What the operator's commands do to a service's write database. */
export const openWriteSide = (service: Service, url: string) => sides[service](url)
